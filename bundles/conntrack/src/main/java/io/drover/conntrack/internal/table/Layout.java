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
                        | (long) message.original().zone() << 40
                        | (long) message.reply().zone() << 24
                        | (long) namespace << 8
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
        into[meta] = (long) protocol << 56 | (long) zone << 40 | (long) namespace << 8;
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
        return (int) (from[at + meta] >>> 8) & 0xffff;
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
        for (int i = 0; i < addresses; i++) {
            boolean mirrored =
                    this == IPV4
                            ? from[at] == Long.rotateLeft(from[at + 1], 32)
                            : from[at + i] == from[at + addresses + (i ^ 2)];
            if (!mirrored) {
                return true;
            }
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
        return (int) (from[at + ports] >>> (direction == 0 ? 32 : 0));
    }

    /** What sets apart equal tuples: protocol, zone of the direction and namespace. */
    long scope(long[] from, int at, int direction) {
        long word = from[at + meta];
        long zone = word >>> (direction == 0 ? 40 : 24) & 0xffff;
        return word >>> 56 << 32 | zone << 16 | (word >>> 8 & 0xffff);
    }

    /** Whether a direction of one record has the key of a direction of another. */
    boolean sameKey(long[] a, int aAt, int aDirection, long[] b, int bAt, int bDirection) {
        int aAddresses = aAt + aDirection * addresses;
        int bAddresses = bAt + bDirection * addresses;
        for (int i = 0; i < addresses; i++) {
            if (a[aAddresses + i] != b[bAddresses + i]) {
                return false;
            }
        }
        return ports(a, aAt, aDirection) == ports(b, bAt, bDirection)
                && scope(a, aAt, aDirection) == scope(b, bAt, bDirection);
    }

    /**
     * A hash of a direction's key, well mixed also for addresses and ports that count up.
     *
     * @param seed unknown to those whose packets make the keys
     */
    int hash(long[] from, int at, int direction, long seed) {
        int start = at + direction * addresses;
        // What does not wait for the addresses is done beside them.
        long rest =
                scope(from, at, direction) * SCATTER
                        ^ Integer.toUnsignedLong(ports(from, at, direction));
        long mixed = seed;
        for (int i = 0; i < addresses; i++) {
            mixed = mix(mixed ^ from[start + i]);
        }
        mixed = mix(mixed ^ rest);
        return (int) (mixed ^ mixed >>> 32);
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
