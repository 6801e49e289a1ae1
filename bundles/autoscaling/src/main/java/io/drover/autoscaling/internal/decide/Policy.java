package io.drover.autoscaling.internal.decide;

import java.util.List;
import java.util.Objects;

/**
 * What one autoscaler wants, checked: its spec and annotations as far as a decision needs them.
 *
 * @param strategy how figures become a number of replicas
 * @param minReplicas the lower bound
 * @param maxReplicas the upper bound, {@link Integer#MAX_VALUE} for none
 * @param mode whether the number is written
 * @param up how fast it may grow
 * @param down how fast it may shrink
 * @param behaviour whether the object says anything of {@code up} or {@code down}; the strategy
 *     {@link Strategy#HPA} has older rules for objects that do not
 * @param objectives at least one
 * @param fallback what is done when the objectives tell nothing
 * @param overrides what its annotations order
 */
public record Policy(
        Strategy strategy,
        int minReplicas,
        int maxReplicas,
        Mode mode,
        Direction up,
        Direction down,
        boolean behaviour,
        List<Objective> objectives,
        Fallback fallback,
        Overrides overrides) {

    /** How figures become a number of replicas. */
    public enum Strategy {
        /**
         * Five points to each side of the goal are near enough; no waiting, no rates by default.
         */
        WATERMARKS,
        /** As the HorizontalPodAutoscaler v2 of Kubernetes 1.37 decides. */
        HPA
    }

    /** Whether the number is written. */
    public enum Mode {
        APPLY,
        PREVIEW
    }

    /** Which of several rules counts. */
    public enum Select {
        /** The one that allows the largest change. */
        MAX,
        /** The one that allows the smallest change. */
        MIN,
        /** None: this direction is switched off. */
        DISABLED
    }

    /** Into which direction a fallback may go. */
    public enum Allowed {
        SCALE_UP,
        SCALE_DOWN,
        ALL
    }

    /**
     * How fast one direction may go.
     *
     * @param select which rule counts
     * @param windowSeconds the most cautious recommendation of this time holds
     * @param rates no rule: no limit
     * @param tolerance the share of the goal that is near enough; of {@link Strategy#HPA} alone
     */
    public record Direction(Select select, int windowSeconds, List<Rate> rates, double tolerance) {
        public Direction {
            Objects.requireNonNull(select, "select");
            rates = List.copyOf(rates);
        }

        /** Whether nothing may go this way. */
        public boolean disabled() {
            return select == Select.DISABLED;
        }

        /** The longest period of its rules, in seconds; 0 without rules. */
        public int longestPeriodSeconds() {
            int longest = 0;
            for (Rate rate : rates) {
                longest = Math.max(longest, rate.periodSeconds());
            }
            return longest;
        }
    }

    /**
     * How much may change within a period.
     *
     * @param percent whether {@code value} is per cent of the replicas at the period's begin
     * @param value replicas, or per cent; 0 stops the direction
     * @param periodSeconds the period
     */
    public record Rate(boolean percent, int value, int periodSeconds) {}

    /**
     * What is done when the objectives tell nothing.
     *
     * @param enabled whether anything is
     * @param staleSeconds the age at which a figure tells nothing any more
     * @param allowed where it may go
     * @param objectives what counts then; empty: the regular ones
     */
    public record Fallback(
            boolean enabled, int staleSeconds, Allowed allowed, List<Objective> objectives) {
        public Fallback {
            Objects.requireNonNull(allowed, "allowed");
            objectives = List.copyOf(objectives);
        }
    }

    /**
     * What annotations order.
     *
     * @param paused nothing is written
     * @param forceReplicas the number to write whatever is measured; -1 for none
     * @param forceFallback the fallback counts even though the objectives tell something
     */
    public record Overrides(boolean paused, int forceReplicas, boolean forceFallback) {

        public static final Overrides NONE = new Overrides(false, -1, false);
    }

    public Policy {
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(up, "up");
        Objects.requireNonNull(down, "down");
        Objects.requireNonNull(fallback, "fallback");
        Objects.requireNonNull(overrides, "overrides");
        objectives = List.copyOf(objectives);
    }

    /** How long a recommendation can matter, in seconds. */
    int memorySeconds() {
        return Math.max(up.windowSeconds(), down.windowSeconds());
    }

    /** How long anything that is remembered can matter, in seconds. */
    public int longestMemorySeconds() {
        int periods = Math.max(up.longestPeriodSeconds(), down.longestPeriodSeconds());
        return Math.max(memorySeconds(), periods);
    }
}
