package io.drover.autoscaling.internal.remote;

import java.time.Duration;

/**
 * Whether an endpoint that fails again and again is left in peace. After so many failures in a row
 * nobody asks for a while; then one question tries, and its failure doubles the while. Times are
 * those of {@link System#nanoTime}. One thread.
 */
final class Breaker {

    /**
     * How patient it is.
     *
     * @param failures in a row that open it
     * @param min the first while
     * @param max the longest one
     */
    record Patience(int failures, Duration min, Duration max) {}

    private final Patience patience;
    private int failures;
    private int opened;
    private long closedAgainAt;
    private boolean trying;

    Breaker(Patience patience) {
        this.patience = patience;
    }

    /** Whether a question may go now; the first one after a while is the one that tries. */
    boolean lets(long now) {
        if (opened == 0) {
            return true;
        }
        if (trying || now - closedAgainAt < 0) {
            return false;
        }
        trying = true;
        return true;
    }

    /** An answer came, whatever it said. */
    void answered() {
        failures = 0;
        opened = 0;
        trying = false;
    }

    /** None came. */
    void failed(long now) {
        failures++;
        if (opened == 0 && failures < patience.failures()) {
            return;
        }
        if (opened > 0 && !trying) {
            return; // asked before it opened
        }
        opened++;
        trying = false;
        closedAgainAt = now + pause();
    }

    private long pause() {
        double pause = patience.min().toNanos() * Math.pow(2, Math.min(opened - 1, 30));
        return (long) Math.min(pause, (double) patience.max().toNanos());
    }

    /** Whether nobody may ask now. */
    boolean open() {
        return opened > 0;
    }

    /** Failures in a row. */
    int failures() {
        return failures;
    }
}
