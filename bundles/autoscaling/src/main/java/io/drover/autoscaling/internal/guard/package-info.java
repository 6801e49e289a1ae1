/** What holds for all autoscalers together: how many there are, and how much they may change. */
package io.drover.autoscaling.internal.guard;
