package io.drover.conntrack.internal.codec;

import io.drover.conntrack.internal.codec.ConntrackMessage.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the messages of one datagram, one after the other, into one {@link ConntrackMessage}. What
 * is malformed is an {@link Outcome}, never an exception, and nothing outside of the datagram is
 * read. One thread; allocates nothing.
 */
public final class Decoder {

    /** What {@link #next} found. */
    public enum Outcome {
        /** A message about an entry; it is in the given object. */
        ENTRY,
        /** The end of a dump. */
        DONE,
        /** The kernel refused a request or broke off a dump: {@link #errno}. */
        ERROR,
        /** A well-formed message of another kind, to be passed over. */
        OTHER,
        /** A message that is not as it should be; the next call goes on behind it. */
        MALFORMED,
        /** The datagram has no more messages. */
        END
    }

    /** Bit of CTA_STATUS: the destination is translated (IPS_DST_NAT). */
    public static final int DESTINATION_TRANSLATED = Wire.IPS_DST_NAT;

    /** Bit of CTA_STATUS: the source is translated (IPS_SRC_NAT). */
    public static final int SOURCE_TRANSLATED = Wire.IPS_SRC_NAT;

    private final Entry entry;
    private ByteBuffer datagram;
    private int at;
    private int limit;
    private int errno;

    /** A decoder for messages as the kernel writes them. */
    public Decoder() {
        this(true);
    }

    /**
     * Reads the same, whatever is given.
     *
     * @param usualFirst false to walk through each tuple
     */
    Decoder(boolean usualFirst) {
        entry = new Entry(usualFirst);
    }

    /**
     * Begins a datagram.
     *
     * @param bytes what lies between its position and limit; in native byte order
     */
    public void begin(ByteBuffer bytes) {
        if (bytes.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("a datagram is read in native byte order");
        }
        datagram = bytes;
        at = bytes.position();
        limit = bytes.limit();
    }

    /** The kernel's error, positive, after {@link Outcome#ERROR}. */
    public int errno() {
        return errno;
    }

    /** Reads the next message. */
    public Outcome next(ConntrackMessage into) {
        if (limit - at < Wire.HEADER_BYTES) {
            boolean rest = at < limit;
            at = limit;
            return rest ? Outcome.MALFORMED : Outcome.END;
        }
        int start = at;
        // Wide reads: each costs alike, whatever its width.
        long head = datagram.getLong(start);
        int length = Wire.first(head);
        if (length < Wire.HEADER_BYTES || length > limit - start) {
            // Where the next one begins cannot be known.
            at = limit;
            return Outcome.MALFORMED;
        }
        // Before the sum: an aligned length may reach beyond the end, and never wraps.
        at = limit - start - length < 4 ? limit : start + Wire.aligned(length);
        return message(start, start + length, Wire.second(head), into);
    }

    private Outcome message(int start, int end, int typeAndFlags, ConntrackMessage into) {
        into.flags = Wire.secondHalf(typeAndFlags);
        // The port follows the sequence.
        long origin = datagram.getLong(start + Wire.HEADER_SEQUENCE);
        into.sequence = Wire.first(origin);
        into.port = Wire.second(origin);
        switch (Wire.firstHalf(typeAndFlags)) {
            case Wire.CT_NEW -> {
                boolean created = (into.flags & (Wire.NLM_F_CREATE | Wire.NLM_F_EXCL)) != 0;
                into.kind = created || into.ofDump() ? Kind.NEW : Kind.UPDATE;
                return entry(start, end, into);
            }
            case Wire.CT_DELETE -> {
                into.kind = Kind.DESTROY;
                return entry(start, end, into);
            }
            case Wire.NLMSG_DONE -> {
                return ended(start, end, Outcome.DONE);
            }
            case Wire.NLMSG_ERROR -> {
                return end - start < Wire.HEADER_BYTES + Integer.BYTES
                        ? Outcome.MALFORMED
                        : ended(start, end, Outcome.OTHER);
            }
            default -> {
                return Outcome.OTHER;
            }
        }
    }

    private Outcome entry(int start, int end, ConntrackMessage into) {
        if (end - start < Wire.BODY) {
            return Outcome.MALFORMED;
        }
        return entry.read(datagram, start + Wire.BODY, end, into)
                ? Outcome.ENTRY
                : Outcome.MALFORMED;
    }

    /** Both ends carry a negative errno, or 0 for success. */
    private Outcome ended(int start, int end, Outcome success) {
        boolean coded = end - start >= Wire.HEADER_BYTES + Integer.BYTES;
        int code = coded ? datagram.getInt(start + Wire.HEADER_BYTES) : 0;
        if (code >= 0) {
            return success;
        }
        // The kernel's codes are small; this also keeps a forged minimum from staying negative.
        errno = -Math.max(code, -0xffff);
        return Outcome.ERROR;
    }
}
