package io.drover.autoscaling.internal;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** How late looks begin whose time had come by the clock. Any thread. */
final class Lateness {

    /** Upper bounds of the buckets, in seconds. */
    static final List<Double> BOUNDS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 15.0);

    private final LongAdder[] counts = new LongAdder[BOUNDS.size() + 1];
    private final LongAdder nanos = new LongAdder();

    Lateness() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** One look began so long after its time. */
    void add(long late) {
        int bucket = 0;
        while (bucket < BOUNDS.size() && late > BOUNDS.get(bucket) * 1e9) {
            bucket++;
        }
        counts[bucket].increment();
        nanos.add(late);
    }

    /** Looks in each bucket, and behind them those beyond the last bound. */
    long[] counts() {
        long[] sums = new long[counts.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = counts[i].sum();
        }
        return sums;
    }

    /** All of them together. */
    double seconds() {
        return nanos.sum() / 1e9;
    }
}
