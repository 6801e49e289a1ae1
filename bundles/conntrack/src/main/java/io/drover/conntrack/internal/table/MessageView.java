package io.drover.conntrack.internal.table;

import io.drover.api.conntrack.Connection;
import io.drover.conntrack.internal.codec.ConntrackMessage;

/** Makes objects of messages, for those who follow the stream. One thread. */
public final class MessageView {

    private final long[] four = new long[Layout.IPV4.width];
    private final long[] six = new long[Layout.IPV6.width];

    /**
     * What a message tells of.
     *
     * @param namespace inode of the namespace that the message came from
     */
    public Connection connection(ConntrackMessage message, long namespace) {
        Layout layout = message.ipv6() ? Layout.IPV6 : Layout.IPV4;
        long[] record = message.ipv6() ? six : four;
        layout.write(message, 0, Layout.LIVE, record);
        return Addresses.connection(layout, record, namespace);
    }
}
