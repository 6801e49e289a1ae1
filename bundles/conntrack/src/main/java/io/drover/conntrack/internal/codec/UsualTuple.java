package io.drover.conntrack.internal.codec;

import java.nio.ByteBuffer;

/**
 * The tuple of a protocol with ports over IPv4 as the kernel writes it: nearly every one. Its
 * headers are compared, eight bytes at a time, and not walked; what differs in any of them is left
 * to {@link Entry}, which reads whatever is well-formed. Pure.
 */
final class UsualTuple {

    // Each row is one long: two headers, or a value and a header, or a header and a value.
    private static final int SOURCE_AT = 8;
    private static final int DESTINATION_AT = 16;
    private static final int PROTOCOL_AT = 24;
    private static final int SOURCE_PORT_AT = 32;
    private static final int DESTINATION_PORT_AT = 40;

    /** Bytes behind the header of the tuple. */
    static final int BYTES = 48;

    private static final long BEGIN =
            Wire.pair(
                    Wire.header(20, Wire.NLA_F_NESTED | Wire.CTA_TUPLE_IP),
                    Wire.header(8, Wire.CTA_IP_V4_SRC));
    private static final int DESTINATION = Wire.header(8, Wire.CTA_IP_V4_DST);
    private static final int PROTOCOL = Wire.header(28, Wire.NLA_F_NESTED | Wire.CTA_TUPLE_PROTO);
    private static final int NUMBER = Wire.header(5, Wire.CTA_PROTO_NUM);
    private static final int SOURCE_PORT = Wire.header(6, Wire.CTA_PROTO_SRC_PORT);
    private static final int DESTINATION_PORT = Wire.header(6, Wire.CTA_PROTO_DST_PORT);

    private UsualTuple() {}

    /**
     * Fills a direction, if all is where it usually is.
     *
     * @param at the first of {@link #BYTES} bytes
     * @return the protocol's number, -1 if it is another kind of tuple
     */
    static int read(ByteBuffer bytes, int at, Direction into) {
        if (bytes.getLong(at) != BEGIN) {
            return -1;
        }
        long source = bytes.getLong(at + SOURCE_AT);
        long destination = bytes.getLong(at + DESTINATION_AT);
        long number = bytes.getLong(at + PROTOCOL_AT);
        long sourcePort = bytes.getLong(at + SOURCE_PORT_AT);
        long destinationPort = bytes.getLong(at + DESTINATION_PORT_AT);
        boolean usual =
                Wire.second(source) == DESTINATION
                        && Wire.second(destination) == PROTOCOL
                        && Wire.first(number) == NUMBER
                        && Wire.first(sourcePort) == SOURCE_PORT
                        && Wire.first(destinationPort) == DESTINATION_PORT;
        if (!usual) {
            return -1;
        }
        into.sourceHigh = 0;
        into.sourceLow = Integer.toUnsignedLong(Wire.toNetwork(Wire.first(source)));
        into.destinationHigh = 0;
        into.destinationLow = Integer.toUnsignedLong(Wire.toNetwork(Wire.first(destination)));
        into.sourcePort = Wire.toNetwork(Wire.second(sourcePort)) >>> 16;
        into.destinationPort = Wire.toNetwork(Wire.second(destinationPort)) >>> 16;
        into.zone = 0;
        return Wire.toNetwork(Wire.second(number)) >>> 24;
    }
}
