package io.drover.conntrack.internal.table;

import java.util.concurrent.atomic.LongAdder;

/** What tables count, over the life of the bundle and thus of several tables. Any thread. */
public final class TableCounters {

    final LongAdder evictions = new LongAdder();
    final LongAdder swept = new LongAdder();
    final LongAdder superseded = new LongAdder();

    /** Connections that had to make room. */
    public long evictions() {
        return evictions.sum();
    }

    /** Connections whose end was missed, found by a dump. */
    public long swept() {
        return swept.sum();
    }

    /** Connections whose end was missed, found by a newer one that has one of their keys. */
    public long superseded() {
        return superseded.sum();
    }
}
