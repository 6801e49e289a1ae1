package io.drover.grpc.internal;

import com.google.common.net.InetAddresses;
import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionEvent;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.Tuple;
import io.drover.proto.v1.Lost;
import io.drover.proto.v1.Synced;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/** Maps connections, their events and filters between api and wire. Pure. */
final class ConnectionMessages {

    private static final int PROTOCOL_MAX = 255;
    private static final int PORT_MAX = 65_535;

    private ConnectionMessages() {}

    /**
     * The filter that {@code message} asks for.
     *
     * @throws IllegalArgumentException naming the field, its rule and its value
     */
    static ConnectionFilter filter(io.drover.proto.v1.ConnectionFilter message) {
        OptionalInt protocol = OptionalInt.empty();
        if (message.hasProtocol()) {
            protocol =
                    OptionalInt.of(range("filter.protocol", message.getProtocol(), PROTOCOL_MAX));
        }
        OptionalInt port = OptionalInt.empty();
        if (message.hasPort()) {
            port = OptionalInt.of(range("filter.port", message.getPort(), PORT_MAX));
        }
        return new ConnectionFilter(
                protocol, address(message.getAddress()), port, message.getTranslatedOnly());
    }

    private static int range(String field, int unsigned, int max) {
        long value = Integer.toUnsignedLong(unsigned);
        if (value > max) {
            throw new IllegalArgumentException(
                    "%s must be from 0 to %d, is %d".formatted(field, max, value));
        }
        return unsigned;
    }

    private static Optional<InetAddress> address(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!InetAddresses.isInetAddress(text)) {
            throw new IllegalArgumentException(
                    "filter.address must be a literal IP address, is '" + shortened(text) + "'");
        }
        return Optional.of(InetAddresses.forString(text));
    }

    private static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }

    static io.drover.proto.v1.ConnectionEvent existing(Connection connection) {
        return io.drover.proto.v1.ConnectionEvent.newBuilder()
                .setExisting(connection(connection))
                .build();
    }

    static io.drover.proto.v1.ConnectionEvent synced(long connections) {
        return io.drover.proto.v1.ConnectionEvent.newBuilder()
                .setSynced(Synced.newBuilder().setConnections(connections))
                .build();
    }

    static io.drover.proto.v1.ConnectionEvent event(ConnectionEvent event) {
        io.drover.proto.v1.ConnectionEvent.Builder message =
                io.drover.proto.v1.ConnectionEvent.newBuilder().setSequence(event.sequence());
        if (event instanceof ConnectionEvent.Opened opened) {
            message.setOpened(connection(opened.connection()));
        } else if (event instanceof ConnectionEvent.Closed closed) {
            message.setClosed(connection(closed.connection()));
        } else if (event instanceof ConnectionEvent.Lost lost) {
            message.setLost(Lost.newBuilder().setCount(lost.count()).setCause(lost.cause()));
        }
        return message.build();
    }

    static io.drover.proto.v1.Connection connection(Connection connection) {
        return io.drover.proto.v1.Connection.newBuilder()
                .setProtocol(connection.protocol())
                .setOriginal(tuple(connection.original()))
                .setReply(tuple(connection.reply()))
                .setTranslated(connection.translated())
                .setZone(connection.zone())
                .setStatus(connection.status())
                .setMark((int) connection.mark())
                .setId((int) connection.id())
                .setNamespace(connection.namespace())
                .build();
    }

    private static io.drover.proto.v1.Tuple tuple(Tuple tuple) {
        return io.drover.proto.v1.Tuple.newBuilder()
                .setSource(InetAddresses.toAddrString(tuple.source()))
                .setSourcePort(tuple.sourcePort())
                .setDestination(InetAddresses.toAddrString(tuple.destination()))
                .setDestinationPort(tuple.destinationPort())
                .build();
    }
}
