package io.drover.security.internal.certificate;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.spec.InvalidKeySpecException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/**
 * Writes the few ASN.1 types of a certificate as DER (ITU-T X.690). Each method gives one whole
 * element.
 *
 * <p>Why not BouncyCastle: its three bundles cost 8 MB of resident memory and 30 ms at every start
 * and some 160 ms at the first, for what are eight short methods here. Keys, signatures and parsing
 * are the JDK's.
 */
public final class Der {

    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'");
    private static final DateTimeFormatter GENERALIZED_TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'");

    /** RFC 5280 4.1.2.5: from this year on in the long form. */
    private static final int LONG_FORM_YEAR = 2050;

    private Der() {}

    public static byte[] sequence(byte[]... elements) {
        return element(0x30, join(elements));
    }

    public static byte[] set(byte[] element) {
        return element(0x31, element);
    }

    public static byte[] integer(BigInteger value) {
        return element(0x02, value.toByteArray());
    }

    public static byte[] yes() {
        return element(0x01, new byte[] {(byte) 0xff});
    }

    public static byte[] octets(byte[] content) {
        return element(0x04, content);
    }

    public static byte[] utf8(String text) {
        return element(0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A bit string of whole bytes. */
    public static byte[] bits(byte[] content) {
        return element(0x03, join(new byte[] {0}, content));
    }

    /**
     * A bit string of flags in one byte, without the zero bits at its end.
     *
     * @param flags the first flag is the highest bit; not 0
     */
    public static byte[] flags(int flags) {
        int unused = Integer.numberOfTrailingZeros(flags);
        return element(0x03, new byte[] {(byte) unused, (byte) flags});
    }

    /** An object identifier in dotted form. */
    public static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        base128(out, Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            base128(out, Integer.parseInt(arcs[i]));
        }
        return element(0x06, out.toByteArray());
    }

    public static byte[] time(Instant instant) {
        ZonedDateTime utc = instant.atZone(ZoneOffset.UTC);
        boolean longForm = utc.getYear() >= LONG_FORM_YEAR;
        String text = utc.format(longForm ? GENERALIZED_TIME : UTC_TIME);
        return element(longForm ? 0x18 : 0x17, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** An element with a tag of its context around {@code element}. */
    public static byte[] explicit(int number, byte[] element) {
        return element(0xa0 | number, element);
    }

    /** Bytes with a tag of its context instead of their own. */
    public static byte[] implicit(int number, byte[] content) {
        return element(0x80 | number, content);
    }

    /**
     * The first element inside of a sequence, whole.
     *
     * @throws InvalidKeySpecException if there is none
     */
    public static byte[] firstOf(byte[] sequence) throws InvalidKeySpecException {
        int begin = content(sequence, 0);
        int end = content(sequence, begin) + length(sequence, begin);
        if (begin >= end || end > sequence.length) {
            throw new InvalidKeySpecException("no element in a sequence");
        }
        return Arrays.copyOfRange(sequence, begin, end);
    }

    /** Where the content of the element at {@code at} begins. */
    private static int content(byte[] der, int at) throws InvalidKeySpecException {
        int first = octet(der, at + 1);
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int length(byte[] der, int at) throws InvalidKeySpecException {
        int first = octet(der, at + 1);
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = (length << 8) | octet(der, at + 2 + i);
        }
        return length;
    }

    private static int octet(byte[] der, int at) throws InvalidKeySpecException {
        if (at >= der.length) {
            throw new InvalidKeySpecException("an element is cut off");
        }
        return der[at] & 0xff;
    }

    public static byte[] join(byte[]... parts) {
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
