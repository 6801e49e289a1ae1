/** What the agent is configured with, where each value comes from, and how it is read anew. */
@Export
@Version("1.1.0")
package io.drover.api.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
