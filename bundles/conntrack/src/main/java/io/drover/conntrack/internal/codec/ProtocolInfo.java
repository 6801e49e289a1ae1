package io.drover.conntrack.internal.codec;

import java.nio.ByteBuffer;

/**
 * What the kernel tells of a protocol's own state (CTA_PROTOINFO): of TCP, DCCP or SCTP. To be
 * filled again and again. One thread.
 */
final class ProtocolInfo {

    private static final int STATE = 1;
    private static final int SECOND = 1 << 1;
    private static final int THIRD = 1 << 2;
    private static final int FOURTH = 1 << 3;
    private static final int FIFTH = 1 << 4;

    /** Which protocol, as an attribute of CTA_PROTOINFO. */
    int kind;

    int state;
    private int present;
    private int second;
    private int third;
    private int fourth;
    private int fifth;
    private long handshake;

    /** Reads the nest; false if it is not as it should be. */
    boolean read(ByteBuffer bytes, int at, int end) {
        present = 0;
        state = 0;
        if (end - at < Wire.ATTRIBUTE_BYTES) {
            return false;
        }
        int length = Wire.u16(bytes, at);
        if (length < Wire.ATTRIBUTE_BYTES || length > end - at) {
            return false;
        }
        kind = Wire.u16(bytes, at + Wire.ATTRIBUTE_TYPE) & Wire.ATTRIBUTE_TYPE_MASK;
        if (kind < Wire.CTA_PROTOINFO_TCP || kind > Wire.CTA_PROTOINFO_SCTP) {
            return false;
        }
        return attributes(bytes, at + Wire.ATTRIBUTE_BYTES, at + length)
                && Math.min(at + Wire.aligned(length), end) == end;
    }

    private boolean attributes(ByteBuffer bytes, int at, int end) {
        int position = at;
        while (end - position >= Wire.ATTRIBUTE_BYTES) {
            int length = Wire.u16(bytes, position);
            if (length < Wire.ATTRIBUTE_BYTES || length > end - position) {
                return false;
            }
            int type = Wire.u16(bytes, position + Wire.ATTRIBUTE_TYPE) & Wire.ATTRIBUTE_TYPE_MASK;
            if (!attribute(
                    bytes, type, position + Wire.ATTRIBUTE_BYTES, length - Wire.ATTRIBUTE_BYTES)) {
                return false;
            }
            position = Math.min(position + Wire.aligned(length), end);
        }
        return position == end && (present & STATE) != 0;
    }

    private boolean attribute(ByteBuffer bytes, int type, int at, int length) {
        if (length != lengthOf(type)) {
            return false;
        }
        switch (type) {
            case Wire.CTA_PROTOINFO_STATE -> {
                state = Byte.toUnsignedInt(bytes.get(at));
                present |= STATE;
            }
            case 2 -> {
                second = value(bytes, at, length);
                present |= SECOND;
            }
            case 3 -> {
                if (length == Long.BYTES) {
                    handshake = Wire.network64(bytes, at);
                } else {
                    third = value(bytes, at, length);
                }
                present |= THIRD;
            }
            case 4 -> {
                fourth = value(bytes, at, length);
                present |= FOURTH;
            }
            default -> {
                fifth = value(bytes, at, length);
                present |= FIFTH;
            }
        }
        return true;
    }

    /** What an attribute's length must be; -1 for one that does not exist. */
    private int lengthOf(int type) {
        if (type == Wire.CTA_PROTOINFO_STATE) {
            return 1;
        }
        return switch (kind) {
            case Wire.CTA_PROTOINFO_TCP ->
                    switch (type) {
                        case Wire.CTA_PROTOINFO_TCP_WSCALE_ORIGINAL,
                                Wire.CTA_PROTOINFO_TCP_WSCALE_REPLY ->
                                1;
                        case Wire.CTA_PROTOINFO_TCP_FLAGS_ORIGINAL,
                                Wire.CTA_PROTOINFO_TCP_FLAGS_REPLY ->
                                2;
                        default -> -1;
                    };
            case Wire.CTA_PROTOINFO_DCCP ->
                    switch (type) {
                        case Wire.CTA_PROTOINFO_DCCP_ROLE -> 1;
                        case Wire.CTA_PROTOINFO_DCCP_HANDSHAKE_SEQ -> Long.BYTES;
                        default -> -1;
                    };
            default ->
                    switch (type) {
                        case Wire.CTA_PROTOINFO_SCTP_VTAG_ORIGINAL,
                                Wire.CTA_PROTOINFO_SCTP_VTAG_REPLY ->
                                Integer.BYTES;
                        default -> -1;
                    };
        };
    }

    private static int value(ByteBuffer bytes, int at, int length) {
        return switch (length) {
            case 1 -> Byte.toUnsignedInt(bytes.get(at));
            case 2 -> Wire.network16(bytes, at);
            default -> Wire.network32(bytes, at);
        };
    }

    /** Writes what was read, in the kernel's order. */
    void write(Encoder to) {
        int outer = to.nest(Wire.CTA_PROTOINFO);
        int inner = to.nest(kind);
        to.number(Wire.CTA_PROTOINFO_STATE, 1, state);
        if ((present & SECOND) != 0) {
            to.number(2, lengthOf(2), second);
        }
        if ((present & THIRD) != 0) {
            if (lengthOf(3) == Long.BYTES) {
                to.wide(3, handshake);
            } else {
                to.number(3, lengthOf(3), third);
            }
        }
        if ((present & FOURTH) != 0) {
            to.number(4, lengthOf(4), fourth);
        }
        if ((present & FIFTH) != 0) {
            to.number(5, lengthOf(5), fifth);
        }
        to.end(inner);
        to.end(outer);
    }
}
