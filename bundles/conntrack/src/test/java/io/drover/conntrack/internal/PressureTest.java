package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.conntrack.internal.Pressure.Step;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PressureTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private long now = 1000 * SECOND;
    private final Pressure pressure = new Pressure(2 * SECOND, 30 * SECOND, false, now);

    @Test
    void makesTheBufferLargerAsLongAsThatIsPossible() {
        assertThat(pressure.lossSeen(true, now)).isTrue();
        now += SECOND / 10;
        assertThat(pressure.lossSeen(true, now)).isTrue();

        assertThat(pressure.step()).isEqualTo(Step.BUFFER);
    }

    @Test
    void givesALargerBufferTimeToHelpBeforeAStillLargerOne() {
        pressure.lossSeen(true, now);
        now += SECOND / 20;

        assertThat(pressure.lossSeen(true, now)).isFalse();
    }

    @Test
    void givesEachStepTimeToHelpBeforeTheNext() {
        pressure.lossSeen(true, now);
        assertThat(lossAfter(1)).isFalse();
        assertThat(lossAfter(1)).isTrue();
        assertThat(pressure.step()).isEqualTo(Step.TRANSLATED);
        assertThat(lossAfter(1)).isFalse();
        assertThat(lossAfter(1)).isTrue();
        assertThat(pressure.step()).isEqualTo(Step.POLL);
        assertThat(lossAfter(9)).isFalse();
    }

    @Test
    void bearsASingleLossWithoutGivingAnythingUp() {
        assertThat(pressure.lossSeen(false, now)).isFalse();
        assertThat(lossAfter(60)).isFalse();

        assertThat(pressure.step()).isEqualTo(Step.NONE);
    }

    @Test
    void takesOneStepBackAfterAnother() {
        climbToPoll();

        now += 29 * SECOND;
        assertThat(pressure.calm(now)).isFalse();
        now += SECOND;
        assertThat(pressure.nanosUntilCalm(now)).isZero();
        assertThat(pressure.calm(now)).isTrue();
        assertThat(pressure.step()).isEqualTo(Step.TRANSLATED);
        now += 30 * SECOND;
        assertThat(pressure.calm(now)).isTrue();
        now += 30 * SECOND;
        assertThat(pressure.calm(now)).isTrue();
        assertThat(pressure.step()).isEqualTo(Step.NONE);
        assertThat(pressure.nanosUntilCalm(now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void waitsLongerEachTimeThatAStepWasTakenBackTooEarly() {
        climbToPoll();
        now += 30 * SECOND;
        pressure.calm(now);
        lossAfter(1);
        lossAfter(1);
        assertThat(pressure.step()).isEqualTo(Step.POLL);

        assertThat(pressure.nanosUntilCalm(now)).isEqualTo(60 * SECOND);
    }

    @Test
    void hasNoStepBetweenWhenTranslatedConnectionsAreAllThatIsFollowed() {
        Pressure only = new Pressure(2 * SECOND, 30 * SECOND, true, now);
        only.lossSeen(false, now);
        now += 3 * SECOND;
        only.lossSeen(false, now);

        assertThat(only.step()).isEqualTo(Step.POLL);
        now += 30 * SECOND;
        assertThat(only.calm(now)).isTrue();
        assertThat(only.step()).isEqualTo(Step.BUFFER);
    }

    private boolean lossAfter(long seconds) {
        now += seconds * SECOND;
        return pressure.lossSeen(false, now);
    }

    private void climbToPoll() {
        pressure.lossSeen(true, now);
        lossAfter(2);
        lossAfter(2);
        assertThat(pressure.step()).isEqualTo(Step.POLL);
    }
}
