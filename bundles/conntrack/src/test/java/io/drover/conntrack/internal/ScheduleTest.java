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
    void answersAFirstLossAtOnceAndFurtherOnesWithAGrowingDistance() {
        read();
        schedule.lossSeen(now);
        assertThat(schedule.due(now)).isEqualTo(Cause.LOSS);
        assertThat(schedule.lossPending()).isTrue();

        assertThat(distanceAfterNextLoss()).isEqualTo(250 * MS);
        assertThat(distanceAfterNextLoss()).isEqualTo(500 * MS);
        assertThat(distanceAfterNextLoss()).isEqualTo(RETRY_MAX);
        assertThat(distanceAfterNextLoss()).isEqualTo(RETRY_MAX);
    }

    @Test
    void answersALossAtOnceAgainAfterAQuietTime() {
        read();
        schedule.lossSeen(now);
        distanceAfterNextLoss();
        read();
        now += 11_000 * MS;

        schedule.lossSeen(now);

        assertThat(schedule.nanosUntilDue(now)).isZero();
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

        assertThat(schedule.due(now)).isEqualTo(Cause.LOSS);
    }

    private void read() {
        schedule.begun();
        schedule.whole(now);
    }

    private long distanceAfterNextLoss() {
        schedule.begun();
        schedule.lossSeen(now);
        schedule.whole(now);
        long distance = schedule.nanosUntilDue(now);
        now += distance;
        return distance;
    }
}
