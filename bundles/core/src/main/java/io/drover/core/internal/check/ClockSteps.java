package io.drover.core.internal.check;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Notices when the wall clock is set, by the JVM's monotonic clock beside it. {@link #look} is
 * called by one thread; the rest by any.
 */
public final class ClockSteps {

    /** Less is the slewing of a time service. */
    private static final Duration LEAST = Duration.ofMillis(200);

    /** Two readings that lie further apart than this say nothing of each other. */
    private static final long APART_NANOS = 50_000_000;

    private final Clock clock;
    private final LongSupplier nanoTime;
    private Instant wall;
    private long mono;
    private final AtomicLong count = new AtomicLong();
    private volatile Duration largest = Duration.ZERO;
    private volatile Instant largestAt = Instant.EPOCH;

    public ClockSteps(Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        wall = clock.instant();
        mono = nanoTime.getAsLong();
    }

    /** Compares the two since the last look. */
    public void look() {
        long before = nanoTime.getAsLong();
        Instant wallNow = clock.instant();
        long monoNow = nanoTime.getAsLong();
        if (monoNow - before > APART_NANOS) {
            return;
        }
        Duration step = Duration.between(wall, wallNow).minusNanos(monoNow - mono);
        wall = wallNow;
        mono = monoNow;
        if (step.abs().compareTo(LEAST) < 0) {
            return;
        }
        count.incrementAndGet();
        if (step.abs().compareTo(largest.abs()) > 0) {
            largest = step;
            largestAt = wallNow;
        }
    }

    /** How often it was set. */
    public long count() {
        return count.get();
    }

    /** By how much at most, forward or back; zero when never. */
    public Duration largest() {
        return largest;
    }

    /** When that was, by the clock after it. */
    public Instant largestAt() {
        return largestAt;
    }
}
