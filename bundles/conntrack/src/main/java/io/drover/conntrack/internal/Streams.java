package io.drover.conntrack.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** All open streams. Any thread opens and closes; the table's thread adds. */
final class Streams {

    private final int streamsMax;
    private final int queueMax;
    private final LongAdder lost;
    private final List<EventQueue> open = new CopyOnWriteArrayList<>();

    /** Read for each event, so that nothing is made when nobody follows. */
    private volatile boolean any;

    Streams(int streamsMax, int queueMax, LongAdder lost) {
        this.streamsMax = streamsMax;
        this.queueMax = queueMax;
        this.lost = lost;
    }

    synchronized ConnectionStream open(ConnectionFilter filter, int capacity) {
        if (capacity < 1 || capacity > 65_536) {
            throw new IllegalArgumentException("capacity must be 1 to 65536, is " + capacity);
        }
        if (open.size() >= streamsMax) {
            throw new IllegalStateException(
                    "conntrack.streams_max is " + streamsMax + " and as many streams are open");
        }
        EventQueue queue = new EventQueue(filter, Math.min(capacity, queueMax), lost, this::closed);
        open.add(queue);
        any = true;
        return queue;
    }

    private synchronized void closed(EventQueue queue) {
        open.remove(queue);
        any = !open.isEmpty();
    }

    boolean any() {
        return any;
    }

    int size() {
        return open.size();
    }

    void add(Connection connection, boolean opened) {
        for (EventQueue queue : open) {
            queue.add(connection, opened);
        }
    }

    void lost(long count) {
        for (EventQueue queue : open) {
            queue.lost(count);
        }
    }

    /** Calls the readers that wait. Once for a drain, not for each event. */
    void callReaders() {
        for (EventQueue queue : open) {
            queue.callReader();
        }
    }

    /** The table has gone away. */
    synchronized void endAll() {
        for (EventQueue queue : open) {
            queue.end();
        }
        open.clear();
        any = false;
    }
}
