package io.drover.conntrack.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.conntrack.StreamPosition;
import io.drover.api.conntrack.Traffic;
import io.drover.conntrack.internal.codec.ConntrackMessage;
import io.drover.conntrack.internal.table.MessageView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * All open streams, and the tape that they begin from. Any thread opens and closes; the table's
 * thread adds.
 */
final class Streams {

    private final int streamsMax;
    private final int queueMax;
    private final LongAdder lost;
    private final Tape tape;
    private final MessageView view = new MessageView();
    private final List<EventQueue> open = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Resuming> resuming = new ConcurrentLinkedQueue<>();

    /** Read for each event, so that nothing is made when nobody follows. */
    private volatile boolean any;

    /**
     * Whether a stream was ever opened, here or in the former instance, whose readers are about to
     * come back for what happened meanwhile: from then on events are kept.
     */
    private volatile boolean keeping;

    private record Resuming(EventQueue queue, StreamPosition after) {}

    Streams(int streamsMax, int queueMax, int keptEvents, LongAdder lost) {
        this.streamsMax = streamsMax;
        this.queueMax = queueMax;
        this.tape = new Tape(keptEvents);
        this.lost = lost;
    }

    ConnectionStream open(ConnectionFilter filter, int capacity) {
        EventQueue queue = admit(filter, capacity);
        synchronized (this) {
            queue.numbered(tape.position().epoch());
            open.add(queue);
            any = true;
        }
        return queue;
    }

    /** The stream begins with what the table's thread finds kept, at its next turn. */
    ConnectionStream resume(ConnectionFilter filter, int capacity, StreamPosition after) {
        EventQueue queue = admit(filter, capacity);
        resuming.add(new Resuming(queue, after));
        return queue;
    }

    private synchronized EventQueue admit(ConnectionFilter filter, int capacity) {
        if (capacity < 1 || capacity > 65_536) {
            throw new IllegalArgumentException("capacity must be 1 to 65536, is " + capacity);
        }
        if (size() >= streamsMax) {
            throw new IllegalStateException(
                    "conntrack.streams_max is " + streamsMax + " and as many streams are open");
        }
        keeping = true;
        return new EventQueue(filter, Math.min(capacity, queueMax), lost, this::closed);
    }

    private synchronized void closed(EventQueue queue) {
        open.remove(queue);
        resuming.removeIf(waiting -> waiting.queue == queue);
        any = !open.isEmpty();
    }

    int size() {
        return open.size() + resuming.size();
    }

    StreamPosition position() {
        return tape.position();
    }

    // ---- the table's thread

    /** A socket was opened or claimed; see {@link Tape#begin}. */
    void begin(long[] note) {
        tape.begin(note);
        keeping |= tape.keeps();
        synchronized (this) {
            // Opened before the numbering was known.
            for (EventQueue queue : open) {
                queue.numbered(tape.position().epoch());
            }
        }
    }

    long[] note() {
        return tape.note();
    }

    /** Lets waiting streams begin. Before each drain; costs a look when there are none. */
    void admitResuming() {
        if (keeping) {
            tape.keep();
        }
        for (Resuming next = resuming.poll(); next != null; next = resuming.poll()) {
            begin(next.queue, next.after);
        }
    }

    private void begin(EventQueue queue, StreamPosition after) {
        queue.numbered(tape.position().epoch());
        boolean same =
                tape.replay(
                        after,
                        new Tape.Listener() {
                            @Override
                            public void event(
                                    long which,
                                    Connection connection,
                                    boolean opened,
                                    Optional<Traffic> traffic) {
                                queue.add(which, connection, opened, traffic);
                            }

                            @Override
                            public void missing(long count, long last, boolean byKernel) {
                                if (byKernel) {
                                    queue.lost(count, last);
                                } else {
                                    queue.notKept(count, last);
                                }
                            }
                        });
        if (!same) {
            queue.notKept(-1, tape.position().number());
        }
        synchronized (this) {
            if (!queue.ended()) {
                open.add(queue);
                any = true;
            }
        }
        queue.callReader();
    }

    /** Numbers an event, keeps it, and tells the streams of it. */
    void event(ConntrackMessage message, long inode, boolean opened) {
        long number = tape.next();
        if (!keeping) {
            return;
        }
        tape.write(message, view, inode, opened);
        if (!any) {
            return;
        }
        Connection connection = view.connection(message, inode);
        Optional<Traffic> traffic =
                message.hasCounters()
                        ? Optional.of(
                                new Traffic(
                                        message.originalPackets(),
                                        message.originalBytes(),
                                        message.replyPackets(),
                                        message.replyBytes()))
                        : Optional.empty();
        add(number, connection, opened, traffic);
    }

    void add(long number, Connection connection, boolean opened, Optional<Traffic> traffic) {
        for (EventQueue queue : open) {
            queue.add(number, connection, opened, traffic);
        }
    }

    void lost(long count) {
        tape.lost(count);
        long number = tape.position().number();
        for (EventQueue queue : open) {
            queue.lost(count, number);
        }
    }

    /** Calls the readers that wait. Once for a drain, not for each event. */
    void callReaders() {
        tape.publish();
        for (EventQueue queue : open) {
            queue.callReader();
        }
    }

    /** The table has gone away. */
    synchronized void endAll() {
        for (EventQueue queue : open) {
            queue.end();
        }
        for (Resuming waiting = resuming.poll(); waiting != null; waiting = resuming.poll()) {
            waiting.queue.end();
        }
        open.clear();
        any = false;
    }
}
