package io.drover.link.internal;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * The wait before each attempt: doubled with each failure up to a bound, and shifted by chance, so
 * that the nodes of a cluster do not come all at once. One thread.
 */
final class BackOff {

    private static final double SPREAD = 0.25;
    private static final int DOUBLINGS_MAX = 40;

    private final Duration min;
    private final Duration max;
    private final DoubleSupplier chance;
    private int failures;

    /**
     * @param chance from 0 to 1
     */
    BackOff(Duration min, Duration max, DoubleSupplier chance) {
        this.min = min;
        this.max = max;
        this.chance = chance;
    }

    /** One attempt more has failed: how long to wait now. */
    Duration failed() {
        double doubled = (double) min.toMillis() * Math.pow(2, Math.min(failures, DOUBLINGS_MAX));
        failures++;
        return shifted(Math.min(doubled, (double) max.toMillis()));
    }

    /** Trying again soon would change nothing: the longest wait. */
    Duration hopeless() {
        failures++;
        return shifted((double) max.toMillis());
    }

    /** It works again. */
    void succeeded() {
        failures = 0;
    }

    private Duration shifted(double millis) {
        return Duration.ofMillis(
                Math.round(millis * (1 - SPREAD + 2 * SPREAD * chance.getAsDouble())));
    }
}
