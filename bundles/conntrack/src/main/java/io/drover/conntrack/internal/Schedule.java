package io.drover.conntrack.internal;

import io.drover.conntrack.internal.Counters.Cause;
import java.util.concurrent.TimeUnit;

/**
 * When the kernel's table is to be read, and why. A first loss is answered at once; when losses go
 * on, readings keep a growing distance, or they would add to what causes them. Times are those of
 * {@link System#nanoTime}. One thread.
 */
final class Schedule {

    private static final long FIRST_DELAY = TimeUnit.MILLISECONDS.toNanos(250);

    /** Without trouble for so long, the next one is a first one. */
    private static final long QUIET = TimeUnit.SECONDS.toNanos(10);

    private static final long NEVER = TimeUnit.DAYS.toNanos(1);

    private final long auditInterval;
    private final long retryMax;

    /** The next reading; null for none. */
    private Cause next = Cause.START;

    private long dueAt;
    private Cause running = Cause.START;
    private long delay;
    private long lastTrouble;

    /**
     * Begins with a reading that is due at once.
     *
     * @param auditInterval nanoseconds, 0 for no audits
     * @param retryMax nanoseconds
     */
    Schedule(long auditInterval, long retryMax, long now) {
        this.auditInterval = auditInterval;
        this.retryMax = retryMax;
        this.dueAt = now;
        this.lastTrouble = now - QUIET - 1;
    }

    /** The reading that is to begin now; null for none. */
    Cause due(long now) {
        return nanosUntilDue(now) == 0 ? next : null;
    }

    long nanosUntilDue(long now) {
        return next == null ? NEVER : Math.max(0, dueAt - now);
    }

    /** Whether a loss has not been answered yet. */
    boolean lossPending() {
        return next == Cause.LOSS;
    }

    void begun() {
        running = next;
        next = null;
    }

    /** Also while a reading runs: what was lost then may not be in it. */
    void lossSeen(long now) {
        if (next != Cause.LOSS) {
            retry(Cause.LOSS, now);
        }
    }

    void whole(long now) {
        if (next == null && auditInterval > 0) {
            next = Cause.AUDIT;
            dueAt = now + auditInterval;
        }
    }

    void broken(long now) {
        if (next == null) {
            delay = Math.max(delay, FIRST_DELAY);
            retry(running, now);
        }
    }

    private void retry(Cause cause, long now) {
        if (now - lastTrouble > QUIET && cause == Cause.LOSS) {
            delay = 0;
        }
        lastTrouble = now;
        next = cause;
        dueAt = now + delay;
        delay = Math.min(retryMax, Math.max(FIRST_DELAY, 2 * delay));
    }
}
