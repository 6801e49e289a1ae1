package io.drover.conntrack.internal.table;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.Tuple;
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
        long meta = record[layout.meta];
        return new Connection(
                (int) (meta >>> 56),
                tuple(layout, record, 0),
                tuple(layout, record, 1),
                (int) (meta >>> 40) & 0xffff,
                (int) record[layout.marks],
                record[layout.marks] >>> 32,
                record[layout.stamp] >>> 32,
                namespace);
    }

    /** Which namespace of {@link ConnectionTable} a record is of. */
    static int namespace(Layout layout, long[] record) {
        return (int) (record[layout.meta] >>> 8) & 0xffff;
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

    private static InetAddress four(int bits) {
        return address(ByteBuffer.allocate(Integer.BYTES).putInt(bits).array());
    }

    private static InetAddress six(long high, long low) {
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
