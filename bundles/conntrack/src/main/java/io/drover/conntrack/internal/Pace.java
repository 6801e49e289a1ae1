package io.drover.conntrack.internal;

/**
 * How long to sleep between two drains: as long as allowed, but not so long that more than a
 * quarter of the buffer would fill at the present rate. One thread.
 */
final class Pace {

    /** What one event takes of the buffer: the kernel counts the memory of its packet. */
    static final int EVENT_BYTES = 1280;

    /** Shorter sleeps cost more than they spare. */
    private static final long SHORTEST_NANOS = 100_000;

    private final long longestNanos;
    private final long quarterEvents;

    Pace(long longestNanos, int bufferBytes) {
        this.longestNanos = longestNanos;
        this.quarterEvents = Math.max(1, bufferBytes / EVENT_BYTES / 4);
    }

    /**
     * The time until the next drain.
     *
     * @param taken events that the last drain took
     * @param elapsedNanos time in which they came
     * @return 0 when it should follow at once
     */
    long next(int taken, long elapsedNanos) {
        if (taken == 0) {
            return longestNanos;
        }
        double allowed = (double) elapsedNanos * quarterEvents / taken;
        long nanos = allowed < longestNanos ? (long) allowed : longestNanos;
        return nanos < SHORTEST_NANOS ? 0 : nanos;
    }
}
