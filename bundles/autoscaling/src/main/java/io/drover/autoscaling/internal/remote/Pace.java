package io.drover.autoscaling.internal.remote;

import java.time.Duration;

/**
 * How questions are asked.
 *
 * @param interval between an answer and the next time
 * @param timeout how long an answer may take, its last byte included
 * @param parallel questions under way to one endpoint
 * @param questionsMax questions altogether
 * @param idle a question that nobody wants the answer of for so long is asked no more
 * @param patience with endpoints that fail
 */
public record Pace(
        Duration interval,
        Duration timeout,
        int parallel,
        int questionsMax,
        Duration idle,
        Breaker.Patience patience) {

    /** As the configuration has it. */
    public static Pace of(
            Duration interval,
            Duration timeout,
            int parallel,
            int questionsMax,
            Duration idle,
            int failures,
            Duration pauseMin,
            Duration pauseMax) {
        return new Pace(
                interval,
                timeout,
                parallel,
                questionsMax,
                idle,
                new Breaker.Patience(failures, pauseMin, pauseMax));
    }
}
