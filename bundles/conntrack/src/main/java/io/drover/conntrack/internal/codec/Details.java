package io.drover.conntrack.internal.codec;

import java.nio.ByteBuffer;

/** Reads what only some entries have: counters, times, labels, a protocol's own state. Pure. */
final class Details {

    /** Bytes of a nest of two words of 64 bits. */
    private static final int WIDE = Wire.ATTRIBUTE_BYTES + Long.BYTES;

    private Details() {}

    /** Whether the attribute is as it should be; one that is not known is noted and passed over. */
    static boolean read(int type, ByteBuffer bytes, int at, int end, ConntrackMessage into) {
        switch (type) {
            case Wire.CTA_PROTOINFO -> {
                into.present |= ConntrackMessage.INFO;
                return into.info.read(bytes, at, end);
            }
            case Wire.CTA_COUNTERS_ORIG -> {
                return counters(bytes, at, end, into, true);
            }
            case Wire.CTA_COUNTERS_REPLY -> {
                return counters(bytes, at, end, into, false);
            }
            case Wire.CTA_TIMESTAMP -> {
                return times(bytes, at, end, into);
            }
            case Wire.CTA_TIMESTAMP_EVENT -> {
                if (end - at != Long.BYTES) {
                    return false;
                }
                into.present |= ConntrackMessage.EVENT_TIME;
                into.eventNanos = Wire.network64(bytes, at);
                return true;
            }
            case Wire.CTA_LABELS -> {
                return labels(bytes, at, end - at, into);
            }
            default -> {
                into.present |= ConntrackMessage.OTHERS;
                return true;
            }
        }
    }

    private static boolean counters(
            ByteBuffer bytes, int at, int end, ConntrackMessage into, boolean original) {
        if (end - at != 2 * WIDE
                || !wide(bytes, at, Wire.CTA_FIRST)
                || !wide(bytes, at + WIDE, Wire.CTA_SECOND)) {
            return false;
        }
        long packets = Wire.network64(bytes, at + Wire.ATTRIBUTE_BYTES);
        long octets = Wire.network64(bytes, at + WIDE + Wire.ATTRIBUTE_BYTES);
        if (original) {
            into.originalPackets = packets;
            into.originalBytes = octets;
            into.present |= ConntrackMessage.COUNTERS_ORIGINAL;
        } else {
            into.replyPackets = packets;
            into.replyBytes = octets;
            into.present |= ConntrackMessage.COUNTERS_REPLY;
        }
        return true;
    }

    private static boolean times(ByteBuffer bytes, int at, int end, ConntrackMessage into) {
        if (end - at < WIDE || !wide(bytes, at, Wire.CTA_FIRST)) {
            return false;
        }
        into.present |= ConntrackMessage.TIMESTAMP;
        into.startNanos = Wire.network64(bytes, at + Wire.ATTRIBUTE_BYTES);
        if (end - at == WIDE) {
            return true;
        }
        if (end - at != 2 * WIDE || !wide(bytes, at + WIDE, Wire.CTA_SECOND)) {
            return false;
        }
        into.present |= ConntrackMessage.STOPPED;
        into.stopNanos = Wire.network64(bytes, at + WIDE + Wire.ATTRIBUTE_BYTES);
        return true;
    }

    /** 128 bits, the first word of 32 bits the lowest (net/netfilter/nf_conntrack_labels.h). */
    private static boolean labels(ByteBuffer bytes, int at, int length, ConntrackMessage into) {
        if (length != 2 * Long.BYTES) {
            return false;
        }
        into.present |= ConntrackMessage.LABELS;
        into.labelsFirst = bytes.getLong(at);
        into.labelsLast = bytes.getLong(at + Long.BYTES);
        return true;
    }

    private static boolean wide(ByteBuffer bytes, int at, int type) {
        return Wire.u16(bytes, at) == WIDE
                && (Wire.u16(bytes, at + Wire.ATTRIBUTE_TYPE) & Wire.ATTRIBUTE_TYPE_MASK) == type;
    }
}
