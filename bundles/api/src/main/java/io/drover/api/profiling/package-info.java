/** The agent's profile of itself. */
@Version("1.0.0")
@Export
package io.drover.api.profiling;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
