/** Wires the Kubernetes client, elections and events to OSGi. */
package io.drover.kubernetes.internal;
