package io.drover.conntrack.internal.top;

import io.drover.api.conntrack.Talkers;
import io.drover.conntrack.internal.codec.ConntrackMessage;
import io.drover.conntrack.internal.codec.Direction;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Rankings of who opens connections and who moves bytes. The table's thread counts a batch at a
 * time under the lock; readers copy under it.
 */
public final class TopTalkers implements Talkers {

    /** An IPv4 address as the low half of an IPv6 one (RFC 4291, 2.5.5.2). */
    private static final long MAPPED = 0xffffL << 32;

    private final int capacity;
    private final long windowSeconds;
    private final Map<Measure, Windows> windows = new EnumMap<>(Measure.class);
    private Windows connections;
    private Windows bytes;
    private long turnAt;

    /**
     * @param capacity how many are told apart, 0 for no ranking at all
     * @param windowSeconds length of the window
     */
    public TopTalkers(int capacity, long windowSeconds) {
        this.capacity = capacity;
        this.windowSeconds = windowSeconds;
    }

    /** Whether anything is counted. */
    public boolean counting() {
        return capacity > 0;
    }

    /** Turns the window when its length is over. Under the lock. */
    public void now(long seconds) {
        if (!counting() || seconds < turnAt) {
            return;
        }
        Instant now = Instant.ofEpochSecond(seconds);
        if (connections == null) {
            connections = new Windows(capacity, now);
            bytes = new Windows(capacity, now);
            windows.put(Measure.CONNECTIONS, connections);
            windows.put(Measure.BYTES, bytes);
        } else {
            connections.turn(now);
            bytes.turn(now);
        }
        turnAt = seconds + windowSeconds;
    }

    /** Counts a connection that came. Under the lock, after {@link #now}. */
    public void opened(ConntrackMessage message) {
        count(message, connections, 1);
    }

    /** Counts what a connection carried. Under the lock, after {@link #now}. */
    public void closed(ConntrackMessage message) {
        if (message.hasCounters()) {
            count(message, bytes, message.originalBytes() + message.replyBytes());
        }
    }

    private static void count(ConntrackMessage message, Windows to, long amount) {
        Direction there = message.original();
        Direction back = message.reply();
        boolean six = message.ipv6();
        long sourceHigh = there.sourceHigh();
        long sourceLow = six ? there.sourceLow() : there.sourceLow() | MAPPED;
        long targetHigh = back.sourceHigh();
        long targetLow = six ? back.sourceLow() : back.sourceLow() | MAPPED;
        to.sources.add(sourceHigh, sourceLow, 0, 0, amount);
        to.destinations.add(0, 0, targetHigh, targetLow, amount);
        to.pairs.add(sourceHigh, sourceLow, targetHigh, targetLow, amount);
    }

    @Override
    public synchronized Top top(Kind kind, Measure measure, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be 1 or more, is " + limit);
        }
        Windows measured = windows.get(measure);
        if (measured == null) {
            return new Top(List.of(), 0, Instant.EPOCH, 0);
        }
        Window window = measured.of(kind);
        List<Talker> talkers = new ArrayList<>();
        for (Window.Row row : window.largest(limit)) {
            talkers.add(
                    new Talker(
                            kind == Kind.DESTINATION ? null : address(row.a(), row.b()),
                            kind == Kind.SOURCE ? null : address(row.c(), row.d()),
                            row.count(),
                            row.error()));
        }
        return new Top(talkers, window.total(), window.since(), window.total() / capacity);
    }

    private static InetAddress address(long high, long low) {
        byte[] bytes =
                high == 0 && low >>> 32 == 0xffff
                        ? ByteBuffer.allocate(Integer.BYTES).putInt((int) low).array()
                        : ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    /** One measure of each kind. */
    private static final class Windows {

        private final Window sources;
        private final Window destinations;
        private final Window pairs;

        Windows(int capacity, Instant now) {
            sources = new Window(capacity, now);
            destinations = new Window(capacity, now);
            pairs = new Window(capacity, now);
        }

        void turn(Instant now) {
            sources.turn(now);
            destinations.turn(now);
            pairs.turn(now);
        }

        Window of(Kind kind) {
            return switch (kind) {
                case SOURCE -> sources;
                case DESTINATION -> destinations;
                case PAIR -> pairs;
            };
        }
    }
}
