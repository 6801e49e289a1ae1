package io.drover.conntrack.internal;

/**
 * Which part of the events the kernel lets through, so that no more than a wished rate comes; all
 * of them as soon as there are few enough. One thread writes; the part is read by any.
 */
final class Sampling {

    private static final long SECOND = 1_000_000_000L;

    /** Of the newest second in the average. */
    private static final double WEIGHT = 0.4;

    /** Below the wished rate by so much, or it would be crossed by chance. */
    private static final double MARGIN = 0.95;

    /** A smaller change is not worth another filter. */
    private static final double WORTH = 0.1;

    private final int rate;
    private volatile double part = 1;
    private double average;
    private long began;
    private long seen;

    /**
     * @param rate events a second, 0 for no bound
     */
    Sampling(int rate, long now) {
        this.rate = rate;
        this.began = now;
    }

    /** 0 to 1. */
    double part() {
        return part;
    }

    /**
     * How long until the next {@link #note} counts. While a part is left out it must come also when
     * nothing else does, or few events would stay few for ever; else nobody has to wake for it.
     */
    long nanosUntilNote(long now) {
        return part < 1 ? Math.max(0, SECOND - (now - began)) : Long.MAX_VALUE;
    }

    /** Notes what came; whether another part is to be let through from now on. */
    boolean note(long events, long now) {
        if (rate == 0) {
            return false;
        }
        seen += events;
        long elapsed = now - began;
        if (elapsed < SECOND) {
            return false;
        }
        double real = (double) seen * SECOND / elapsed / part;
        average = average == 0 || real > 2 * average ? real : average + WEIGHT * (real - average);
        seen = 0;
        began = now;
        double wanted = average <= rate ? 1 : rate / average * MARGIN;
        boolean worth = Math.abs(wanted - part) > WORTH * part || (wanted == 1 && part < 1);
        if (worth) {
            part = wanted;
        }
        return worth;
    }
}
