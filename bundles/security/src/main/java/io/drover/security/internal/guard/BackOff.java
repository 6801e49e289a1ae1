package io.drover.security.internal.guard;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Remembers from where wrong tokens come. After some that are free, a source has to wait, and twice
 * as long each time that it does not learn. One lock, held for a look into a table of a fixed size;
 * when it is full the source that has been quiet for longest is forgotten, which is counted.
 */
final class BackOff {

    private static final long FIRST_NANOS = Duration.ofSeconds(1).toNanos();

    /** A source that was quiet for so many times its longest wait begins anew. */
    private static final int QUIET_FACTOR = 5;

    private final Map<String, Source> sources = new LinkedHashMap<>(16, 0.75f, true);
    private final LongAdder begun = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder forgotten = new LongAdder();
    private final LongSupplier nanos;
    private volatile Limits limits;

    /**
     * How much is borne.
     *
     * @param free wrong tokens before the first wait
     * @param waitMax the longest wait
     * @param sourcesMax how many sources are remembered
     */
    record Limits(int free, Duration waitMax, int sourcesMax) {}

    private static final class Source {
        private int failures;
        private long lastNanos;
        private long untilNanos;
        private boolean waits;
    }

    /** What a failure leads to. */
    enum Effect {
        /** It is borne. */
        BORNE,
        /** It was one too many: from now on the source has to wait. */
        BEGINS,
        /** The source was to wait and did not. */
        WAITS
    }

    /**
     * @param nanos the monotonic clock
     */
    BackOff(Limits limits, LongSupplier nanos) {
        this.limits = limits;
        this.nanos = nanos;
    }

    void limits(Limits next) {
        limits = next;
    }

    /** Takes note of a wrong token. */
    synchronized Effect fail(String from) {
        long now = nanos.getAsLong();
        Source source = sources.get(from);
        if (source == null) {
            source = new Source();
            sources.put(from, source);
            forgetOldest();
        } else if (isWaiting(source, now)) {
            refused.increment();
            return Effect.WAITS;
        } else if (now - source.lastNanos > QUIET_FACTOR * limits.waitMax.toNanos()) {
            source.failures = 0;
        }
        source.waits = false;
        source.lastNanos = now;
        source.failures = Math.min(source.failures + 1, limits.free + 63);
        if (source.failures <= limits.free) {
            return Effect.BORNE;
        }
        source.waits = true;
        source.untilNanos = now + waitNanos(source.failures - limits.free);
        begun.increment();
        return Effect.BEGINS;
    }

    /** How long a source has yet to wait; zero when it has not. */
    synchronized Duration left(String from) {
        Source source = sources.get(from);
        long now = nanos.getAsLong();
        return source == null || !isWaiting(source, now)
                ? Duration.ZERO
                : Duration.ofNanos(source.untilNanos - now);
    }

    synchronized int size() {
        return sources.size();
    }

    /** How often a source was told to wait. */
    long begun() {
        return begun.sum();
    }

    /** How many wrong tokens came from sources that were to wait. */
    long refused() {
        return refused.sum();
    }

    /** How many sources were forgotten because there were too many. */
    long forgotten() {
        return forgotten.sum();
    }

    private boolean isWaiting(Source source, long now) {
        return source.waits && source.untilNanos - now > 0;
    }

    private long waitNanos(int times) {
        long doubled = times > 30 ? Long.MAX_VALUE : FIRST_NANOS << (times - 1);
        return Math.min(doubled, limits.waitMax.toNanos());
    }

    private void forgetOldest() {
        if (sources.size() > limits.sourcesMax) {
            var oldest = sources.entrySet().iterator();
            oldest.next();
            oldest.remove();
            forgotten.increment();
        }
    }
}
