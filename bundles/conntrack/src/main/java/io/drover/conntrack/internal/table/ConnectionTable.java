package io.drover.conntrack.internal.table;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionOrder;
import io.drover.api.conntrack.ConnectionPage;
import io.drover.api.conntrack.Tuple;
import io.drover.conntrack.internal.codec.ConntrackMessage;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All connections that are known, IPv4 and IPv6. One thread writes, any thread reads; see {@link
 * FlowTable}.
 */
public final class ConnectionTable {

    private static final int NAMESPACES_MAX = 1 << 16;

    private final int entriesMax;
    private final FlowTable four;
    private final FlowTable six;
    private final TableCounters counters;

    /** Inodes by their short number in the records; replaced, never changed. */
    private volatile long[] namespaces = new long[0];

    /**
     * An empty table.
     *
     * @param entriesMax how many connections it holds at most; an older one makes room
     * @param statesFollowed whether the events that come tell of each change of a state
     */
    public ConnectionTable(int entriesMax, boolean statesFollowed, TableCounters counters) {
        this.entriesMax = entriesMax;
        this.counters = counters;
        SecureRandom random = new SecureRandom();
        // One more is held for the moment between an insertion and the eviction it causes.
        this.four =
                new FlowTable(
                        Layout.IPV4, entriesMax + 1, random.nextLong(), statesFollowed, counters);
        this.six =
                new FlowTable(
                        Layout.IPV6, entriesMax + 1, random.nextLong(), statesFollowed, counters);
    }

    // ---- the writer

    /** A short number for a namespace, to be given with each message. */
    public int namespace(long inode) {
        long[] known = namespaces;
        for (int i = 0; i < known.length; i++) {
            if (known[i] == inode) {
                return i;
            }
        }
        if (known.length == NAMESPACES_MAX) {
            throw new IllegalStateException(
                    "more than " + NAMESPACES_MAX + " network namespaces were met");
        }
        long[] longer = Arrays.copyOf(known, known.length + 1);
        longer[known.length] = inode;
        namespaces = longer;
        return known.length;
    }

    /** Sets the time that is noted with what comes next, in seconds of Unix time. */
    public void now(long seconds) {
        four.now(seconds);
        six.now(seconds);
    }

    /** Takes in an event. */
    public void event(ConntrackMessage message, int namespace) {
        FlowTable table = message.ipv6() ? six : four;
        if (message.kind() == ConntrackMessage.Kind.DESTROY) {
            table.remove(message, namespace);
        } else {
            table.put(message, namespace, true);
        }
        makeRoom();
    }

    /** Takes in an entry of the dump that runs. */
    public void dumped(ConntrackMessage message, int namespace) {
        (message.ipv6() ? six : four).put(message, namespace, false);
        makeRoom();
    }

    private void makeRoom() {
        if (four.used() + six.used() > entriesMax) {
            FlowTable larger = four.used() >= six.used() ? four : six;
            if (larger.evict()) {
                counters.evictions.increment();
            }
        }
    }

    /** A dump begins. Until it ends, what events say counts more than what it says. */
    public void beginDump() {
        four.beginDump();
        six.beginDump();
    }

    /**
     * The dump was whole: what neither it nor an event since its beginning told of is removed.
     *
     * @return how many were removed
     */
    public int endDump() {
        return endDump(false);
    }

    /**
     * As {@link #endDump()}, of a dump of translated connections alone: only such are removed.
     *
     * @return how many were removed
     */
    public int endDump(boolean translatedOnly) {
        int removed = four.endDump(translatedOnly) + six.endDump(translatedOnly);
        counters.swept.add(removed);
        return removed;
    }

    /** The dump was not whole: nothing is removed. */
    public void abandonDump() {
        four.abandonDump();
        six.abandonDump();
    }

    /** Forgets everything. */
    public void clear() {
        four.clear();
        six.clear();
    }

    // ---- readers

    /** Connections of IPv4. */
    public int sizeOfIpv4() {
        return four.size();
    }

    /** Connections of IPv6. */
    public int sizeOfIpv6() {
        return six.size();
    }

    /** All connections. */
    public int size() {
        return four.size() + six.size();
    }

    /** How many connections it holds at most. */
    public int entriesMax() {
        return entriesMax;
    }

    /** The number of a namespace that was met before, -1 for another. */
    int known(long inode) {
        long[] all = namespaces;
        for (int i = 0; i < all.length; i++) {
            if (all[i] == inode) {
                return i;
            }
        }
        return -1;
    }

    /** The inode of a namespace by its number. */
    public long inode(int namespace) {
        return namespaces[namespace];
    }

    FlowTable of(Layout layout) {
        return layout == Layout.IPV4 ? four : six;
    }

    /** Shows connections as {@link io.drover.api.conntrack.Connections#visit} says. */
    public void visit(ConnectionFilter filter, Predicate<Connection> visitor) {
        RecordFilter admitted = new RecordFilter(filter, this);
        if (visit(Layout.IPV4, admitted, visitor)) {
            visit(Layout.IPV6, admitted, visitor);
        }
    }

    /** Whether the visitor wants to go on. */
    private boolean visit(Layout layout, RecordFilter filter, Predicate<Connection> visitor) {
        FlowTable table = of(layout);
        long[] record = new long[layout.width];
        int end = table.highWater();
        for (int i = 0; i < end; i++) {
            if (table.copy(i, record)
                    && filter.admits(layout, record)
                    && !visitor.test(connection(layout, record))) {
                return false;
            }
        }
        return true;
    }

    Connection connection(Layout layout, long[] record) {
        return Addresses.connection(layout, record, inode(layout.namespace(record, 0)));
    }

    /**
     * Looks a tuple up, which may be either direction of a connection.
     *
     * @param namespace its inode
     */
    public Optional<Found> find(int protocol, Tuple tuple, int zone, long namespace) {
        int number = known(namespace);
        if (number < 0) {
            return Optional.empty();
        }
        Layout layout =
                tuple.source().getAddress().length == Integer.BYTES ? Layout.IPV4 : Layout.IPV6;
        long[] key = new long[layout.width];
        layout.key(
                Addresses.high(tuple.source()),
                Addresses.low(tuple.source()),
                Addresses.high(tuple.destination()),
                Addresses.low(tuple.destination()),
                tuple.sourcePort() << 16 | tuple.destinationPort(),
                protocol,
                zone,
                number,
                key);
        long[] record = new long[layout.width];
        int direction = of(layout).lookUp(key, 0, record);
        return direction < 0
                ? Optional.empty()
                : Optional.of(
                        new Found(
                                connection(layout, record),
                                direction == 1,
                                layout.seen(record, 0)));
    }

    /**
     * A connection that has the tuple that was looked for.
     *
     * @param connection the whole of it
     * @param ofReply whether it is the tuple of the answers
     * @param seen when the kernel last told of it, in seconds of Unix time
     */
    public record Found(Connection connection, boolean ofReply, long seen) {}

    /** A page as {@link io.drover.api.conntrack.Connections#page} says. */
    public ConnectionPage page(
            ConnectionFilter filter, ConnectionOrder order, int limit, Optional<String> after) {
        return new Paging(this, new RecordFilter(filter, this), order, limit).page(after);
    }
}
