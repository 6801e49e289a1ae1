/**
 * Leader election over Leases: a state machine without threads or clocks of its own ({@code
 * Elector}), the thread that runs it, and the service that hands out candidacies. Knows nothing of
 * HTTP.
 */
package io.drover.kubernetes.internal.election;
