package io.drover.autoscaling.internal.decide;

import io.drover.autoscaling.internal.decide.Policy.Direction;
import io.drover.autoscaling.internal.decide.Policy.Rate;
import io.drover.autoscaling.internal.decide.Policy.Select;

/** How far the replicas may go within the periods of the rules. Pure functions. */
final class Rates {

    private static final long RETRY_SECONDS_MAX = 3600;

    private Rates() {}

    /**
     * How far.
     *
     * @param replicas the largest number on the way up, the smallest on the way down
     * @param rate the rule that gave it
     * @param retrySeconds when the oldest change leaves that rule's period
     */
    record Limit(int replicas, Rate rate, long retrySeconds) {}

    /** The limit of one direction, which has rules; never beyond {@code current} the other way. */
    static Limit limit(Direction direction, boolean up, State state, int current, long now) {
        boolean largest = (direction.select() == Select.MAX) == up;
        long limit = largest ? Long.MIN_VALUE : Long.MAX_VALUE;
        Rate binding = null;
        for (Rate rate : direction.rates()) {
            long proposed = proposed(rate, up, state, current, now);
            if (binding == null || (largest ? proposed > limit : proposed < limit)) {
                limit = proposed;
                binding = rate;
            }
        }
        long bounded = up ? Math.max(limit, current) : Math.min(limit, current);
        int replicas = (int) Math.max(0, Math.min(Integer.MAX_VALUE, bounded));
        return new Limit(replicas, binding, retrySeconds(binding, state, now));
    }

    private static long proposed(Rate rate, boolean up, State state, int current, long now) {
        long since = now - rate.periodSeconds() * 1000L;
        long start = current - state.added(since) + state.removed(since);
        if (!rate.percent()) {
            return up ? start + rate.value() : start - rate.value();
        }
        double share = (double) rate.value() / 100;
        return up ? (long) Math.ceil(start * (1 + share)) : (long) (start * (1 - share));
    }

    private static long retrySeconds(Rate rate, State state, long now) {
        long oldest = state.oldestAction(now - rate.periodSeconds() * 1000L);
        long seconds =
                oldest == Long.MAX_VALUE
                        ? rate.periodSeconds()
                        : (oldest + rate.periodSeconds() * 1000L - now) / 1000 + 1;
        return Math.min(RETRY_SECONDS_MAX, seconds);
    }
}
