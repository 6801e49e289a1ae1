package io.drover.testing;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionEvent;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionOrder;
import io.drover.api.conntrack.ConnectionPage;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.conntrack.Connections;
import io.drover.api.conntrack.StreamPosition;
import io.drover.api.conntrack.Tuple;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * A table that a test fills. Its streams keep the contract: a queue of bounded length, the newest
 * events lost and counted, a call when it stops being empty; all events are numbered, and the
 * newest kept for streams that are resumed. Any thread.
 */
public final class ScriptedConnections implements Connections {

    /** Of its numbering. */
    public static final long EPOCH = 7;

    private static final int KEPT = 100_000;

    /** What outlives a replacement. Its lock is that of all events. */
    private static final class Journal {
        private final long epoch;
        private final ArrayDeque<ConnectionEvent> events = new ArrayDeque<>();
        private long number;

        Journal(long epoch) {
            this.epoch = epoch;
        }

        long add(LongFunction<ConnectionEvent> event) {
            number++;
            if (events.size() == KEPT) {
                events.removeFirst();
            }
            events.addLast(event.apply(number));
            return number;
        }
    }

    private final Set<Connection> table = new LinkedHashSet<>();
    private final Journal journal;
    private final List<Stream> streams = new CopyOnWriteArrayList<>();
    private final int streamsMax;

    public ScriptedConnections() {
        this(Integer.MAX_VALUE);
    }

    /**
     * @param streamsMax how many streams may be open at once
     */
    public ScriptedConnections(int streamsMax) {
        this(streamsMax, new Journal(EPOCH));
    }

    private ScriptedConnections(int streamsMax, Journal journal) {
        this.streamsMax = streamsMax;
        this.journal = journal;
    }

    /** The table of a bundle that replaces this one's: empty, but its numbering goes on. */
    public ScriptedConnections successor() {
        return new ScriptedConnections(streamsMax, journal);
    }

    /** The table of an agent that was started anew. */
    public ScriptedConnections stranger() {
        return new ScriptedConnections(streamsMax, new Journal(journal.epoch + 1));
    }

    /** A connection of protocol TCP that nobody translated. */
    public static Connection plain(String source, int sourcePort, String destination, int port) {
        Tuple original = new Tuple(address(source), sourcePort, address(destination), port);
        return new Connection(6, original, original.reversed(), 0, 0, 0, sourcePort, 1);
    }

    /** A connection of protocol TCP to {@code seen} that really goes to {@code real}. */
    public static Connection translated(
            String source, int sourcePort, String seen, int seenPort, String real, int realPort) {
        Tuple original = new Tuple(address(source), sourcePort, address(seen), seenPort);
        Tuple reply = new Tuple(address(real), realPort, address(source), sourcePort);
        return new Connection(6, original, reply, 0, 0, 0, sourcePort, 1);
    }

    /** A connection comes. */
    public void open(Connection connection) {
        synchronized (table) {
            table.add(connection);
        }
        tell(connection, true);
    }

    private void tell(Connection connection, boolean opened) {
        synchronized (journal) {
            long number =
                    journal.add(
                            at ->
                                    opened
                                            ? new ConnectionEvent.Opened(0, at, connection)
                                            : new ConnectionEvent.Closed(
                                                    0, at, connection, Optional.empty()));
            streams.forEach(stream -> stream.offer(number, connection, opened));
        }
    }

    /** A connection goes. */
    public void close(Connection connection) {
        synchronized (table) {
            table.remove(connection);
        }
        tell(connection, false);
    }

    /** The kernel has lost events. */
    public void lose(long count) {
        streams.forEach(stream -> stream.lose(count));
    }

    /** The table goes away: its streams end. */
    public void end() {
        streams.forEach(Stream::finish);
    }

    /** How many streams are open. */
    public int streams() {
        return streams.size();
    }

    /** How many events wait in all streams together. */
    public int queued() {
        return streams.stream().mapToInt(Stream::size).sum();
    }

    @Override
    public int size() {
        synchronized (table) {
            return table.size();
        }
    }

    @Override
    public void visit(ConnectionFilter filter, Predicate<Connection> visitor) {
        List<Connection> snapshot;
        synchronized (table) {
            snapshot = List.copyOf(table);
        }
        for (Connection connection : snapshot) {
            if (filter.admits(connection) && !visitor.test(connection)) {
                return;
            }
        }
    }

    @Override
    public ConnectionStream stream(ConnectionFilter filter, int capacity) {
        if (streams.size() >= streamsMax) {
            throw new IllegalStateException(
                    "as many streams are open as are allowed: " + streamsMax);
        }
        Stream stream = new Stream(filter, capacity);
        streams.add(stream);
        return stream;
    }

    @Override
    public ConnectionStream stream(ConnectionFilter filter, int capacity, StreamPosition after) {
        synchronized (journal) {
            Stream stream = (Stream) stream(filter, capacity);
            stream.replay(after);
            return stream;
        }
    }

    @Override
    public StreamPosition position() {
        synchronized (journal) {
            return new StreamPosition(journal.epoch, journal.number);
        }
    }

    /** In the order in which they came, whatever is asked; {@code after} is a place in it. */
    @Override
    public ConnectionPage page(
            ConnectionFilter filter, ConnectionOrder order, int limit, Optional<String> after) {
        List<Connection> admitted = new ArrayList<>();
        visit(filter, admitted::add);
        int from = after.map(Integer::parseInt).orElse(0);
        int to = Math.min(admitted.size(), from + limit);
        return new ConnectionPage(
                admitted.subList(from, to),
                to < admitted.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private final class Stream implements ConnectionStream {
        private final ConnectionFilter filter;
        private final int capacity;
        private final Queue<ConnectionEvent> queue = new ArrayDeque<>();
        private Runnable ready = () -> {};
        private long sequence;
        private long dropped;
        private boolean ended;

        Stream(ConnectionFilter filter, int capacity) {
            this.filter = filter;
            this.capacity = capacity;
        }

        synchronized int size() {
            return queue.size();
        }

        void replay(StreamPosition after) {
            long missing = journal.number - journal.events.size() - after.number();
            if (after.epoch() != journal.epoch) {
                queue.add(new ConnectionEvent.Lost(++sequence, journal.number, 0, "replay"));
                return;
            }
            if (missing > 0) {
                queue.add(
                        new ConnectionEvent.Lost(
                                ++sequence, after.number() + missing, missing, "replay"));
            }
            for (ConnectionEvent event : journal.events) {
                if (event.position() <= after.number()) {
                    continue;
                }
                if (event instanceof ConnectionEvent.Opened opened) {
                    offer(event.position(), opened.connection(), true);
                } else if (event instanceof ConnectionEvent.Closed closed) {
                    offer(event.position(), closed.connection(), false);
                }
            }
        }

        void offer(long number, Connection connection, boolean opened) {
            if (!filter.admits(connection)) {
                return;
            }
            synchronized (this) {
                if (queue.size() >= capacity) {
                    dropped++;
                    return;
                }
                sequence++;
                queue.add(
                        opened
                                ? new ConnectionEvent.Opened(sequence, number, connection)
                                : new ConnectionEvent.Closed(
                                        sequence, number, connection, Optional.empty()));
                tellIfFirst();
            }
        }

        synchronized void lose(long count) {
            sequence++;
            queue.add(new ConnectionEvent.Lost(sequence, position().number(), count, "kernel"));
            tellIfFirst();
        }

        synchronized void finish() {
            ended = true;
            ready.run();
        }

        private void tellIfFirst() {
            if (queue.size() == 1) {
                ready.run();
            }
        }

        @Override
        public long epoch() {
            return ScriptedConnections.this.position().epoch();
        }

        @Override
        public synchronized ConnectionEvent poll() {
            ConnectionEvent event = queue.poll();
            if (event == null && dropped > 0) {
                sequence++;
                event = new ConnectionEvent.Lost(sequence, dropped, "reader");
                dropped = 0;
            }
            return event;
        }

        @Override
        public synchronized void onReady(Runnable listener) {
            ready = listener;
            if (!queue.isEmpty()) {
                ready.run();
            }
        }

        @Override
        public synchronized boolean ended() {
            return ended;
        }

        @Override
        public void close() {
            streams.remove(this);
        }
    }
}
