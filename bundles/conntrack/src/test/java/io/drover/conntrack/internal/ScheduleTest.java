package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.conntrack.internal.Counters.Cause;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long AUDIT = 60_000 * MS;
    private static final long RETRY_MAX = 1000 * MS;

    /** Near the wrap of the clock, which may be anywhere. */
    private long now = Long.MAX_VALUE - 5 * MS;

    private final Schedule schedule = new Schedule(AUDIT, RETRY_MAX, now);

    @Test
    void beginsAtOnceAndThenAudits() {
        assertThat(schedule.due(now)).isEqualTo(Cause.START);
        schedule.begun();
        assertThat(schedule.due(now)).isNull();

        schedule.whole(now);

        assertThat(schedule.nanosUntilDue(now)).isEqualTo(AUDIT);
        assertThat(schedule.due(now + AUDIT)).isEqualTo(Cause.AUDIT);
    }

    @Test
    void neverAuditsWhenThatIsOff() {
        Schedule without = new Schedule(0, RETRY_MAX, now);
        without.begun();
        without.whole(now);

        assertThat(without.due(now + 2 * AUDIT)).isNull();
    }

    @Test
    void answersALossAsSoonAsLossesEnd() {
        read();
        for (int i = 0; i < 3; i++) {
            schedule.lossSeen(now);
            assertThat(schedule.due(now)).isNull();
            assertThat(schedule.lossPending()).isTrue();
            assertThat(schedule.nanosUntilDue(now)).isLessThanOrEqualTo(25 * MS);
            now += 20 * MS;
        }

        assertThat(schedule.due(now + 25 * MS)).isEqualTo(Cause.LOSS);
    }

    @Test
    void readsWithAGrowingDistanceWhileLossesGoOn() {
        read();

        assertThat(distanceUnderLosses()).isEqualTo(250 * MS);
        assertThat(distanceUnderLosses()).isEqualTo(500 * MS);
        assertThat(distanceUnderLosses()).isEqualTo(RETRY_MAX);
        assertThat(distanceUnderLosses()).isEqualTo(RETRY_MAX);
        now += 11_000 * MS;
        assertThat(distanceUnderLosses()).isEqualTo(250 * MS);
    }

    @Test
    void pollsByTheClockButPutsALossBeforeIt() {
        read();
        schedule.poll(AUDIT / 10, now);

        assertThat(schedule.nanosUntilDue(now)).isEqualTo(AUDIT / 10);
        assertThat(schedule.due(now + AUDIT / 10)).isEqualTo(Cause.POLL);

        schedule.lossSeen(now);
        schedule.poll(AUDIT / 10, now);
        assertThat(schedule.lossPending()).isTrue();
    }

    @Test
    void readsAgainForALossDuringAReading() {
        schedule.begun();
        schedule.lossSeen(now);
        schedule.whole(now);

        assertThat(schedule.lossPending()).isTrue();
        assertThat(schedule.due(now + RETRY_MAX)).isEqualTo(Cause.LOSS);
    }

    @Test
    void triesABrokenReadingAgainForTheSameCause() {
        schedule.begun();
        schedule.broken(now);

        assertThat(schedule.due(now)).isNull();
        assertThat(schedule.due(now + 250 * MS)).isEqualTo(Cause.START);
    }

    @Test
    void putsALossBeforeAnAudit() {
        read();
        schedule.lossSeen(now);
        schedule.lossSeen(now + 1);

        assertThat(schedule.due(now + AUDIT)).isEqualTo(Cause.LOSS);
    }

    private void read() {
        schedule.begun();
        schedule.whole(now);
    }

    /** Time from the end of one reading to the next, with a loss each 10 ms. */
    private long distanceUnderLosses() {
        long from = now;
        schedule.lossSeen(now);
        while (schedule.due(now) == null) {
            now += 10 * MS;
            if (schedule.due(now) == null) {
                schedule.lossSeen(now);
            }
        }
        read();
        return now - from;
    }
}
