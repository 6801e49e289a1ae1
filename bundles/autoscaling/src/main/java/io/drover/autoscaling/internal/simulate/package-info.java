/** What a policy would have done with a load that was recorded: decide() over and over, offline. */
package io.drover.autoscaling.internal.simulate;
