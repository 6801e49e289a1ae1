package io.drover.conntrack.internal;

/**
 * When a table is full if it goes on to grow as it does. Pure but for its memory; one caller at a
 * time.
 */
final class Forecast {

    /** Half of what is known of the slope is younger than this. */
    private static final double HALF_LIFE_SECONDS = 60;

    private long lastNanos;
    private long lastCount = -1;
    private double slope;

    /**
     * Seconds until it is full, infinite when it does not grow.
     *
     * @param count entries now
     * @param max entries when full
     * @param nanos now, of {@link System#nanoTime}
     */
    synchronized double secondsToFull(long count, long max, long nanos) {
        if (lastCount >= 0 && nanos > lastNanos) {
            double seconds = (nanos - lastNanos) / 1e9;
            double weight = 1 - Math.pow(0.5, seconds / HALF_LIFE_SECONDS);
            slope += weight * ((count - lastCount) / seconds - slope);
        }
        lastNanos = nanos;
        lastCount = count;
        if (count >= max) {
            return 0;
        }
        return slope > 0 ? (max - count) / slope : Double.POSITIVE_INFINITY;
    }
}
