package io.drover.autoscaling.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** Against a source that is at its n-th figures at a time; all times are milliseconds. */
class CadenceTest {

    private static final long REGULAR = 5_000;
    private static final long EAGER = 250;
    private static final long HOUR = 3_600_000;
    private static final long LEARNT = 60_000;

    private final Cadence cadence = new Cadence(REGULAR, EAGER, 0);
    private final List<Long> waits = new ArrayList<>();
    private int parts;
    private int wholes;

    @Test
    void newFiguresAtEqualIntervalsAreSeenAtOnceOnceTheIntervalIsKnown() {
        run(LEARNT, now -> now / 15_000);
        counted();

        run(HOUR, now -> now / 15_000);

        assertThat(waits).hasSize((int) ((HOUR - LEARNT) / 15_000)).allMatch(late -> late <= EAGER);
        assertThat(parts + wholes).as("looks").isLessThan(waits.size() * 10);
        assertThat(wholes).as("looks at all").isLessThanOrEqualTo(waits.size() * 2);
    }

    @Test
    void anIntervalThatVariesAndDriftsIsFollowed() {
        Random random = new Random(3);
        List<Long> changes = new ArrayList<>(List.of(0L));
        for (long at = 0; at < HOUR; ) {
            at += 29_700 + random.nextInt(500);
            changes.add(at);
        }
        LongUnaryOperator source = now -> changes.stream().filter(at -> at <= now).count();
        run(3 * LEARNT, source);
        counted();

        run(HOUR, source);

        assertThat(waits).isNotEmpty().allMatch(late -> late <= 2 * EAGER);
    }

    @Test
    void aSourceThatIsAlwaysNewIsAskedAtTheRegularInterval() {
        run(LEARNT, now -> now);
        counted();

        run(LEARNT + 100 * REGULAR, now -> now);

        assertThat(wholes).isBetween(99, 101);
        assertThat(parts).isZero();
    }

    @Test
    void aSourceThatNeverChangesIsAskedOftenForASmallPartOfTheTime() {
        run(HOUR, now -> 0);

        assertThat(parts + wholes).isLessThan((int) (3 * HOUR / REGULAR));
    }

    @Test
    void aSourceWhoseIntervalBecomesAnotherIsFollowedAgain() {
        run(LEARNT, now -> now / 15_000);
        run(10 * LEARNT, now -> now < LEARNT ? now / 15_000 : 10 + now / 40_000);
        counted();

        run(HOUR, now -> 10 + now / 40_000);

        assertThat(waits).isNotEmpty().allMatch(late -> late <= EAGER);
    }

    @Test
    void noFigureIsOlderThanBeforeEvenWhereAPartDoesNotShowIt() {
        run(LEARNT, now -> now / 15_000);
        long at = now;
        for (int i = 0; i < 1_000; i++) {
            now += cadence.left(now);
            if (cadence.whole(now)) {
                assertThat(now - at).isLessThanOrEqualTo(3 * REGULAR);
                cadence.looked(now, false);
                at = now;
            } else {
                cadence.nothingNew(now);
            }
        }
    }

    private long now;
    private long known = -1;

    /** Looks until a time, and notes how late each change was seen. */
    private void run(long until, LongUnaryOperator source) {
        while (now < until) {
            long change = now;
            now += Math.max(1, cadence.left(now));
            boolean isNew = source.applyAsLong(now) != known;
            boolean whole = cadence.whole(now);
            if (isNew) {
                while (source.applyAsLong(change) == known) {
                    change++;
                }
                waits.add(now - change);
                known = source.applyAsLong(now);
            }
            if (whole || isNew) {
                wholes++;
                cadence.looked(now, isNew);
            } else {
                parts++;
                cadence.nothingNew(now);
            }
        }
    }

    private void counted() {
        waits.clear();
        parts = 0;
        wholes = 0;
    }
}
