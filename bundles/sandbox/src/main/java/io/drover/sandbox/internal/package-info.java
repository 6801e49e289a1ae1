/**
 * A small API server in the process and a workload that is none: to see scaling without a cluster.
 */
package io.drover.sandbox.internal;
