/** What bundles put into a support bundle. */
@Version("1.1.0")
@Export
package io.drover.api.flare;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
