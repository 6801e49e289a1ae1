package io.drover.grpc.internal;

import com.google.common.net.InetAddresses;
import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionEvent;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.Resolution;
import io.drover.api.conntrack.Traffic;
import io.drover.api.conntrack.Tuple;
import io.drover.proto.v1.Lost;
import io.drover.proto.v1.NatVerdict;
import io.drover.proto.v1.ResolveNatResponse;
import io.drover.proto.v1.ResumePoint;
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
     * @throws InvalidFieldException naming the field, its rule and its value
     */
    static ConnectionFilter filter(io.drover.proto.v1.ConnectionFilter message)
            throws InvalidFieldException {
        OptionalInt protocol = OptionalInt.empty();
        if (message.hasProtocol()) {
            protocol = OptionalInt.of(protocol("filter.protocol", message.getProtocol()));
        }
        OptionalInt port = OptionalInt.empty();
        if (message.hasPort()) {
            port = OptionalInt.of(range("filter.port", message.getPort(), PORT_MAX));
        }
        return new ConnectionFilter(
                protocol,
                message.getAddress().isEmpty()
                        ? Optional.empty()
                        : Optional.of(address("filter.address", message.getAddress())),
                port,
                message.getTranslatedOnly());
    }

    /**
     * A protocol's number.
     *
     * @throws InvalidFieldException if it is none
     */
    static int protocol(String field, int number) throws InvalidFieldException {
        return range(field, number, PROTOCOL_MAX);
    }

    /**
     * A tuple of a request.
     *
     * @throws InvalidFieldException naming the field, its rule and its value
     */
    static Tuple tuple(String field, io.drover.proto.v1.Tuple message)
            throws InvalidFieldException {
        InetAddress source = address(field + ".source", message.getSource());
        InetAddress destination = address(field + ".destination", message.getDestination());
        if (source.getClass() != destination.getClass()) {
            throw new InvalidFieldException(
                    field + ".destination", "must be of the same family as the source");
        }
        return new Tuple(
                source,
                range(field + ".source_port", message.getSourcePort(), PORT_MAX),
                destination,
                range(field + ".destination_port", message.getDestinationPort(), PORT_MAX));
    }

    private static int range(String field, int unsigned, int max) throws InvalidFieldException {
        long value = Integer.toUnsignedLong(unsigned);
        if (value > max) {
            throw new InvalidFieldException(
                    field, "must be from 0 to %d, is %d".formatted(max, value));
        }
        return unsigned;
    }

    private static InetAddress address(String field, String text) throws InvalidFieldException {
        return Addresses.literal(text)
                .orElseThrow(
                        () ->
                                new InvalidFieldException(
                                        field,
                                        "must be a literal IP address, is '"
                                                + shortened(text)
                                                + "'"));
    }

    private static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }

    static io.drover.proto.v1.ConnectionEvent existing(Connection connection) {
        return io.drover.proto.v1.ConnectionEvent.newBuilder()
                .setExisting(connection(connection))
                .build();
    }

    static io.drover.proto.v1.ConnectionEvent synced(long connections, ResumePoint point) {
        return io.drover.proto.v1.ConnectionEvent.newBuilder()
                .setPosition(point.getPosition())
                .setSynced(Synced.newBuilder().setConnections(connections).setPoint(point))
                .build();
    }

    static io.drover.proto.v1.ConnectionEvent event(ConnectionEvent event, long sequence) {
        io.drover.proto.v1.ConnectionEvent.Builder message =
                io.drover.proto.v1.ConnectionEvent.newBuilder()
                        .setSequence(sequence)
                        .setPosition(event.position());
        if (event instanceof ConnectionEvent.Opened opened) {
            message.setOpened(connection(opened.connection()));
        } else if (event instanceof ConnectionEvent.Closed closed) {
            message.setClosed(connection(closed.connection()));
            closed.traffic().ifPresent(traffic -> message.setTraffic(traffic(traffic)));
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
                .setState(connection.state())
                .setSince(connection.since())
                .setTold(connection.told())
                .build();
    }

    private static io.drover.proto.v1.Traffic traffic(Traffic traffic) {
        return io.drover.proto.v1.Traffic.newBuilder()
                .setOriginalPackets(traffic.originalPackets())
                .setOriginalBytes(traffic.originalBytes())
                .setReplyPackets(traffic.replyPackets())
                .setReplyBytes(traffic.replyBytes())
                .build();
    }

    static ResolveNatResponse resolution(Resolution found) {
        ResolveNatResponse.Builder message = ResolveNatResponse.newBuilder();
        if (found instanceof Resolution.Translated translated) {
            message.setVerdict(NatVerdict.NAT_VERDICT_TRANSLATED)
                    .setConnection(connection(translated.connection()))
                    .setTranslation(tuple(translated.translation()))
                    .setAgeMs(translated.age().toMillis())
                    .setFollowed(translated.certainty() == Resolution.Certainty.FOLLOWED);
        } else if (found instanceof Resolution.Untranslated untranslated) {
            message.setVerdict(NatVerdict.NAT_VERDICT_NONE)
                    .setAgeMs(untranslated.age().toMillis())
                    .setFollowed(untranslated.certainty() == Resolution.Certainty.FOLLOWED);
        } else if (found instanceof Resolution.Unknown unknown) {
            message.setVerdict(NatVerdict.NAT_VERDICT_UNKNOWN).setReason(unknown.reason());
        }
        return message.build();
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
