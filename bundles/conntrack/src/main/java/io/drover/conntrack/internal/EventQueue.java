package io.drover.conntrack.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionEvent;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.conntrack.Traffic;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of one reader: a ring between the table's thread, which adds, and the reader's, which
 * takes. Neither waits for the other. What was lost before an event lies beside it.
 */
final class EventQueue implements ConnectionStream {

    private static final Logger log = LoggerFactory.getLogger(EventQueue.class);

    private final ConnectionFilter filter;
    private final LongAdder lostInAll;
    private final Consumer<EventQueue> onClose;

    private final Connection[] connections;
    private final boolean[] opened;
    private final long[] positions;
    private final Traffic[] traffics;
    private final long[] lostByReaderBefore;
    private final long[] lostByKernelBefore;
    private final AtomicLong added = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong lostByReader = new AtomicLong();
    private final AtomicLong lostByKernel = new AtomicLong();

    /** Lost before the first event; 0 for nothing, -1 for what cannot be counted. */
    private volatile long lostByResuming;

    /** Of the newest event that was offered, whether it was wanted or not. */
    private volatile long offered;

    /** Of the newest event that was told. */
    private long position;

    private volatile long epoch;

    /** Whether the reader has found nothing since it was called last. */
    private final AtomicBoolean waiting = new AtomicBoolean(true);

    private long sequence;
    private volatile Runnable ready;
    private volatile boolean ended;

    EventQueue(
            ConnectionFilter filter,
            int capacity,
            LongAdder lostInAll,
            Consumer<EventQueue> onClose) {
        this.filter = filter;
        this.lostInAll = lostInAll;
        this.onClose = onClose;
        this.connections = new Connection[capacity];
        this.opened = new boolean[capacity];
        this.positions = new long[capacity];
        this.traffics = new Traffic[capacity];
        this.lostByReaderBefore = new long[capacity];
        this.lostByKernelBefore = new long[capacity];
    }

    // ---- the table's thread

    /** The numbering begins, or goes on, under this epoch. Before the first event. */
    void numbered(long which) {
        epoch = which;
    }

    void add(long number, Connection connection, boolean isOpened, Optional<Traffic> traffic) {
        if (!ended && filter.admits(connection)) {
            put(number, connection, isOpened, traffic);
        }
        // Last: who reads it has seen the event.
        offered = number;
    }

    private void put(
            long number, Connection connection, boolean isOpened, Optional<Traffic> traffic) {
        long at = added.get();
        if (at - taken.get() == connections.length) {
            lostByReader.incrementAndGet();
            lostInAll.increment();
            return;
        }
        int slot = (int) (at % connections.length);
        connections[slot] = connection;
        opened[slot] = isOpened;
        positions[slot] = number;
        traffics[slot] = traffic.orElse(null);
        lostByReaderBefore[slot] = lostByReader.getAndSet(0);
        lostByKernelBefore[slot] = lostByKernel.getAndSet(0);
        added.set(at + 1);
    }

    void lost(long count, long number) {
        lostByKernel.addAndGet(count);
        offered = number;
    }

    /**
     * The stream does not begin where it was asked to.
     *
     * @param count events that are not kept any more; -1 if their number cannot be known
     * @param number of the last of them
     */
    void notKept(long count, long number) {
        lostByResuming = count;
        offered = number;
    }

    /** Calls the reader if it waits and there is something for it. */
    void callReader() {
        Runnable reader = ready;
        if (reader == null || nothingToTell() || !waiting.compareAndSet(true, false)) {
            return;
        }
        try {
            reader.run();
        } catch (RuntimeException e) {
            // The reader's code, on the table's thread.
            log.warn("a stream's reader failed, the stream is closed", e);
            close();
        }
    }

    void end() {
        ended = true;
        callReader();
    }

    // ---- the reader's thread

    @Override
    public ConnectionEvent poll() {
        ConnectionEvent event = next();
        if (event == null) {
            waiting.set(true);
            // What came between the look and the flag is not called for.
            event = next();
            if (event != null) {
                waiting.set(false);
            }
        }
        return event;
    }

    private ConnectionEvent next() {
        long unkept = lostByResuming;
        if (unkept != 0) {
            lostByResuming = 0;
            sequence++;
            return new ConnectionEvent.Lost(sequence, position, Math.max(0, unkept), "replay");
        }
        // Read before the look: what is offered later is not told of yet.
        long newest = offered;
        long at = taken.get();
        if (at == added.get()) {
            ConnectionEvent kernel = loss(lostByKernel.getAndSet(0), newest, "kernel");
            return kernel != null ? kernel : loss(lostByReader.getAndSet(0), newest, "reader");
        }
        int slot = (int) (at % connections.length);
        ConnectionEvent kernel = loss(lostByKernelBefore[slot], positions[slot] - 1, "kernel");
        lostByKernelBefore[slot] = 0;
        if (kernel != null) {
            return kernel;
        }
        ConnectionEvent reader = loss(lostByReaderBefore[slot], positions[slot] - 1, "reader");
        lostByReaderBefore[slot] = 0;
        if (reader != null) {
            return reader;
        }
        Connection connection = connections[slot];
        boolean isOpened = opened[slot];
        Optional<Traffic> traffic = Optional.ofNullable(traffics[slot]);
        position = positions[slot];
        connections[slot] = null;
        traffics[slot] = null;
        taken.set(at + 1);
        sequence++;
        return isOpened
                ? new ConnectionEvent.Opened(sequence, position, connection)
                : new ConnectionEvent.Closed(sequence, position, connection, traffic);
    }

    private ConnectionEvent loss(long count, long number, String cause) {
        if (count == 0) {
            return null;
        }
        sequence++;
        position = Math.max(position, number);
        return new ConnectionEvent.Lost(sequence, position, count, cause);
    }

    @Override
    public void onReady(Runnable callback) {
        ready = callback;
        callReader();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public void close() {
        ended = true;
        onClose.accept(this);
    }

    private boolean nothingToTell() {
        return added.get() == taken.get()
                && lostByKernel.get() == 0
                && lostByReader.get() == 0
                && lostByResuming == 0
                && !ended;
    }
}
