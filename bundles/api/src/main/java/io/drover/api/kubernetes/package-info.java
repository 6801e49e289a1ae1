/**
 * The cluster, as the other bundles see it: objects as plain trees, named elections, events. The
 * bundle {@code kubernetes} alone knows a Kubernetes client.
 *
 * <p>The services {@link Cluster}, {@link Elections} and {@link EventRecorder} are there whether or
 * not a cluster is: without one every call says so, and what was asked to be watched begins when it
 * comes.
 */
@Export
@Version("1.2.0")
package io.drover.api.kubernetes;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
