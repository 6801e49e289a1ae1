package io.drover.conntrack.internal.top;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Two sketches that take turns, so that what is shown is of the last one to two lengths of the
 * window and not of all time. Not thread-safe.
 */
final class Window {

    private Sketch present;
    private Sketch past;
    private Instant presentSince;
    private Instant pastSince;

    /** Of both sketches together. */
    record Row(long a, long b, long c, long d, long count, long error) {}

    Window(int capacity, Instant now) {
        present = new Sketch(capacity);
        past = new Sketch(capacity);
        presentSince = now;
        pastSince = now;
    }

    void add(long a, long b, long c, long d, long amount) {
        present.add(a, b, c, d, amount);
    }

    /** A length of the window is over. */
    void turn(Instant now) {
        Sketch oldest = past;
        past = present;
        pastSince = presentSince;
        oldest.clear();
        present = oldest;
        presentSince = now;
    }

    Instant since() {
        return pastSince;
    }

    long total() {
        return present.total() + past.total();
    }

    /**
     * The largest of both. Who is in one alone may have had in the other what can be missed there.
     */
    List<Row> largest(int limit) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < present.size(); i++) {
            rows.add(row(present, i, past, true));
        }
        for (int i = 0; i < past.size(); i++) {
            boolean inBoth =
                    present.find(past.key(i, 0), past.key(i, 1), past.key(i, 2), past.key(i, 3))
                            >= 0;
            if (!inBoth) {
                rows.add(row(past, i, present, false));
            }
        }
        rows.sort(Comparator.comparingLong(Row::count).reversed().thenComparingLong(Row::error));
        return rows.subList(0, Math.min(limit, rows.size()));
    }

    private static Row row(Sketch from, int place, Sketch other, boolean look) {
        long a = from.key(place, 0);
        long b = from.key(place, 1);
        long c = from.key(place, 2);
        long d = from.key(place, 3);
        int there = look ? other.find(a, b, c, d) : -1;
        long more = there >= 0 ? other.count(there) : other.missable();
        long doubt = there >= 0 ? other.error(there) : other.missable();
        return new Row(a, b, c, d, from.count(place) + more, from.error(place) + doubt);
    }
}
