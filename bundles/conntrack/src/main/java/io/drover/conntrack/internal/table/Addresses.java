package io.drover.conntrack.internal.table;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.Tuple;
import io.drover.conntrack.internal.codec.States;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Makes objects of records. */
final class Addresses {

    private Addresses() {}

    /**
     * @param namespace inode of the record's namespace
     */
    static Connection connection(Layout layout, long[] record, long namespace) {
        int protocol = layout.protocol(record, 0);
        return new Connection(
                protocol,
                tuple(layout, record, 0),
                tuple(layout, record, 1),
                (int) (record[layout.meta] >>> 40) & 0xffff,
                layout.status(record, 0),
                record[layout.marks] >>> 32,
                record[layout.stamp] >>> 32,
                namespace,
                States.name(protocol, layout.state(record, 0)),
                layout.since(record, 0),
                layout.seen(record, 0));
    }

    /** The first 64 bits of an IPv6 address; 0 for IPv4. */
    static long high(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == Integer.BYTES ? 0 : ByteBuffer.wrap(bytes).getLong();
    }

    /** The last 64 bits of an address, or the 32 of IPv4. */
    static long low(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == Integer.BYTES
                ? Integer.toUnsignedLong(bytes.getInt())
                : bytes.getLong(Long.BYTES);
    }

    private static Tuple tuple(Layout layout, long[] record, int direction) {
        int ports = layout.ports(record, 0, direction);
        int at = direction * layout.addresses;
        if (layout == Layout.IPV4) {
            return new Tuple(
                    four((int) (record[at] >>> 32)),
                    ports >>> 16,
                    four((int) record[at]),
                    ports & 0xffff);
        }
        return new Tuple(
                six(record[at], record[at + 1]),
                ports >>> 16,
                six(record[at + 2], record[at + 3]),
                ports & 0xffff);
    }

    static InetAddress four(int bits) {
        return address(ByteBuffer.allocate(Integer.BYTES).putInt(bits).array());
    }

    static InetAddress six(long high, long low) {
        return address(ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array());
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
