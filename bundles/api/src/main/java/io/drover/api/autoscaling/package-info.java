/** The autoscalers of the cluster, and what is decided about them. */
@Export
@Version("1.0.0")
package io.drover.api.autoscaling;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
