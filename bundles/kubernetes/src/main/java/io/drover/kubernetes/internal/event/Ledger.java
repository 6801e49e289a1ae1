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
 * nothing because its topic has used up its budget. Pure: time comes in. Asked before anything is
 * queued, so a thing that happens ten thousand times takes one place. Any thread.
 */
final class Ledger {

    /**
     * After so long without an equal emission the next one is a new event, unless a count still
     * waits to be written: the API server may be away for longer.
     */
    private static final Duration IDLE = Duration.ofMinutes(6);

    /** The first repetition is written at once, then the count at most this often. */
    private static final Duration COUNT_EACH = Duration.ofSeconds(30);

    private static final int REMEMBERED_MAX = 1_024;

    private final int burst;
    private final long refillNanos;
    private final Map<What, Series> series = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Topic, Bucket> buckets = new Eldest<>();
    private long lost;

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

    /** An event that exists on the API server or is on its way there, and how often it happened. */
    static final class Series {
        private final What what;
        private String name = "";
        private int count = 1;
        private int written = 1;
        private Instant last;
        private long lastNanos;
        private long writtenNanos;

        private Series(What what, Instant at, long nanos) {
            this.what = what;
            this.last = at;
            this.lastNanos = nanos;
            this.writtenNanos = nanos;
        }

        private Count now() {
            return new Count(this, name, what, count, last);
        }

        private boolean dirty() {
            return count > written && !name.isEmpty();
        }

        private boolean settled() {
            return count == written && !name.isEmpty();
        }
    }

    /**
     * A count that is to be written, as it was when it was asked for: more may happen meanwhile.
     *
     * @param of whose
     * @param name of the Event object
     * @param what was said
     * @param count how often until then
     * @param last when last
     */
    record Count(Series of, String name, What what, int count, Instant last) {}

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

    /** What becomes of an emission; after {@link Verdict#CREATE} it counts as created. */
    synchronized Verdict judge(Emission emission, long nanos) {
        Series known = series.get(emission.what());
        if (known != null && (known.dirty() || nanos - known.lastNanos < IDLE.toNanos())) {
            known.count++;
            known.last = emission.at();
            known.lastNanos = nanos;
            return Verdict.COUNTED;
        }
        if (!bucket(emission.what(), nanos).take(nanos)) {
            return Verdict.OVER_BUDGET;
        }
        makeRoom();
        series.put(emission.what(), new Series(emission.what(), emission.at(), nanos));
        return Verdict.CREATE;
    }

    /** Forgets what happened longest ago; what has something to be written only if all have. */
    private void makeRoom() {
        if (series.size() < REMEMBERED_MAX) {
            return;
        }
        Series eldest = series.values().iterator().next();
        Series goes = series.values().stream().filter(Series::settled).findFirst().orElse(eldest);
        lost += goes.count - goes.written;
        series.remove(goes.what);
    }

    /** How many happenings were forgotten before they could be counted, since the last call. */
    synchronized long takeLost() {
        long taken = lost;
        lost = 0;
        return taken;
    }

    /** The event was created under {@code name}. */
    synchronized void created(Emission emission, String name, long nanos) {
        Series one = series.get(emission.what());
        if (one != null) {
            one.name = name;
            one.writtenNanos = nanos;
        }
    }

    /** The event was not created after all: the next equal emission is a new one. */
    synchronized void dropped(Emission emission) {
        series.remove(emission.what());
    }

    /** Whether nothing was said for so long that there is nothing to be counted. */
    synchronized boolean resting(long nanos) {
        return series.values().stream()
                .noneMatch(one -> one.dirty() || nanos - one.lastNanos < IDLE.toNanos());
    }

    /** Counts that are to be written now. Takes their tokens. */
    synchronized List<Count> due(long nanos) {
        List<Count> due = new ArrayList<>();
        for (Series one : series.values()) {
            boolean time = one.written == 1 || nanos - one.writtenNanos >= COUNT_EACH.toNanos();
            if (one.dirty() && time && bucket(one.what, nanos).take(nanos)) {
                due.add(one.now());
            }
        }
        return due;
    }

    /** All counts that were not written yet, whatever their budget. */
    synchronized List<Count> unwritten() {
        return series.values().stream().filter(Series::dirty).map(Series::now).toList();
    }

    /** The count of an event was written. */
    synchronized void written(Count count, long nanos) {
        count.of.written = count.count;
        count.of.writtenNanos = nanos;
    }

    /** The event is not there any more: the next equal emission is a new one. */
    synchronized void gone(Count count) {
        series.remove(count.what, count.of);
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
