/** The names of the cluster: cut-down objects, an index by address, a journal of changes. */
package io.drover.kubernetes.internal.metadata;
