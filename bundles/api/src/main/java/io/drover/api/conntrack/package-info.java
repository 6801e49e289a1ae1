/** The connections of this host as the kernel's conntrack table knows them, NAT resolved. */
@Export
@Version("1.1.0")
package io.drover.api.conntrack;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
