/** What listens where, and who holds a port that is taken. */
@Export
@Version("1.1.0")
package io.drover.api.net;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
