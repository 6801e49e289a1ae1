package io.drover.kubernetes.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestBudgetTest {

    private static final long MILLI = Duration.ofMillis(1).toNanos();

    private final AtomicLong now = new AtomicLong(42);
    private final RequestBudget budget = new RequestBudget(10, 3, now::get);

    @Test
    void theBurstIsFreeAndThenEachWaitsItsTurn() {
        for (int i = 0; i < 3; i++) {
            assertThat(budget.take(Long.MAX_VALUE)).isZero();
        }

        assertThat(budget.take(Long.MAX_VALUE)).isEqualTo(100 * MILLI);
        assertThat(budget.take(Long.MAX_VALUE)).isEqualTo(200 * MILLI);
    }

    @Test
    void whoHasNoPatienceTakesNothing() {
        for (int i = 0; i < 3; i++) {
            budget.take(0);
        }

        assertThat(budget.take(50 * MILLI)).isNegative();
        assertThat(budget.take(100 * MILLI)).isEqualTo(100 * MILLI);
    }

    @Test
    void aWishForALongPauseHoldsUpEverythingForHalfAMinuteAtMost() {
        budget.pause(Duration.ofSeconds(2));
        assertThat(budget.take(Long.MAX_VALUE)).isEqualTo(2_000 * MILLI);

        budget.pause(Duration.ofMinutes(5));

        assertThat(budget.take(Long.MAX_VALUE)).isEqualTo(RequestBudget.PAUSE_MAX.toNanos());
    }

    @Test
    void aQuietTimeGivesNoMoreThanTheBurst() {
        now.addAndGet(Duration.ofHours(1).toNanos());
        for (int i = 0; i < 3; i++) {
            assertThat(budget.take(0)).isZero();
        }

        assertThat(budget.take(0)).isNegative();
    }
}
