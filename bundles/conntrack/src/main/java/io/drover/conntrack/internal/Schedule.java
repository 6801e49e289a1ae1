package io.drover.conntrack.internal;

import io.drover.conntrack.internal.Counters.Cause;
import java.util.concurrent.TimeUnit;

/**
 * When the kernel's table is to be read, and why. A loss is answered as soon as losses end; when
 * they go on, readings keep a growing distance, or they would add to what causes them. Times are
 * those of {@link System#nanoTime}. One thread.
 */
final class Schedule {

    private static final long FIRST_DELAY = TimeUnit.MILLISECONDS.toNanos(250);

    /** No loss for so long: they have ended, for now. */
    private static final long LOSSES_OVER = TimeUnit.MILLISECONDS.toNanos(25);

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

    /** The end of all patience with losses that go on. */
    private long latest;

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
            if (now - lastTrouble > QUIET) {
                delay = 0;
            }
            delay = Math.min(retryMax, Math.max(FIRST_DELAY, 2 * delay));
            next = Cause.LOSS;
            latest = now + delay;
        }
        lastTrouble = now;
        dueAt = Math.min(latest, now + LOSSES_OVER);
    }

    /** Reads by the clock as long as the kernel is not asked to tell of events. */
    void poll(long interval, long now) {
        if (next == null || (next == Cause.AUDIT && dueAt > now + interval)) {
            next = Cause.POLL;
            dueAt = now + interval;
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
            lastTrouble = now;
            next = running;
            delay = Math.max(delay, FIRST_DELAY);
            latest = now + delay;
            dueAt = latest;
            delay = Math.min(retryMax, 2 * delay);
        }
    }
}
