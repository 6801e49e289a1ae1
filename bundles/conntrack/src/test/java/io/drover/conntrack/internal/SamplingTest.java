package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SamplingTest {

    private static final long SECOND = 1_000_000_000L;
    private long now;
    private final Sampling sampling = new Sampling(500, now);

    @Test
    void leavesNothingOutBelowTheRate() {
        assertThat(second(400)).isFalse();
        assertThat(sampling.part()).isEqualTo(1);
    }

    @Test
    void letsThroughAboutAsManyAsAreWanted() {
        assertThat(second(10_000)).isTrue();

        assertThat(sampling.part()).isCloseTo(500.0 / 10_000 * 0.95, within(1e-9));
    }

    @Test
    void lowersThePartNoFurtherWhenTheRateStays() {
        second(10_000);

        assertThat(second(475)).isFalse();
        assertThat(second(470)).isFalse();
    }

    @Test
    void letsEverythingThroughAgainWhenTheRateHasFallen() {
        second(10_000);
        for (int i = 0; i < 20; i++) {
            second((int) (100 * sampling.part()));
        }

        assertThat(sampling.part()).isEqualTo(1);
    }

    @Test
    void wantsToBeAskedOnceASecondWhileItLeavesSomethingOut() {
        assertThat(sampling.nanosUntilNote(now)).isEqualTo(Long.MAX_VALUE);

        second(10_000);
        assertThat(sampling.nanosUntilNote(now + 1)).isEqualTo(SECOND - 1);

        for (int quiet = 0; sampling.part() < 1; quiet++) {
            assertThat(quiet).isLessThan(10);
            second(0);
        }
        assertThat(sampling.nanosUntilNote(now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void doesNothingWithoutABound() {
        Sampling none = new Sampling(0, 0);

        assertThat(none.note(1_000_000, 10 * SECOND)).isFalse();
        assertThat(none.part()).isEqualTo(1);
    }

    private boolean second(int events) {
        now += SECOND;
        return sampling.note(events, now);
    }
}
