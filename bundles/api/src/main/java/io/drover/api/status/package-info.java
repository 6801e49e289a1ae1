/** What each part of the agent says of itself: its start-up steps, their states and the reasons. */
@Export
@Version("1.0.0")
package io.drover.api.status;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
