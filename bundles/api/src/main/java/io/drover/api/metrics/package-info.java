/** How a bundle publishes its series: by whiteboard, so that neither side holds the other alive. */
@Export
@Version("1.0.0")
package io.drover.api.metrics;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
