package io.drover.conntrack.internal.table;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.conntrack.internal.codec.ConntrackMessage;
import java.security.SecureRandom;
import java.util.Arrays;
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
     */
    public ConnectionTable(int entriesMax, TableCounters counters) {
        this.entriesMax = entriesMax;
        this.counters = counters;
        SecureRandom random = new SecureRandom();
        // One more is held for the moment between an insertion and the eviction it causes.
        this.four = new FlowTable(Layout.IPV4, entriesMax + 1, random.nextLong(), counters);
        this.six = new FlowTable(Layout.IPV6, entriesMax + 1, random.nextLong(), counters);
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
        int removed = four.endDump() + six.endDump();
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

    /** Shows connections as {@link io.drover.api.conntrack.Connections#visit} says. */
    public void visit(ConnectionFilter filter, Predicate<Connection> visitor) {
        if (visit(four, Layout.IPV4, filter, visitor)) {
            visit(six, Layout.IPV6, filter, visitor);
        }
    }

    /** Whether the visitor wants to go on. */
    private boolean visit(
            FlowTable table,
            Layout layout,
            ConnectionFilter filter,
            Predicate<Connection> visitor) {
        long[] record = new long[layout.width];
        int end = table.highWater();
        for (int i = 0; i < end; i++) {
            if (!table.copy(i, record)) {
                continue;
            }
            int protocol = (int) (record[layout.meta] >>> 56);
            if (filter.protocol().isPresent() && filter.protocol().getAsInt() != protocol) {
                continue;
            }
            Connection connection = connection(layout, record);
            if (filter.admits(connection) && !visitor.test(connection)) {
                return false;
            }
        }
        return true;
    }

    private Connection connection(Layout layout, long[] record) {
        return Addresses.connection(
                layout, record, namespaces[Addresses.namespace(layout, record)]);
    }
}
