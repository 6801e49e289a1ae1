/**
 * Informers: what a cluster has of one kind, known at any time, through every loss of the
 * connection; and who is told of it.
 */
package io.drover.kubernetes.internal.watch;
