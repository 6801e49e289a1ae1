package io.drover.autoscaling.internal.decide;

import java.util.Arrays;

/**
 * Changes of a number in the order of time, packed: two or three bytes each where they follow one
 * another within some seconds and are small. Immutable; an hour of changes at each look takes some
 * hundred bytes.
 *
 * <p>The newest comes first. Each older one is told by how much it differs from the one after it:
 * the milliseconds between them; then twice the zigzag of {@code from - to}, and one more where its
 * {@code to} is not the {@code from} of the one after it; then, if so, the zigzag of that
 * difference. All are little-endian groups of seven bits, the eighth says that another follows.
 */
final class Trail {

    static final Trail EMPTY = new Trail(0, 0, 0, new byte[0]);

    private final int size;

    /** When the newest was made, and what it led to; meaningless when there is none. */
    private final long newestAt;

    private final int newestTo;
    private final byte[] packed;

    private Trail(int size, long newestAt, int newestTo, byte[] packed) {
        this.size = size;
        this.newestAt = newestAt;
        this.newestTo = newestTo;
        this.packed = packed;
    }

    int size() {
        return size;
    }

    /** From the newest to the oldest. */
    Cursor cursor() {
        return new Cursor();
    }

    /** A place in a trail; before the newest at the begin. */
    final class Cursor {
        private int left = size;
        private int position;
        private long at = newestAt;
        private int from = newestTo;
        private int to;

        /** Goes one back in time; false when there is no older one. */
        boolean next() {
            if (left == 0) {
                return false;
            }
            left--;
            at -= read();
            long step = read();
            to = from + ((step & 1) == 0 ? 0 : (int) signed(read()));
            from = to + (int) signed(step >>> 1);
            return true;
        }

        long at() {
            return at;
        }

        int from() {
            return from;
        }

        int to() {
            return to;
        }

        private long read() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte part = packed[position++];
                value |= (part & 0x7FL) << shift;
                if (part >= 0) {
                    return value;
                }
            }
        }
    }

    /** Makes a trail, from the newest to the oldest. Used once, by one thread. */
    static final class Writer {
        private final long newestAt;
        private final int newestTo;
        private byte[] packed;
        private int length;
        private int size;
        private long at;
        private int from;

        /**
         * @param bytes that it will take at the least
         */
        Writer(long newestAt, int newestTo, int bytes) {
            this.newestAt = newestAt;
            this.newestTo = newestTo;
            this.packed = new byte[bytes];
            this.at = newestAt;
            this.from = newestTo;
        }

        /** One more, not later than the one before. */
        void add(long madeAt, int madeFrom, int madeTo) {
            write(at - madeAt);
            long step = zigzag((long) madeFrom - madeTo) << 1;
            if (madeTo == from) {
                write(step);
            } else {
                write(step | 1);
                write(zigzag((long) madeTo - from));
            }
            at = madeAt;
            from = madeFrom;
            size++;
        }

        private void write(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) { // also what is negative, where the clock was set back
                put((byte) (rest | 0x80));
                rest >>>= 7;
            }
            put((byte) rest);
        }

        private void put(byte part) {
            if (length == packed.length) {
                packed = Arrays.copyOf(packed, length * 2 + 8);
            }
            packed[length++] = part;
        }

        Trail done() {
            return new Trail(size, newestAt, newestTo, Arrays.copyOf(packed, length));
        }
    }

    private static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    private static long signed(long zigzag) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Trail trail
                && size == trail.size
                && (size == 0 || (newestAt == trail.newestAt && newestTo == trail.newestTo))
                && Arrays.equals(packed, trail.packed);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(packed) * 31 + Long.hashCode(newestAt);
    }
}
