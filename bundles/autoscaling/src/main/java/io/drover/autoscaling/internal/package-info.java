/**
 * Watches DatadogPodAutoscalers and reconciles them. Sees the cluster through {@code
 * io.drover.api.kubernetes} alone.
 */
package io.drover.autoscaling.internal;
