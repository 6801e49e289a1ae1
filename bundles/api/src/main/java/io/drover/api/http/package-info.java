/** Routes, which any bundle may publish as a service and which the bundle http serves. */
@Export
@Version("1.2.0")
package io.drover.api.http;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
