package io.drover.security.internal.guard;

import java.time.Duration;
import java.util.List;

/**
 * How tokens of Kubernetes are judged.
 *
 * @param doors which doors they open
 * @param audiences for whom they must have been made; empty for the API server
 * @param admittedFor how long a yes holds
 * @param refusedFor how long a no holds
 * @param answersMax how many answers are remembered
 * @param atOnceMax how many requests are asked for at the same time
 */
public record ReviewRules(
        Doors doors,
        List<String> audiences,
        Duration admittedFor,
        Duration refusedFor,
        int answersMax,
        int atOnceMax) {

    /** Which doors tokens of Kubernetes open. */
    public enum Doors {
        /** None. */
        OFF,
        /** The metrics listener. */
        METRICS,
        /** Every one. */
        ALL
    }

    public ReviewRules {
        audiences = List.copyOf(audiences);
    }
}
