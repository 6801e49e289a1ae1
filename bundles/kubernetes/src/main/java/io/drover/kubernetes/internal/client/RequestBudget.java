package io.drover.kubernetes.internal.client;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A token bucket: so many requests a second on average, so many at once. Safe for many threads. */
final class RequestBudget {

    /**
     * Retry-After is the wish of one answer, and this is a pause of all requests: after so long the
     * next one asks again whether it still holds.
     */
    static final Duration PAUSE_MAX = Duration.ofSeconds(30);

    private final long nanosPerToken;
    private final long capacityNanos;
    private final LongSupplier nanos;
    private long paidUntil;
    private long pausedUntil;

    RequestBudget(int perSecond, int burst, LongSupplier nanos) {
        this.nanosPerToken = 1_000_000_000L / perSecond;
        this.capacityNanos = nanosPerToken * burst;
        this.nanos = nanos;
        this.paidUntil = nanos.getAsLong() - capacityNanos;
        this.pausedUntil = nanos.getAsLong();
    }

    /**
     * Takes one token, also from the future.
     *
     * @return how long to wait before it may be used, in nanoseconds; negative, and nothing taken,
     *     when that is more than {@code patienceNanos}
     */
    synchronized long take(long patienceNanos) {
        long now = nanos.getAsLong();
        if (now - paidUntil > capacityNanos) {
            paidUntil = now - capacityNanos;
        }
        long wait = Math.max(0, Math.max(paidUntil + nanosPerToken - now, pausedUntil - now));
        if (wait > patienceNanos) {
            return -1;
        }
        paidUntil += nanosPerToken;
        return wait;
    }

    /** Nothing may be sent for a while: the API server asked for it. */
    synchronized void pause(Duration wish) {
        long until = nanos.getAsLong() + Math.min(wish.toNanos(), PAUSE_MAX.toNanos());
        if (until - pausedUntil > 0) {
            pausedUntil = until;
        }
    }
}
