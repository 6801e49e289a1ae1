package io.drover.conntrack.internal;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What is given up, one step after the other, while events are lost again and again; and taken back
 * when none is for a while. Times are those of {@link System#nanoTime}. One thread writes; the step
 * is read by any.
 */
final class Pressure {

    /** Each holds those before it. */
    enum Step {
        NONE,
        /** The kernel's buffer is made larger, up to its bound. */
        BUFFER,
        /** The kernel tells of translated connections alone; audits find the others. */
        TRANSLATED,
        /** The kernel tells of nothing; its table is read by the clock. */
        POLL;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether it is that one or goes further. */
        boolean holds(Step other) {
            return compareTo(other) >= 0;
        }

        private Step before() {
            return switch (this) {
                case NONE, BUFFER -> NONE;
                case TRANSLATED -> BUFFER;
                case POLL -> TRANSLATED;
            };
        }
    }

    private static final int WAIT_FACTOR_MAX = 16;

    /** How long a larger buffer has time to help before a still larger one. */
    private static final long BUFFER_PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);

    private final long patience;
    private final long recovery;
    private final boolean translatedAnyway;
    private volatile Step step = Step.NONE;
    private long changedAt;
    private long lastLoss;
    private long takenBackAt;
    private long wait;

    /**
     * @param patience how long a step has time to help before the next one, nanoseconds
     * @param recovery how long no loss must come before a step is taken back; twice as long, up to
     *     16 times, each time that it was taken back too early
     * @param translatedAnyway whether translated connections alone are followed without any
     *     pressure
     */
    Pressure(long patience, long recovery, boolean translatedAnyway, long now) {
        this.patience = patience;
        this.recovery = recovery;
        this.translatedAnyway = translatedAnyway;
        this.changedAt = now;
        this.lastLoss = now - recovery;
        this.takenBackAt = now - WAIT_FACTOR_MAX * recovery;
        this.wait = recovery;
    }

    Step step() {
        return step;
    }

    /**
     * A loss was seen.
     *
     * @param roomForBuffer whether the buffer can still grow
     * @return whether something is to change: the step, or the buffer's size under {@link
     *     Step#BUFFER}
     */
    boolean lossSeen(boolean roomForBuffer, long now) {
        boolean goesOn = now - lastLoss < recovery;
        lastLoss = now;
        boolean helpless = step != Step.BUFFER || now - changedAt >= BUFFER_PATIENCE;
        if (roomForBuffer && helpless && !step.holds(Step.TRANSLATED)) {
            to(Step.BUFFER, now);
            return true;
        }
        if (!goesOn || now - changedAt < patience || step == Step.POLL) {
            return false;
        }
        if (now - takenBackAt < wait) {
            wait = Math.min(WAIT_FACTOR_MAX * recovery, 2 * wait);
        }
        boolean skip = translatedAnyway || step == Step.TRANSLATED;
        to(skip ? Step.POLL : Step.TRANSLATED, now);
        return true;
    }

    /** Takes one step back if it is time to; whether it did. */
    boolean calm(long now) {
        if (nanosUntilCalm(now) > 0) {
            return false;
        }
        boolean skip = translatedAnyway && step == Step.POLL;
        to(skip ? Step.BUFFER : step.before(), now);
        takenBackAt = now;
        if (step == Step.NONE) {
            wait = recovery;
        }
        return true;
    }

    /** Time until {@link #calm} may say yes. */
    long nanosUntilCalm(long now) {
        return step == Step.NONE
                ? Long.MAX_VALUE
                : Math.max(0, wait - (now - Math.max(lastLoss, changedAt)));
    }

    private void to(Step next, long now) {
        step = next;
        changedAt = now;
    }
}
