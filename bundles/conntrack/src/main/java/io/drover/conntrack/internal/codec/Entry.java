package io.drover.conntrack.internal.codec;

import java.nio.ByteBuffer;

/** Reads the attributes of one message about an entry. One thread. */
final class Entry {

    private static final int FAMILY_UNKNOWN = 0;
    private static final int FAMILY_V4 = 4;
    private static final int FAMILY_V6 = 6;

    /** Parts of a tuple that have been seen. */
    private static final int SOURCE = 1;

    private static final int DESTINATION = 1 << 1;
    private static final int PROTOCOL = 1 << 2;
    private static final int COMPLETE = SOURCE | DESTINATION | PROTOCOL;

    private final boolean usualFirst;
    private ByteBuffer bytes;
    private ConntrackMessage into;

    private int family;
    private int protocol;
    private int seen;
    private boolean wellFormed;

    /** What lies behind the header of the present attribute of a message. */
    private int word;

    /**
     * Reads each message alike, whatever is given.
     *
     * @param usualFirst whether a tuple is tried as {@link UsualTuple} first, which is faster
     */
    Entry(boolean usualFirst) {
        this.usualFirst = usualFirst;
    }

    /** Whether the attributes between {@code at} and {@code end} are well-formed and complete. */
    boolean read(ByteBuffer datagram, int at, int end, ConntrackMessage message) {
        bytes = datagram;
        into = message;
        into.clear();
        int tuples = 0;
        int position = at;
        while (end - position >= Wire.ATTRIBUTE_BYTES) {
            // One wide read for the header and what most attributes have behind it.
            long pair =
                    end - position < Long.BYTES
                            ? Wire.pair(bytes.getInt(position), 0)
                            : bytes.getLong(position);
            int header = Wire.first(pair);
            word = Wire.second(pair);
            int length = Wire.length(header);
            if (length < Wire.ATTRIBUTE_BYTES || length > end - position) {
                return false;
            }
            int type = Wire.type(header);
            int value = position + Wire.ATTRIBUTE_BYTES;
            int valueEnd = position + length;
            switch (type) {
                case Wire.CTA_TUPLE_ORIG -> {
                    if (!tuple(value, valueEnd, into.original)) {
                        return false;
                    }
                    into.ipv6 = family == FAMILY_V6;
                    into.protocol = protocol;
                    tuples |= 1;
                }
                case Wire.CTA_TUPLE_REPLY -> {
                    // The kernel writes the original first; a reply of another kind is no reply.
                    boolean fits =
                            tuple(value, valueEnd, into.reply)
                                    && (tuples & 1) != 0
                                    && into.ipv6 == (family == FAMILY_V6)
                                    && into.protocol == protocol;
                    if (!fits) {
                        return false;
                    }
                    tuples |= 2;
                }
                default -> {
                    if (!scalar(type, value, valueEnd)) {
                        return false;
                    }
                }
            }
            position = next(position, length, end);
        }
        return position == end && tuples == 3;
    }

    private boolean scalar(int type, int at, int end) {
        int length = end - at;
        wellFormed = true;
        switch (type) {
            case Wire.CTA_STATUS -> into.status = word(ConntrackMessage.STATUS, length);
            case Wire.CTA_TIMEOUT -> into.timeout = word(ConntrackMessage.TIMEOUT, length);
            case Wire.CTA_MARK -> into.mark = word(ConntrackMessage.MARK, length);
            case Wire.CTA_USE -> into.use = word(ConntrackMessage.USE, length);
            case Wire.CTA_ID -> into.id = word(ConntrackMessage.ID, length);
            case Wire.CTA_ZONE -> {
                into.original.zone = half(at, length);
                into.reply.zone = into.original.zone;
            }
            default -> {
                return Details.read(type, bytes, at, end, into);
            }
        }
        return wellFormed;
    }

    private int word(int presence, int length) {
        into.present |= presence;
        wellFormed = length == Integer.BYTES;
        return wellFormed ? Wire.toNetwork(word) : 0;
    }

    private int half(int at, int length) {
        wellFormed = length == Short.BYTES;
        return wellFormed ? Wire.network16(bytes, at) : 0;
    }

    private int octet(int at, int length) {
        wellFormed = length == 1;
        return wellFormed ? Byte.toUnsignedInt(bytes.get(at)) : 0;
    }

    private boolean tuple(int at, int end, Direction direction) {
        if (usualFirst && end - at == UsualTuple.BYTES) {
            int number = UsualTuple.read(bytes, at, direction);
            if (number >= 0) {
                family = FAMILY_V4;
                protocol = number;
                into.present |= ConntrackMessage.PORTS;
                return true;
            }
        }
        return anyTuple(at, end, direction);
    }

    private boolean anyTuple(int at, int end, Direction direction) {
        family = FAMILY_UNKNOWN;
        protocol = 0;
        seen = 0;
        direction.clear();
        int position = at;
        while (end - position >= Wire.ATTRIBUTE_BYTES) {
            int header = bytes.getInt(position);
            int length = Wire.length(header);
            if (length < Wire.ATTRIBUTE_BYTES || length > end - position) {
                return false;
            }
            int type = Wire.type(header);
            int value = position + Wire.ATTRIBUTE_BYTES;
            int valueEnd = position + length;
            boolean good =
                    switch (type) {
                        case Wire.CTA_TUPLE_IP -> addresses(value, valueEnd, direction);
                        case Wire.CTA_TUPLE_PROTO -> protocol(value, valueEnd, direction);
                        case Wire.CTA_TUPLE_ZONE ->
                                zone(value, length - Wire.ATTRIBUTE_BYTES, direction);
                        default -> other();
                    };
            if (!good) {
                return false;
            }
            position = next(position, length, end);
        }
        return position == end && seen == COMPLETE;
    }

    private boolean zone(int at, int length, Direction direction) {
        into.zoneOfTuples = true;
        direction.zone = half(at, length);
        return wellFormed;
    }

    private boolean other() {
        into.present |= ConntrackMessage.OTHERS;
        return true;
    }

    private boolean addresses(int at, int end, Direction direction) {
        int position = at;
        while (end - position >= Wire.ATTRIBUTE_BYTES) {
            int header = bytes.getInt(position);
            int length = Wire.length(header);
            if (length < Wire.ATTRIBUTE_BYTES || length > end - position) {
                return false;
            }
            int type = Wire.type(header);
            if (!address(
                    type,
                    position + Wire.ATTRIBUTE_BYTES,
                    length - Wire.ATTRIBUTE_BYTES,
                    direction)) {
                return false;
            }
            position = next(position, length, end);
        }
        return position == end;
    }

    private boolean address(int type, int at, int length, Direction direction) {
        switch (type) {
            case Wire.CTA_IP_V4_SRC -> {
                if (!family(FAMILY_V4, length, 4)) {
                    return false;
                }
                direction.sourceLow = Integer.toUnsignedLong(Wire.network32(bytes, at));
                seen |= SOURCE;
            }
            case Wire.CTA_IP_V4_DST -> {
                if (!family(FAMILY_V4, length, 4)) {
                    return false;
                }
                direction.destinationLow = Integer.toUnsignedLong(Wire.network32(bytes, at));
                seen |= DESTINATION;
            }
            case Wire.CTA_IP_V6_SRC -> {
                if (!family(FAMILY_V6, length, 16)) {
                    return false;
                }
                direction.sourceHigh = Wire.network64(bytes, at);
                direction.sourceLow = Wire.network64(bytes, at + Long.BYTES);
                seen |= SOURCE;
            }
            case Wire.CTA_IP_V6_DST -> {
                if (!family(FAMILY_V6, length, 16)) {
                    return false;
                }
                direction.destinationHigh = Wire.network64(bytes, at);
                direction.destinationLow = Wire.network64(bytes, at + Long.BYTES);
                seen |= DESTINATION;
            }
            default -> other();
        }
        return true;
    }

    /** Whether an address has its length and the same family as those before. */
    private boolean family(int found, int length, int wanted) {
        boolean same = family == FAMILY_UNKNOWN || family == found;
        family = found;
        return same && length == wanted;
    }

    private boolean protocol(int at, int end, Direction direction) {
        int position = at;
        while (end - position >= Wire.ATTRIBUTE_BYTES) {
            int header = bytes.getInt(position);
            int length = Wire.length(header);
            if (length < Wire.ATTRIBUTE_BYTES || length > end - position) {
                return false;
            }
            int type = Wire.type(header);
            if (!port(
                    type,
                    position + Wire.ATTRIBUTE_BYTES,
                    length - Wire.ATTRIBUTE_BYTES,
                    direction)) {
                return false;
            }
            position = next(position, length, end);
        }
        return position == end;
    }

    private boolean port(int type, int at, int length, Direction direction) {
        wellFormed = true;
        int destination = direction.destinationPort;
        switch (type) {
            case Wire.CTA_PROTO_NUM -> {
                protocol = octet(at, length);
                seen |= PROTOCOL;
            }
            case Wire.CTA_PROTO_SRC_PORT, Wire.CTA_PROTO_ICMP_ID, Wire.CTA_PROTO_ICMPV6_ID ->
                    direction.sourcePort = half(at, length);
            case Wire.CTA_PROTO_DST_PORT -> direction.destinationPort = half(at, length);
            case Wire.CTA_PROTO_ICMP_TYPE, Wire.CTA_PROTO_ICMPV6_TYPE ->
                    direction.destinationPort = (destination & 0xff) | octet(at, length) << 8;
            case Wire.CTA_PROTO_ICMP_CODE, Wire.CTA_PROTO_ICMPV6_CODE ->
                    direction.destinationPort = (destination & 0xff00) | octet(at, length);
            default -> other();
        }
        if (type > Wire.CTA_PROTO_NUM && type <= Wire.CTA_PROTO_ICMPV6_CODE) {
            into.present |= ConntrackMessage.PORTS;
        }
        return wellFormed;
    }

    /** Behind an attribute and its padding; the last one may lack the padding. */
    private static int next(int position, int length, int end) {
        return Math.min(position + Wire.aligned(length), end);
    }
}
