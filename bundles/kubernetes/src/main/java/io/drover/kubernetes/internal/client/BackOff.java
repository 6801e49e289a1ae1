package io.drover.kubernetes.internal.client;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Waits that double, give or take a fifth, up to a limit. Used by one thread. */
public final class BackOff {

    private final Duration first;
    private final Duration max;
    private final DoubleSupplier random;
    private int failures;

    /**
     * @param random gives numbers from 0 (inclusive) to 1
     */
    public BackOff(Duration first, Duration max, DoubleSupplier random) {
        this.first = first;
        this.max = max;
        this.random = random;
    }

    /** The wait after one more failure. */
    public Duration next() {
        double grown = first.toNanos() * Math.pow(2, Math.min(failures, 30));
        failures++;
        double limited = Math.min(grown, (double) max.toNanos());
        return Duration.ofNanos((long) (limited * (0.8 + 0.4 * random.getAsDouble())));
    }

    /** A number from 0 (inclusive) to 1. */
    public double random() {
        return random.getAsDouble();
    }

    /** After a success the next wait is the first one again. */
    public void reset() {
        failures = 0;
    }
}
