/** What is to be said of an autoscaler. Pure: no clock, no thread, no request. */
package io.drover.autoscaling.internal.decide;
