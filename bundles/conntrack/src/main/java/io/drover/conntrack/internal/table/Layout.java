package io.drover.conntrack.internal.table;

import io.drover.conntrack.internal.codec.ConntrackMessage;
import io.drover.conntrack.internal.codec.Direction;

/**
 * How a connection lies in a run of longs: first the addresses of both directions (one long each
 * direction for IPv4, four for IPv6), then five more.
 *
 * <pre>
 * ports   original source, destination, reply source, destination      16 bits each
 * meta    protocol 8 | zone of the original 16 | of the reply 16 | namespace 16 | state 5 | flags 3
 * marks   mark 32 | status 32
 * stamp   id 32 | generation 32
 * times   first known 32 | last told of 32                             seconds of Unix time
 * </pre>
 */
enum Layout {
    IPV4(1),
    IPV6(4);

    /** Bits of the flags; none of them set means that the record is free. */
    static final int LIVE = 1;

    /** The kernel said that it is gone, and a dump that runs may still tell of it. */
    static final int GRAVE = 1 << 1;

    static final int HAS_ID = 1 << 2;

    private static final int FLAGS = LIVE | GRAVE | HAS_ID;
    private static final int STATE_SHIFT = 3;
    private static final long STATE = 0x1fL << STATE_SHIFT;

    /** 2^64 by the golden ratio, odd: neighbours come far apart. */
    private static final long SCATTER = 0x9e3779b97f4a7c15L;

    private static final long HIGH_HALF = 0xffffffffL << 32;

    // Of the meta word.
    private static final int NAMESPACE_SHIFT = 8;
    private static final int REPLY_ZONE_SHIFT = 24;
    private static final int ZONE_BITS = 16;
    private static final long ZONE = 0xffffL << (REPLY_ZONE_SHIFT + ZONE_BITS);
    private static final long NAMESPACE = 0xffffL << NAMESPACE_SHIFT;
    private static final long PROTOCOL = 0xffL << 56;

    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;

    /** Longs of one direction's addresses. */
    final int addresses;

    final int ports;
    final int meta;
    final int marks;
    final int stamp;
    final int times;

    /** Longs of a record. */
    final int width;

    Layout(int addresses) {
        this.addresses = addresses;
        this.ports = 2 * addresses;
        this.meta = ports + 1;
        this.marks = ports + 2;
        this.stamp = ports + 3;
        this.times = ports + 4;
        this.width = ports + 5;
    }

    /** Fills {@code into} with what a message says; the generation is left 0. */
    void write(ConntrackMessage message, int namespace, int flags, long[] into) {
        addresses(message.original(), into, 0);
        addresses(message.reply(), into, addresses);
        into[ports] =
                (long) message.original().sourcePort() << 48
                        | (long) message.original().destinationPort() << 32
                        | (long) message.reply().sourcePort() << 16
                        | message.reply().destinationPort();
        into[meta] =
                (long) message.protocol() << 56
                        | (long) message.original().zone() << (REPLY_ZONE_SHIFT + ZONE_BITS)
                        | (long) message.reply().zone() << REPLY_ZONE_SHIFT
                        | (long) namespace << NAMESPACE_SHIFT
                        | (long) message.state() << STATE_SHIFT
                        | flags
                        | (message.hasId() ? HAS_ID : 0);
        into[marks] =
                Integer.toUnsignedLong(message.mark()) << 32
                        | Integer.toUnsignedLong(message.status());
        into[stamp] = Integer.toUnsignedLong(message.id()) << 32;
        long start = message.startNanos();
        // Mostly 0, and a division of longs is dear.
        into[times] = start == 0 ? 0 : (start / 1_000_000_000) << 32;
    }

    /** Fills one direction, the original, with a key to look for. */
    void key(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int portsOfDirection,
            int protocol,
            int zone,
            int namespace,
            long[] into) {
        if (this == IPV4) {
            into[0] = sourceLow << 32 | destinationLow;
        } else {
            into[0] = sourceHigh;
            into[1] = sourceLow;
            into[2] = destinationHigh;
            into[3] = destinationLow;
        }
        into[ports] = (long) portsOfDirection << 32;
        into[meta] =
                (long) protocol << 56
                        | (long) zone << (REPLY_ZONE_SHIFT + ZONE_BITS)
                        | (long) namespace << NAMESPACE_SHIFT;
    }

    /** The protocol's number. */
    int protocol(long[] from, int at) {
        return (int) (from[at + meta] >>> 56);
    }

    /** The protocol's own state, 0 for none. */
    int state(long[] from, int at) {
        return (int) ((from[at + meta] & STATE) >>> STATE_SHIFT);
    }

    /** Which namespace of the table's. */
    int namespace(long[] from, int at) {
        return (int) (from[at + meta] >>> NAMESPACE_SHIFT) & 0xffff;
    }

    /** CTA_STATUS. */
    int status(long[] from, int at) {
        return (int) from[at + marks];
    }

    /** When it was first known, in seconds of Unix time. */
    long since(long[] from, int at) {
        return from[at + times] >>> 32;
    }

    /** When the kernel last told of it. */
    long seen(long[] from, int at) {
        return from[at + times] & 0xffffffffL;
    }

    /** Clears the protocol's own state of a record that is being made. */
    void forgetState(long[] record) {
        record[meta] &= ~STATE;
    }

    /** Keeps what a message about a connection that is known already does not say. */
    void keep(long[] known, int at, boolean state, long[] incoming) {
        if (!state) {
            incoming[meta] |= known[at + meta] & STATE;
        }
        incoming[times] = (known[at + times] & ~0xffffffffL) | (incoming[times] & 0xffffffffL);
    }

    /** Whether an address or port was translated: the directions do not mirror each other. */
    boolean translated(long[] from, int at) {
        if (!addressesMirrored(from, at)) {
            return true;
        }
        int there = ports(from, at, 0);
        int back = ports(from, at, 1);
        int protocol = protocol(from, at);
        if (protocol == ICMP || protocol == ICMPV6) {
            return there >>> 16 != back >>> 16;
        }
        return there != Integer.rotateLeft(back, 16);
    }

    private void addresses(Direction direction, long[] into, int at) {
        if (this == IPV4) {
            into[at] = direction.sourceLow() << 32 | direction.destinationLow();
        } else {
            into[at] = direction.sourceHigh();
            into[at + 1] = direction.sourceLow();
            into[at + 2] = direction.destinationHigh();
            into[at + 3] = direction.destinationLow();
        }
    }

    /** The ports of a direction (0 the original, 1 the reply), in 32 bits. */
    int ports(long[] from, int at, int direction) {
        // Arithmetic: what cannot be foreseen costs more as a branch.
        return (int) (from[at + ports] >>> (32 - (direction << 5)));
    }

    /** What sets apart equal tuples: protocol, zone of the direction and namespace. */
    private long scope(long[] from, int at, int direction) {
        long word = from[at + meta];
        return (word & (PROTOCOL | NAMESPACE)) | ((word << (direction * ZONE_BITS)) & ZONE);
    }

    /** Whether a direction of one record has the key of a direction of another. */
    boolean sameKey(long[] a, int aAt, int aDirection, long[] b, int bAt, int bDirection) {
        if (ports(a, aAt, aDirection) != ports(b, bAt, bDirection)) {
            return false;
        }
        int aAddresses = aAt + aDirection * addresses;
        int bAddresses = bAt + bDirection * addresses;
        for (int i = 0; i < addresses; i++) {
            if (a[aAddresses + i] != b[bAddresses + i]) {
                return false;
            }
        }
        return scope(a, aAt, aDirection) == scope(b, bAt, bDirection);
    }

    /** Whether the reply's key is the original's with source and destination exchanged. */
    boolean mirrored(long[] from, int at) {
        return ports(from, at, 0) == Integer.rotateLeft(ports(from, at, 1), 16)
                && addressesMirrored(from, at)
                && scope(from, at, 0) == scope(from, at, 1);
    }

    private boolean addressesMirrored(long[] from, int at) {
        if (this == IPV4) {
            return from[at] == Long.rotateLeft(from[at + 1], 32);
        }
        for (int i = 0; i < addresses; i++) {
            if (from[at + i] != from[at + addresses + (i ^ 2)]) {
                return false;
            }
        }
        return true;
    }

    /**
     * A hash of a direction's key, well mixed also for addresses and ports that count up. Source
     * and destination can be exchanged: a connection that is not translated has one hash for both
     * of its keys.
     *
     * @param seed unknown to those whose packets make the keys
     */
    int hash(long[] from, int at, int direction, long seed) {
        int start = at + direction * addresses;
        int ports = ports(from, at, direction);
        long ends;
        if (this == IPV4) {
            long source = (from[start] & HIGH_HALF) | (ports >>> 16);
            long destination = (from[start] << 32) | (ports & 0xffff);
            ends = mix(source ^ seed) + mix(destination ^ seed);
        } else {
            ends =
                    end(from[start], from[start + 1], ports >>> 16, seed)
                            + end(from[start + 2], from[start + 3], ports & 0xffff, seed);
        }
        long mixed = ends ^ scope(from, at, direction) * SCATTER;
        return (int) (mixed ^ mixed >>> 32);
    }

    /** Each word is mixed by itself: an end's address and port are its owner's choice. */
    private static long end(long high, long low, int port, long seed) {
        return mix(mix(mix(high ^ seed) ^ low) ^ port);
    }

    /** The finalizer of a 64-bit hash: each bit of the input reaches each of the output. */
    private static long mix(long value) {
        long x = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
        return x ^ x >>> 31;
    }

    static int flags(long[] from, int at, Layout layout) {
        return (int) from[at + layout.meta] & FLAGS;
    }
}
