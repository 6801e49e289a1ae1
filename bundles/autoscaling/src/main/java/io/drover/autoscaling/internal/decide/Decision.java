package io.drover.autoscaling.internal.decide;

import java.time.Instant;
import java.util.List;

/**
 * How many replicas a target should have, and why. Made by {@link #decide}: live, in the preview,
 * for an explanation, in the simulator and in tests.
 *
 * @param outcome what is to be done
 * @param source where the number comes from
 * @param current the replicas that the target has
 * @param recommended what the source alone would have; {@code current} when it tells nothing
 * @param desired what it should have after all rules
 * @param steps each rule that was looked at, in order
 * @param next what is to be remembered; after the replicas were written, {@link State#acted} too
 * @param retrySeconds when a limit by rate gives way, so that another look is worth it; 0 for the
 *     regular time
 */
public record Decision(
        Outcome outcome,
        Source source,
        int current,
        int recommended,
        int desired,
        List<Step> steps,
        State next,
        long retrySeconds) {

    /** What is to be done. */
    public enum Outcome {
        /** The replicas are written. */
        SCALE,
        /** They are as they should be, or a rule keeps them. */
        STAY,
        /** They would be written, but for the mode, a pause or a freeze. */
        HELD,
        /** No source tells anything. */
        UNKNOWN,
        /** Somebody set the target to 0 replicas. */
        SWITCHED_OFF,
        /** Both directions are switched off by the object itself. */
        NOT_ASKED
    }

    /** Where a recommendation comes from; the words are those of the status. */
    public enum Source {
        OBJECTIVES("Autoscaling"),
        FALLBACK("Local"),
        EXTERNAL("External"),
        MANUAL("Manual"),
        NONE("");

        private final String word;

        Source(String word) {
            this.word = word;
        }

        /** As {@code status.horizontal.target.source} has it. */
        public String word() {
            return word;
        }
    }

    public Decision {
        steps = List.copyOf(steps);
    }

    /**
     * Decides. Pure: the same arguments give the same decision, and nothing else is looked at.
     *
     * @param policy what the autoscaler wants
     * @param state what it remembers
     * @param samples what was seen
     * @param now the time; not before anything that {@code state} remembers
     */
    public static Decision decide(Policy policy, State state, Samples samples, Instant now) {
        return new Course(policy, state, samples, now.toEpochMilli()).run();
    }

    /** Whether a schedule and not the object's minReplicas is the lower bound. */
    public boolean scheduled() {
        return steps.stream().anyMatch(step -> step.rule() == Step.Rule.SCHEDULE);
    }

    /** The step that gave the number its final value: the last that changed it, or the source's. */
    public Step binding() {
        Step binding = null;
        for (Step step : steps) {
            if (step.bound() || binding == null) {
                binding = step;
            }
        }
        return binding;
    }
}
