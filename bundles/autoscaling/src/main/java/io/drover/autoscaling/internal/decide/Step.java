package io.drover.autoscaling.internal.decide;

/**
 * One step of a decision, as data; {@link Explanation} makes the sentence.
 *
 * @param rule what was applied
 * @param subject what it was applied to: an objective, a reason, a rate; may be empty
 * @param in the replicas before
 * @param out the replicas after
 * @param measured the figure that was looked at, in the unit of the rule
 * @param limit what it was held against
 */
public record Step(Rule rule, Object subject, int in, int out, double measured, double limit) {

    /** The rules, in the order in which they are applied. */
    public enum Rule {
        /** Which source counts. */
        SOURCE,
        /** One objective: measured and goal to a number of replicas. */
        OBJECTIVE,
        /** An objective that could not be measured. */
        OBJECTIVE_FAILED,
        /** Pods that are not ready or without a figure were counted in. */
        PODS_COUNTED,
        /** The largest of several objectives. */
        LARGEST,
        /** Not every objective is known, so nothing is taken away. */
        PARTIAL,
        /** A schedule asks for more. */
        SCHEDULE,
        /** The annotation pins the number. */
        FORCED,
        /** The replicas are outside of minReplicas and maxReplicas and jump there. */
        OUT_OF_BOUNDS,
        /** The most cautious recommendation of the window. */
        STABILISATION_UP,
        STABILISATION_DOWN,
        MIN_REPLICAS,
        MAX_REPLICAS,
        /** The fallback may not go this way. */
        FALLBACK_DIRECTION,
        /** So much may change within the period. */
        RATE_UP,
        RATE_DOWN,
        /** The direction is switched off. */
        DIRECTION_OFF,
        /** The cluster allows no more changes in this minute. */
        BUDGET_CHANGES,
        /** The ceiling over many workloads. */
        BUDGET_GROWTH,
        FROZEN,
        PAUSED,
        PREVIEW,
        /** The target has no replicas: somebody switched it off. */
        ZERO,
        /** Nothing is known: nothing is done. */
        NOTHING_KNOWN
    }

    static Step of(Rule rule, int in, int out) {
        return new Step(rule, "", in, out, 0, 0);
    }

    /** Whether it changed the number. */
    public boolean bound() {
        return in != out;
    }
}
