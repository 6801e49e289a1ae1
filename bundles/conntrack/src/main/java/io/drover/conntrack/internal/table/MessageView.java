package io.drover.conntrack.internal.table;

import io.drover.api.conntrack.Connection;
import io.drover.conntrack.internal.codec.ConntrackMessage;

/** Makes records and objects of messages, for those who follow the stream. One thread. */
public final class MessageView {

    /** Longs of a record of either family. */
    public static final int WIDTH = Layout.IPV6.width;

    private final long[] record = new long[WIDTH];

    /** Writes what a message tells of, for {@link #connection(long[], int, boolean, long)}. */
    public void write(ConntrackMessage message, long[] into, int at) {
        layout(message.ipv6()).write(message, 0, Layout.LIVE, record);
        System.arraycopy(record, 0, into, at, WIDTH);
    }

    /**
     * What a message tells of.
     *
     * @param namespace inode of the namespace that the message came from
     */
    public Connection connection(ConntrackMessage message, long namespace) {
        Layout layout = layout(message.ipv6());
        layout.write(message, 0, Layout.LIVE, record);
        return Addresses.connection(layout, record, namespace);
    }

    /** What {@link #write} has written. */
    public static Connection connection(long[] from, int at, boolean ipv6, long namespace) {
        long[] copy = new long[WIDTH];
        System.arraycopy(from, at, copy, 0, WIDTH);
        return Addresses.connection(layout(ipv6), copy, namespace);
    }

    private static Layout layout(boolean ipv6) {
        return ipv6 ? Layout.IPV6 : Layout.IPV4;
    }
}
