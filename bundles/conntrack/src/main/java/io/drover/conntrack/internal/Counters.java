package io.drover.conntrack.internal;

import io.drover.conntrack.internal.table.TableCounters;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What is counted, from the start of the bundle on. Any thread. */
final class Counters {

    /** Why the kernel's table was read. */
    enum Cause {
        START,
        LOSS,
        AUDIT,
        POLL;

        String word() {
            return switch (this) {
                case START -> "start";
                case LOSS -> "loss";
                case AUDIT -> "audit";
                case POLL -> "poll";
            };
        }
    }

    /** Upper bounds of the events taken by one drain. */
    static final List<Double> DRAIN_BOUNDS =
            List.of(1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 16384.0);

    final TableCounters table = new TableCounters();
    final LongAdder opened = new LongAdder();
    final LongAdder updated = new LongAdder();
    final LongAdder closed = new LongAdder();
    final LongAdder lost = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder truncated = new LongAdder();
    final LongAdder dumpsAtStart = new LongAdder();
    final LongAdder dumpsAfterLoss = new LongAdder();
    final LongAdder dumpsOfAudits = new LongAdder();
    final LongAdder dumpsOfPolls = new LongAdder();
    final LongAdder dumpsBroken = new LongAdder();
    final DoubleAdder dumpSeconds = new DoubleAdder();
    final LongAdder dumpedEntries = new LongAdder();
    final LongAdder streamLost = new LongAdder();
    final LongAdder passedOver = new LongAdder();
    final LongAdder namespaceUnknown = new LongAdder();
    final LongAdder messageErrors = new LongAdder();
    final LongAdder pressureChanges = new LongAdder();
    final LongAdder watchdog = new LongAdder();
    final LongAdder resolutions = new LongAdder();
    final LongAdder resolutionsUnknown = new LongAdder();
    final LongAccumulator fillMax = new LongAccumulator(Math::max, 0);

    /** When the table was last compared with the kernel's, in milliseconds of Unix time. */
    volatile long comparedAt;

    private final AtomicLongArray drains = new AtomicLongArray(DRAIN_BOUNDS.size() + 1);
    private final LongAdder drained = new LongAdder();

    /** All events. */
    long events() {
        return opened.sum() + updated.sum() + closed.sum();
    }

    LongAdder dumps(Cause cause) {
        return switch (cause) {
            case START -> dumpsAtStart;
            case LOSS -> dumpsAfterLoss;
            case AUDIT -> dumpsOfAudits;
            case POLL -> dumpsOfPolls;
        };
    }

    /** Notes one drain that found something. */
    void drain(int taken) {
        int bucket = 0;
        while (bucket < DRAIN_BOUNDS.size() && taken > DRAIN_BOUNDS.get(bucket)) {
            bucket++;
        }
        drains.incrementAndGet(bucket);
        drained.add(taken);
    }

    /** Drains by the size of their catch, as a histogram wants them. */
    long[] drains() {
        long[] counts = new long[drains.length()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = drains.get(i);
        }
        return counts;
    }

    /** Datagrams taken by all drains. */
    double drained() {
        return drained.doubleValue();
    }
}
