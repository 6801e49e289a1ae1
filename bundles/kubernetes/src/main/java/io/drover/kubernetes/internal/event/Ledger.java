package io.drover.kubernetes.internal.event;

import io.drover.kubernetes.internal.event.Emission.Topic;
import io.drover.kubernetes.internal.event.Emission.What;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides what an emission becomes: a new event, one more in the count of an earlier one, or
 * nothing because its topic has used up its budget. Pure: time comes in. Used by one thread.
 */
final class Ledger {

    /** After so long without an equal emission the next one is a new event. */
    private static final Duration IDLE = Duration.ofMinutes(6);

    /** The first repetition is written at once, then the count at most this often. */
    private static final Duration COUNT_EACH = Duration.ofSeconds(30);

    private static final int REMEMBERED_MAX = 1_024;

    private final int burst;
    private final long refillNanos;
    private final Map<What, Series> series = new Eldest<>();
    private final Map<Topic, Bucket> buckets = new Eldest<>();

    Ledger(int burst, Duration refill) {
        this.burst = burst;
        this.refillNanos = refill.toNanos();
    }

    /** What is to be done with an emission. */
    enum Verdict {
        CREATE,
        COUNTED,
        OVER_BUDGET
    }

    /** An event that exists on the API server, and how often it happened. */
    static final class Series {
        private final What what;
        private final String name;
        private int count = 1;
        private int written = 1;
        private Instant last;
        private long lastNanos;
        private long writtenNanos;

        private Series(What what, String name, Instant at, long nanos) {
            this.what = what;
            this.name = name;
            this.last = at;
            this.lastNanos = nanos;
            this.writtenNanos = nanos;
        }

        What what() {
            return what;
        }

        String name() {
            return name;
        }

        int count() {
            return count;
        }

        Instant last() {
            return last;
        }

        private boolean dirty() {
            return count > written;
        }
    }

    /** Tokens of one topic. */
    private final class Bucket {
        private double tokens = burst;
        private long atNanos;

        Bucket(long nanos) {
            this.atNanos = nanos;
        }

        boolean take(long nanos) {
            tokens = Math.min(burst, tokens + (double) (nanos - atNanos) / refillNanos);
            atNanos = nanos;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }

    Verdict judge(Emission emission, long nanos) {
        Series known = series.get(emission.what());
        if (known != null && nanos - known.lastNanos < IDLE.toNanos()) {
            known.count++;
            known.last = emission.at();
            known.lastNanos = nanos;
            return Verdict.COUNTED;
        }
        return bucket(emission.what(), nanos).take(nanos) ? Verdict.CREATE : Verdict.OVER_BUDGET;
    }

    /** The event was created under {@code name}. */
    void created(Emission emission, String name, long nanos) {
        series.put(emission.what(), new Series(emission.what(), name, emission.at(), nanos));
    }

    /** Counts that are to be written now. Takes their tokens. */
    List<Series> due(long nanos) {
        List<Series> due = new ArrayList<>();
        for (Series one : series.values()) {
            boolean time = one.written == 1 || nanos - one.writtenNanos >= COUNT_EACH.toNanos();
            if (one.dirty() && time && bucket(one.what, nanos).take(nanos)) {
                due.add(one);
            }
        }
        return due;
    }

    /** All counts that were not written yet, whatever their budget. */
    List<Series> unwritten() {
        return series.values().stream().filter(Series::dirty).toList();
    }

    /** The count of an event was written. */
    void written(Series one, long nanos) {
        one.written = one.count;
        one.writtenNanos = nanos;
    }

    /** The event is not there any more: the next equal emission is a new one. */
    void gone(Series one) {
        series.remove(one.what);
    }

    private Bucket bucket(What what, long nanos) {
        return buckets.computeIfAbsent(what.topic(), topic -> new Bucket(nanos));
    }

    /** Forgets what was used longest ago. */
    private static final class Eldest<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1L;

        Eldest() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > REMEMBERED_MAX;
        }
    }
}
