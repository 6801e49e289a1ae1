/** Secrets that configuration names, resolved and kept fresh. */
@Version("1.1.0")
@Export
package io.drover.api.secret;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
