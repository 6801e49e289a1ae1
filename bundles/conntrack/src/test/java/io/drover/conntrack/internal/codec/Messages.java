package io.drover.conntrack.internal.codec;

import io.drover.conntrack.internal.codec.ConntrackMessage.Kind;

/** Messages made by hand. */
public final class Messages {

    private final ConntrackMessage message = new ConntrackMessage();

    private Messages() {}

    /** A message of a UDP connection without translation. */
    public static Messages of(
            Kind kind,
            boolean ipv6,
            long source,
            int sourcePort,
            long destination,
            int destinationPort) {
        Messages made = new Messages();
        made.message.kind = kind;
        made.message.flags = kind == Kind.NEW ? Wire.NLM_F_CREATE | Wire.NLM_F_EXCL : 0;
        made.message.ipv6 = ipv6;
        made.message.protocol = 17;
        made.message.present = ConntrackMessage.PORTS;
        fill(made.message.original, source, sourcePort, destination, destinationPort);
        fill(made.message.reply, destination, destinationPort, source, sourcePort);
        return made;
    }

    private static void fill(
            Direction direction,
            long source,
            int sourcePort,
            long destination,
            int destinationPort) {
        direction.sourceLow = source;
        direction.sourcePort = sourcePort;
        direction.destinationLow = destination;
        direction.destinationPort = destinationPort;
    }

    /** The answers come from elsewhere: destination NAT. */
    public Messages answeredBy(long source, int sourcePort) {
        message.reply.sourceLow = source;
        message.reply.sourcePort = sourcePort;
        return this;
    }

    /** The answers go elsewhere: source NAT. */
    public Messages answeredTo(long destination, int destinationPort) {
        message.reply.destinationLow = destination;
        message.reply.destinationPort = destinationPort;
        return this;
    }

    /** With an id. */
    public Messages id(int id) {
        message.present |= ConntrackMessage.ID;
        message.id = id;
        return this;
    }

    /** With a mark. */
    public Messages mark(int mark) {
        message.present |= ConntrackMessage.MARK;
        message.mark = mark;
        return this;
    }

    /** With a status. */
    public Messages status(int status) {
        message.present |= ConntrackMessage.STATUS;
        message.status = status;
        return this;
    }

    /** In a zone, both directions. */
    public Messages zone(int zone) {
        message.original.zone = zone;
        message.reply.zone = zone;
        return this;
    }

    /** Of another protocol. */
    public Messages protocol(int protocol) {
        message.protocol = protocol;
        return this;
    }

    /** As an entry of a dump. */
    public Messages ofDump() {
        message.kind = Kind.NEW;
        message.flags = Wire.NLM_F_MULTI;
        return this;
    }

    /** The message. */
    public ConntrackMessage message() {
        return message;
    }
}
