/**
 * The names of the cluster: which pod, service or node has an address, and what there is in all.
 * Given by the bundle {@code kubernetes} from the API server, or by {@code link} from the cluster
 * agent; whoever asks need not know which.
 */
@Export
@Version("1.0.0")
package io.drover.api.metadata;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
