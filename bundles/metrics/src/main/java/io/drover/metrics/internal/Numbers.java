package io.drover.metrics.internal;

/** Writes floating point numbers as Prometheus reads them, mostly without making garbage. */
final class Numbers {

    private static final double[] POWERS = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12
    };

    /** Up to here every whole number is a double of its own. */
    private static final double EXACT_MAX = 1L << 53;

    private static final double SMALL = 1e-7;

    private Numbers() {}

    /** Writes a number that reads as exactly this one. */
    static void put(double value, Bytes out) {
        double size = Math.abs(value);
        if (size <= EXACT_MAX && value == Math.rint(value)) {
            out.put((long) value);
            out.putAscii(".0");
        } else if (!(size >= SMALL && size < EXACT_MAX && putDecimal(value, size, out))) {
            putOther(value, out);
        }
    }

    /**
     * As a decimal with few places, if it is one: {@code whole / power} is rounded as any reader
     * rounds the decimal, as both are exact, so what comes out equal is read as equal.
     */
    private static boolean putDecimal(double value, double size, Bytes out) {
        for (int places = 1; places < POWERS.length; places++) {
            double power = POWERS[places];
            double whole = Math.rint(size * power);
            if (whole > EXACT_MAX) {
                return false;
            }
            if (whole / power == size) {
                if (value < 0) {
                    out.put('-');
                }
                long digits = (long) whole;
                long unit = (long) power;
                out.put(digits / unit);
                out.put('.');
                out.putPadded(digits % unit, places);
                return true;
            }
        }
        return false;
    }

    private static void putOther(double value, Bytes out) {
        if (Double.isNaN(value)) {
            out.putAscii("NaN");
        } else if (Double.isInfinite(value)) {
            out.putAscii(value > 0 ? "+Inf" : "-Inf");
        } else {
            out.putAscii(Double.toString(value));
        }
    }
}
