/** The way to the intake: what leaves this host with an API key. */
@Version("1.0.0")
@Export
package io.drover.api.intake;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
