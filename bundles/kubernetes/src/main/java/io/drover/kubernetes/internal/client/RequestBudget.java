package io.drover.kubernetes.internal.client;

import java.util.function.LongSupplier;

/** A token bucket: so many requests a second on average, so many at once. Safe for many threads. */
final class RequestBudget {

    private final long nanosPerToken;
    private final long capacityNanos;
    private final LongSupplier nanos;
    private long paidUntil;

    RequestBudget(int perSecond, int burst, LongSupplier nanos) {
        this.nanosPerToken = 1_000_000_000L / perSecond;
        this.capacityNanos = nanosPerToken * burst;
        this.nanos = nanos;
        this.paidUntil = nanos.getAsLong() - capacityNanos;
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
        long wait = Math.max(0, paidUntil + nanosPerToken - now);
        if (wait > patienceNanos) {
            return -1;
        }
        paidUntil += nanosPerToken;
        return wait;
    }
}
