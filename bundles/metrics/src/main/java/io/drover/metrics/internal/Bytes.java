package io.drover.metrics.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Text as UTF-8 in memory that is used again and again. Belongs to one thread. */
final class Bytes {

    private static final int FIRST = 16 * 1024;

    private byte[] bytes = new byte[FIRST];
    private int length;

    void clear() {
        length = 0;
    }

    int length() {
        return length;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    /** What has been put, to be read only, from 0 to {@link #length}. */
    byte[] array() {
        return bytes;
    }

    void put(byte[] more) {
        put(more, 0, more.length);
    }

    void put(byte[] more, int from, int count) {
        reserve(count);
        System.arraycopy(more, from, bytes, length, count);
        length += count;
    }

    void put(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
    }

    /** Of ASCII alone. */
    @SuppressWarnings("deprecation")
    void putAscii(String ascii) {
        int count = ascii.length();
        reserve(count);
        // The one method that copies without an array between; right for what is ASCII.
        ascii.getBytes(0, count, bytes, length);
        length += count;
    }

    /** A whole number. */
    void put(long value) {
        if (value == Long.MIN_VALUE) {
            putAscii("-9223372036854775808");
            return;
        }
        if (value < 0) {
            put('-');
        }
        long left = Math.abs(value);
        int digits = digits(left);
        reserve(digits);
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + left % 10);
            left /= 10;
        }
        length += digits;
    }

    /** A number from 0 with so many digits, zeros in front. */
    void putPadded(long value, int digits) {
        reserve(digits);
        long left = value;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + left % 10);
            left /= 10;
        }
        length += digits;
    }

    /** What {@code deflater} has next, at most so much. */
    void fill(Deflater deflater, int most) {
        reserve(most);
        length += deflater.deflate(bytes, length, most);
    }

    void putLittleEndian(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            put((char) ((value >>> shift) & 0xff));
        }
    }

    private static int digits(long value) {
        int digits = 1;
        for (long left = value; left >= 10; left /= 10) {
            digits++;
        }
        return digits;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
