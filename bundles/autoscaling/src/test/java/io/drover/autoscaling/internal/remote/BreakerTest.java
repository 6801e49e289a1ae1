package io.drover.autoscaling.internal.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An endpoint that fails is left in peace, longer each time, and tried by one question. */
class BreakerTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private final Breaker breaker =
            new Breaker(new Breaker.Patience(3, Duration.ofSeconds(5), Duration.ofSeconds(15)));

    @Test
    void fewFailuresInARowChangeNothing() {
        breaker.failed(0);
        breaker.failed(0);
        breaker.answered();
        breaker.failed(0);
        breaker.failed(0);

        assertThat(breaker.lets(0)).isTrue();
        assertThat(breaker.open()).isFalse();
    }

    @Test
    void afterManyOneQuestionTriesAndAnAnswerClosesIt() {
        fail(3, 0);

        assertThat(breaker.lets(5 * SECOND - 1)).isFalse();
        assertThat(breaker.lets(5 * SECOND)).isTrue();
        assertThat(breaker.lets(5 * SECOND)).as("a second one beside it").isFalse();
        breaker.answered();
        assertThat(breaker.lets(5 * SECOND)).isTrue();
        assertThat(breaker.open()).isFalse();
    }

    @Test
    void eachFailedTryDoublesTheWhileUpToABound() {
        fail(3, 0);
        long now = 5 * SECOND;
        for (long pause : new long[] {10, 15, 15}) {
            assertThat(breaker.lets(now)).isTrue();
            breaker.failed(now);
            assertThat(breaker.lets(now + pause * SECOND - 1)).isFalse();
            now += pause * SECOND;
        }
        assertThat(breaker.lets(now)).isTrue();
    }

    @Test
    void whoWasAskedBeforeItOpenedDoesNotMakeTheWhileLonger() {
        fail(9, 0);

        assertThat(breaker.lets(5 * SECOND)).isTrue();
    }

    private void fail(int times, long now) {
        for (int i = 0; i < times; i++) {
            breaker.failed(now);
        }
    }
}
