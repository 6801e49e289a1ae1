package io.drover.conntrack.internal.table;

import io.drover.conntrack.internal.codec.ConntrackMessage;
import io.drover.conntrack.internal.codec.Direction;

/**
 * How a connection lies in a run of longs: first the addresses of both directions (one long each
 * direction for IPv4, four for IPv6), then four more.
 *
 * <pre>
 * ports   original source, destination, reply source, destination      16 bits each
 * meta    protocol 8 | zone of the original 16 | of the reply 16 | namespace 16 | flags 8
 * marks   mark 32 | status 32
 * stamp   id 32 | generation 32
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

    /** Longs of one direction's addresses. */
    final int addresses;

    final int ports;
    final int meta;
    final int marks;
    final int stamp;

    /** Longs of a record. */
    final int width;

    Layout(int addresses) {
        this.addresses = addresses;
        this.ports = 2 * addresses;
        this.meta = ports + 1;
        this.marks = ports + 2;
        this.stamp = ports + 3;
        this.width = ports + 4;
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
                        | flags
                        | (message.hasId() ? HAS_ID : 0);
        into[marks] =
                Integer.toUnsignedLong(message.mark()) << 32
                        | Integer.toUnsignedLong(message.status());
        into[stamp] = Integer.toUnsignedLong(message.id()) << 32;
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
        long mixed = mix(seed ^ scope(from, at, direction));
        for (int i = 0; i < addresses; i++) {
            mixed = mix(mixed ^ from[start + i]);
        }
        mixed = mix(mixed ^ Integer.toUnsignedLong(ports(from, at, direction)));
        return (int) (mixed ^ mixed >>> 32);
    }

    /** The finalizer of a 64-bit hash: each bit of the input reaches each of the output. */
    private static long mix(long value) {
        long x = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
        return x ^ x >>> 31;
    }

    static int flags(long[] from, int at, Layout layout) {
        return (int) (from[at + layout.meta] & 0xff);
    }
}
