/** Self-checks of the agent, each with a remedy. */
@Version("1.1.0")
@Export
package io.drover.api.diagnosis;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
