package io.drover.autoscaling.internal;

import io.drover.autoscaling.internal.decide.Decision;
import io.drover.autoscaling.internal.decide.Policy;
import io.drover.autoscaling.internal.decide.Samples;
import io.drover.autoscaling.internal.decide.State;
import java.time.Instant;

/**
 * One look at one autoscaler: all that its decision was made of, so that it can be made again with
 * other figures. Immutable.
 *
 * @param policy what the autoscaler wanted
 * @param state what it remembered before
 * @param samples what was seen
 * @param at when
 * @param decision what came of it
 */
record Look(Policy policy, State state, Samples samples, Instant at, Decision decision) {

    static Look decide(Policy policy, State state, Samples samples, Instant now) {
        return new Look(policy, state, samples, now, Decision.decide(policy, state, samples, now));
    }
}
