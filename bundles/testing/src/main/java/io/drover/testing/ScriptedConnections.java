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
import java.util.function.Predicate;

/**
 * A table that a test fills. Its streams keep the contract: a queue of bounded length, the newest
 * events lost and counted, a call when it stops being empty. Any thread.
 */
public final class ScriptedConnections implements Connections {

    /** Of its numbering. */
    public static final long EPOCH = 7;

    private final List<Told> told = new ArrayList<>();
    private final Set<Connection> table = new LinkedHashSet<>();
    private final List<Stream> streams = new CopyOnWriteArrayList<>();
    private final int streamsMax;

    public ScriptedConnections() {
        this(Integer.MAX_VALUE);
    }

    /**
     * @param streamsMax how many streams may be open at once
     */
    public ScriptedConnections(int streamsMax) {
        this.streamsMax = streamsMax;
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

    /** A connection goes. */
    public void close(Connection connection) {
        synchronized (table) {
            table.remove(connection);
        }
        tell(connection, false);
    }

    /** The kernel has lost events. */
    public void lose(long count) {
        streams.forEach(stream -> stream.lose(count, "kernel"));
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

    @Override
    public StreamPosition position() {
        synchronized (told) {
            return new StreamPosition(EPOCH, told.size());
        }
    }

    /** Keeps all that was ever told; a place of another epoch begins with a loss. */
    @Override
    public ConnectionStream stream(ConnectionFilter filter, int capacity, StreamPosition after) {
        synchronized (told) {
            Stream stream = new Stream(filter, capacity);
            if (after.epoch() == EPOCH) {
                for (Told event : told.subList((int) after.number(), told.size())) {
                    stream.offer(event.connection(), event.opened(), event.number());
                }
            } else {
                stream.lose(0, "replay");
            }
            streams.add(stream);
            return stream;
        }
    }

    private record Told(Connection connection, boolean opened, long number) {}

    private void tell(Connection connection, boolean opened) {
        synchronized (told) {
            long number = told.size() + 1L;
            told.add(new Told(connection, opened, number));
            streams.forEach(stream -> stream.offer(connection, opened, number));
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

        void offer(Connection connection, boolean opened, long number) {
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

        synchronized void lose(long count, String cause) {
            sequence++;
            queue.add(new ConnectionEvent.Lost(sequence, count, cause));
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
