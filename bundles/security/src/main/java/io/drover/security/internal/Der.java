package io.drover.security.internal;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * Writes the few ASN.1 types of a certificate as DER (ITU-T X.690). Each method gives one whole
 * element.
 *
 * <p>Why not BouncyCastle: its three bundles cost 8 MB of resident memory and 30 ms at every start
 * and some 160 ms at the first, for what are eight short methods here. Keys, signatures and parsing
 * are the JDK's.
 */
final class Der {

    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'");
    private static final DateTimeFormatter GENERALIZED_TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'");

    /** RFC 5280 4.1.2.5: from this year on in the long form. */
    private static final int LONG_FORM_YEAR = 2050;

    private Der() {}

    static byte[] sequence(byte[]... elements) {
        return element(0x30, join(elements));
    }

    static byte[] set(byte[] element) {
        return element(0x31, element);
    }

    static byte[] integer(BigInteger value) {
        return element(0x02, value.toByteArray());
    }

    static byte[] yes() {
        return element(0x01, new byte[] {(byte) 0xff});
    }

    static byte[] octets(byte[] content) {
        return element(0x04, content);
    }

    static byte[] utf8(String text) {
        return element(0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A bit string of whole bytes. */
    static byte[] bits(byte[] content) {
        return element(0x03, join(new byte[] {0}, content));
    }

    /**
     * A bit string of flags in one byte, without the zero bits at its end.
     *
     * @param flags the first flag is the highest bit; not 0
     */
    static byte[] flags(int flags) {
        int unused = Integer.numberOfTrailingZeros(flags);
        return element(0x03, new byte[] {(byte) unused, (byte) flags});
    }

    /** An object identifier in dotted form. */
    static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        base128(out, Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            base128(out, Integer.parseInt(arcs[i]));
        }
        return element(0x06, out.toByteArray());
    }

    static byte[] time(Instant instant) {
        ZonedDateTime utc = instant.atZone(ZoneOffset.UTC);
        boolean longForm = utc.getYear() >= LONG_FORM_YEAR;
        String text = utc.format(longForm ? GENERALIZED_TIME : UTC_TIME);
        return element(longForm ? 0x18 : 0x17, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** An element with a tag of its context around {@code element}. */
    static byte[] explicit(int number, byte[] element) {
        return element(0xa0 | number, element);
    }

    /** Bytes with a tag of its context instead of their own. */
    static byte[] implicit(int number, byte[] content) {
        return element(0x80 | number, content);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 6);
        out.write(tag);
        length(out, content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static void length(ByteArrayOutputStream out, int length) {
        if (length < 0x80) {
            out.write(length);
            return;
        }
        byte[] bytes = BigInteger.valueOf(length).toByteArray();
        int skip = bytes[0] == 0 ? 1 : 0;
        out.write(0x80 | (bytes.length - skip));
        out.write(bytes, skip, bytes.length - skip);
    }

    private static void base128(ByteArrayOutputStream out, int value) {
        if (value >= 0x80) {
            base128High(out, value >>> 7);
        }
        out.write(value & 0x7f);
    }

    private static void base128High(ByteArrayOutputStream out, int value) {
        if (value >= 0x80) {
            base128High(out, value >>> 7);
        }
        out.write(0x80 | (value & 0x7f));
    }
}
