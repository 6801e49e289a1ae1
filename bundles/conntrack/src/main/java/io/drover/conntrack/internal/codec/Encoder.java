package io.drover.conntrack.internal.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes messages as the kernel does: its requests, and what {@link Decoder} has read. One thread;
 * allocates nothing.
 */
public final class Encoder {

    private static final int PROTO_ICMP = 1;
    private static final int PROTO_ICMPV6 = 58;
    private static final byte AF_INET = 2;
    private static final byte AF_INET6 = 10;

    private ByteBuffer out;

    /**
     * Writes the request for all entries of all families at the buffer's position and moves it.
     *
     * @param sequence comes back in each answer
     */
    public void dumpRequest(ByteBuffer into, int sequence) {
        dumpRequest(into, sequence, 0);
    }

    /**
     * Writes the request for the entries whose status has all bits of a mask.
     *
     * @param status bits of CTA_STATUS; 0 for all entries. A kernel before 5.18 takes no notice.
     */
    public void dumpRequest(ByteBuffer into, int sequence, int status) {
        begin(into);
        int start = out.position();
        header(Wire.CT_GET, Wire.NLM_F_REQUEST | Wire.NLM_F_DUMP, sequence, 0, (byte) 0);
        if (status != 0) {
            word(Wire.CTA_STATUS, status);
            word(Wire.CTA_STATUS_MASK, status);
        }
        out.putInt(start, out.position() - start);
    }

    /**
     * Writes one message about an entry at the buffer's position and moves it. The same bytes as
     * the kernel's if {@link ConntrackMessage#whole}, otherwise without what was passed over.
     *
     * @throws java.nio.BufferOverflowException if it does not fit; 512 bytes always suffice
     */
    public void entry(ConntrackMessage message, ByteBuffer into) {
        begin(into);
        int start = out.position();
        int type = message.kind == ConntrackMessage.Kind.DESTROY ? Wire.CT_DELETE : Wire.CT_NEW;
        header(
                type,
                message.flags,
                message.sequence,
                message.port,
                message.ipv6 ? AF_INET6 : AF_INET);
        tuple(Wire.CTA_TUPLE_ORIG, message, message.original);
        tuple(Wire.CTA_TUPLE_REPLY, message, message.reply);
        if (!message.zoneOfTuples && message.original.zone != 0) {
            half(Wire.CTA_ZONE, message.original.zone);
        }
        if (message.ofDump()) {
            dumped(message);
        } else {
            happened(message);
        }
        if ((message.present & ConntrackMessage.EVENT_TIME) != 0) {
            wide(Wire.CTA_TIMESTAMP_EVENT, message.eventNanos);
        }
        out.putInt(start, out.position() - start);
    }

    /** The order of ctnetlink_fill_info. */
    private void dumped(ConntrackMessage message) {
        word(message, ConntrackMessage.STATUS, Wire.CTA_STATUS, message.status);
        word(message, ConntrackMessage.MARK, Wire.CTA_MARK, message.mark);
        word(message, ConntrackMessage.ID, Wire.CTA_ID, message.id);
        word(message, ConntrackMessage.USE, Wire.CTA_USE, message.use);
        word(message, ConntrackMessage.TIMEOUT, Wire.CTA_TIMEOUT, message.timeout);
        info(message);
        counters(message);
        times(message);
        labels(message);
    }

    /** The order of ctnetlink_conntrack_event. */
    private void happened(ConntrackMessage message) {
        word(message, ConntrackMessage.ID, Wire.CTA_ID, message.id);
        word(message, ConntrackMessage.STATUS, Wire.CTA_STATUS, message.status);
        word(message, ConntrackMessage.TIMEOUT, Wire.CTA_TIMEOUT, message.timeout);
        counters(message);
        times(message);
        info(message);
        labels(message);
        word(message, ConntrackMessage.MARK, Wire.CTA_MARK, message.mark);
    }

    private void info(ConntrackMessage message) {
        if (message.hasState()) {
            message.info.write(this);
        }
    }

    private void counters(ConntrackMessage message) {
        if ((message.present & ConntrackMessage.COUNTERS_ORIGINAL) != 0) {
            pair(Wire.CTA_COUNTERS_ORIG, message.originalPackets, message.originalBytes);
        }
        if ((message.present & ConntrackMessage.COUNTERS_REPLY) != 0) {
            pair(Wire.CTA_COUNTERS_REPLY, message.replyPackets, message.replyBytes);
        }
    }

    private void times(ConntrackMessage message) {
        if ((message.present & ConntrackMessage.STOPPED) != 0) {
            pair(Wire.CTA_TIMESTAMP, message.startNanos, message.stopNanos);
        } else if ((message.present & ConntrackMessage.TIMESTAMP) != 0) {
            int times = nest(Wire.CTA_TIMESTAMP);
            wide(Wire.CTA_FIRST, message.startNanos);
            end(times);
        }
    }

    private void labels(ConntrackMessage message) {
        if ((message.present & ConntrackMessage.LABELS) != 0) {
            attribute(Wire.CTA_LABELS, 2 * Long.BYTES);
            out.putLong(message.labelsFirst).putLong(message.labelsLast);
        }
    }

    private void pair(int type, long first, long second) {
        int nest = nest(type);
        wide(Wire.CTA_FIRST, first);
        wide(Wire.CTA_SECOND, second);
        end(nest);
    }

    private void begin(ByteBuffer into) {
        if (into.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("a message is written in native byte order");
        }
        out = into;
    }

    private void header(int type, int flags, int sequence, int port, byte family) {
        out.putInt(0).putShort((short) type).putShort((short) flags);
        out.putInt(sequence).putInt(port);
        out.put(family).put((byte) 0).putShort((short) 0);
    }

    private void tuple(int type, ConntrackMessage message, Direction direction) {
        int tuple = nest(type);
        int addresses = nest(Wire.CTA_TUPLE_IP);
        if (message.ipv6) {
            address6(Wire.CTA_IP_V6_SRC, direction.sourceHigh, direction.sourceLow);
            address6(Wire.CTA_IP_V6_DST, direction.destinationHigh, direction.destinationLow);
        } else {
            word(Wire.CTA_IP_V4_SRC, (int) direction.sourceLow);
            word(Wire.CTA_IP_V4_DST, (int) direction.destinationLow);
        }
        end(addresses);
        int protocol = nest(Wire.CTA_TUPLE_PROTO);
        octet(Wire.CTA_PROTO_NUM, message.protocol);
        if ((message.present & ConntrackMessage.PORTS) != 0) {
            ports(message.protocol, direction);
        }
        end(protocol);
        if (message.zoneOfTuples && direction.zone != 0) {
            half(Wire.CTA_TUPLE_ZONE, direction.zone);
        }
        end(tuple);
    }

    private void ports(int protocol, Direction direction) {
        switch (protocol) {
            case PROTO_ICMP -> {
                half(Wire.CTA_PROTO_ICMP_ID, direction.sourcePort);
                octet(Wire.CTA_PROTO_ICMP_TYPE, direction.destinationPort >>> 8);
                octet(Wire.CTA_PROTO_ICMP_CODE, direction.destinationPort);
            }
            case PROTO_ICMPV6 -> {
                half(Wire.CTA_PROTO_ICMPV6_ID, direction.sourcePort);
                octet(Wire.CTA_PROTO_ICMPV6_TYPE, direction.destinationPort >>> 8);
                octet(Wire.CTA_PROTO_ICMPV6_CODE, direction.destinationPort);
            }
            default -> {
                half(Wire.CTA_PROTO_SRC_PORT, direction.sourcePort);
                half(Wire.CTA_PROTO_DST_PORT, direction.destinationPort);
            }
        }
    }

    int nest(int type) {
        int start = out.position();
        attribute(type | Wire.NLA_F_NESTED, 0);
        return start;
    }

    void end(int start) {
        out.putShort(start, (short) (out.position() - start));
    }

    private void word(ConntrackMessage message, int presence, int type, int value) {
        if ((message.present & presence) != 0) {
            word(type, value);
        }
    }

    private void word(int type, int value) {
        attribute(type, Integer.BYTES);
        out.putInt(Wire.toNetwork(value));
    }

    void wide(int type, long value) {
        attribute(type, Long.BYTES);
        out.putLong(Wire.toNetwork(value));
    }

    /** A number of 1, 2 or 4 bytes. */
    void number(int type, int length, int value) {
        switch (length) {
            case 1 -> octet(type, value);
            case 2 -> half(type, value);
            default -> word(type, value);
        }
    }

    private void half(int type, int value) {
        attribute(type, Short.BYTES);
        out.putShort(Wire.toNetwork((short) value)).putShort((short) 0);
    }

    private void octet(int type, int value) {
        attribute(type, 1);
        out.put((byte) value).put((byte) 0).putShort((short) 0);
    }

    private void address6(int type, long high, long low) {
        attribute(type, 2 * Long.BYTES);
        out.putLong(Wire.toNetwork(high)).putLong(Wire.toNetwork(low));
    }

    private void attribute(int type, int length) {
        out.putShort((short) (Wire.ATTRIBUTE_BYTES + length)).putShort((short) type);
    }
}
