/** What others tell over HTTP: a Prometheus, recommenders. The rules are in {@code decide}. */
package io.drover.autoscaling.internal.remote;
