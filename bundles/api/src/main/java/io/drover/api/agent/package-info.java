/** The agent as a whole: its identity, its home folder and the joint view of all subsystems. */
@Export
@Version("1.1.0")
package io.drover.api.agent;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
