package io.drover.autoscaling.internal.source;

/**
 * When to look at figures that can only be asked for, so that new ones are seen soon without asking
 * all the time: most sources replace all of them at once, at equal intervals. It asks often until
 * it has seen two changes, then just before the next one is due and until it comes. Where there is
 * no such interval it goes back to the regular one. Times are milliseconds of a monotonic clock.
 * One thread.
 */
final class Cadence {

    /** Until an interval is known it asks half as often as when a change is due. */
    private static final int LEARNING = 2;

    /** So many looks before a change is due it begins to ask for it. */
    private static final int EARLY = 2;

    /** A longer interval than before counts for this part: being early costs a look or two. */
    private static final int SLOWLY = 4;

    /** An interval that is shorter than so many eager looks is none: the source is always new. */
    private static final int EAGER_LOOKS_MIN = 8;

    /** So long it asks often without seeing two changes. */
    private static final long LEARN_MILLIS = 150_000;

    /** And so long it asks at the regular interval alone before it tries again. */
    private static final long REST_MILLIS = 600_000;

    /** How much later than expected a change may come. */
    private static final long PATIENCE_MILLIS = 2_000;

    /** Changes that were expected in vain before the interval is given up. */
    private static final int MISSES_MAX = 3;

    /**
     * All is looked at after so many regular intervals even if a look at a part shows no change.
     */
    private static final int WHOLE_AT_LEAST = 3;

    private final long regular;
    private final long eager;
    private long lastLook;
    private long lastWhole;

    /** The last change was made after this and was seen at {@code seen}. */
    private long since;

    private long seen;
    private boolean precise;

    /** Between two changes; 0 for not known. */
    private long period;

    private int misses;
    private int tooOften;

    /** Whether it asks often to learn the interval, and until when it does or does not. */
    private boolean learning = true;

    private long until;

    /**
     * @param regular between two looks when nothing is expected
     * @param eager between two looks when a change is due; 0 for never
     * @param now the first look is due
     */
    Cadence(long regular, long eager, long now) {
        this.regular = regular;
        this.eager = 2 * LEARNING * eager < regular ? eager : 0;
        lastLook = now - regular;
        lastWhole = now - WHOLE_AT_LEAST * regular;
        until = now + LEARN_MILLIS;
    }

    /** How long to wait for the next look. */
    long left(long now) {
        long next = Math.min(lastLook + regular, wholeAt());
        if (eager > 0 && period > 0) {
            next = Math.min(next, Math.max(lastLook + eager, since + period - EARLY * eager));
        } else if (eager > 0 && learning) {
            next = Math.min(next, lastLook + LEARNING * eager);
        }
        return Math.max(0, next - now);
    }

    /**
     * Whether a look now is to be at all figures; else one at a part tells whether there are new
     * ones.
     */
    boolean whole(long now) {
        return eager == 0 || now >= wholeAt();
    }

    private long wholeAt() {
        return lastWhole + (period > 0 ? WHOLE_AT_LEAST : 1) * regular;
    }

    /** A part was looked at, and nothing is new. */
    void nothingNew(long now) {
        unchanged(now);
        lastLook = now;
    }

    /**
     * All was looked at.
     *
     * @param changed whether anything is new
     */
    void looked(long now, boolean changed) {
        if (changed) {
            changed(now, lastLook);
        } else {
            unchanged(now);
        }
        lastLook = now;
        lastWhole = now;
    }

    private void changed(long now, long before) {
        boolean nowPrecise = now - before <= 2 * LEARNING * eager;
        long between = now - seen;
        if (precise && nowPrecise) {
            measured(now, between);
        } else if (period > 0 && between < period * 3 / 4) {
            learn(now); // one was missed while the interval was learnt
        } else if (period > 0 && !nowPrecise) {
            period = Math.max(EAGER_LOOKS_MIN * eager, period - eager); // it came too early
        }
        precise = nowPrecise;
        since = before;
        seen = now;
        misses = 0;
        turn(now);
    }

    private void measured(long now, long between) {
        if (between >= EAGER_LOOKS_MIN * eager) {
            boolean longer = period > 0 && between > period;
            period = longer ? period + (between - period) / SLOWLY : between;
            tooOften = 0;
        } else if (++tooOften == MISSES_MAX) {
            period = 0;
            tooOften = 0;
            learning = false;
            until = now + REST_MILLIS;
        }
    }

    private void unchanged(long now) {
        if (period > 0 && now > seen + period + PATIENCE_MILLIS) {
            since += period;
            seen += period;
            precise = false;
            if (++misses == MISSES_MAX) {
                learn(now);
            }
        }
        turn(now);
    }

    private void learn(long now) {
        period = 0;
        learning = true;
        until = now + LEARN_MILLIS;
    }

    private void turn(long now) {
        if (period == 0 && now >= until) {
            learning = !learning;
            until = now + (learning ? LEARN_MILLIS : REST_MILLIS);
        }
    }
}
