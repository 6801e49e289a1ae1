package io.drover.security.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BackOffTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final BackOff backOff =
            new BackOff(new BackOff.Limits(3, Duration.ofSeconds(8), 4), nanos::get);

    @Test
    void bearsAFewWrongTokens() {
        for (int i = 0; i < 3; i++) {
            assertThat(backOff.fail("a")).isEqualTo(BackOff.Effect.BORNE);
        }
        assertThat(backOff.left("a")).isZero();
    }

    @Test
    void makesASourceWaitTwiceAsLongEachTime() {
        spend("a");

        for (int seconds : new int[] {1, 2, 4, 8, 8, 8}) {
            assertThat(backOff.fail("a")).isEqualTo(BackOff.Effect.BEGINS);
            assertThat(backOff.left("a")).isEqualTo(Duration.ofSeconds(seconds));
            advance(Duration.ofSeconds(seconds));
        }
        assertThat(backOff.begun()).isEqualTo(6);
    }

    @Test
    void countsWhatComesMeanwhileWithoutProlongingTheWait() {
        spend("a");
        backOff.fail("a");

        for (int i = 0; i < 100; i++) {
            assertThat(backOff.fail("a")).isEqualTo(BackOff.Effect.WAITS);
        }

        assertThat(backOff.left("a")).isEqualTo(Duration.ofSeconds(1));
        assertThat(backOff.refused()).isEqualTo(100);
    }

    @Test
    void lookedAtByOneSourceAloneTheOthersAreFree() {
        spend("a");
        backOff.fail("a");

        assertThat(backOff.fail("b")).isEqualTo(BackOff.Effect.BORNE);
        assertThat(backOff.left("b")).isZero();
    }

    @Test
    void forgivesASourceThatWasQuiet() {
        spend("a");
        backOff.fail("a");

        advance(Duration.ofSeconds(41));

        assertThat(backOff.fail("a")).isEqualTo(BackOff.Effect.BORNE);
    }

    @Test
    void remembersABoundedNumberOfSourcesAndCountsTheOthers() {
        for (int i = 0; i < 1_000; i++) {
            backOff.fail("source-" + i);
        }

        assertThat(backOff.size()).isEqualTo(4);
        assertThat(backOff.forgotten()).isEqualTo(996);
    }

    @Test
    void keepsTheOneThatIsBusiestWhenItForgets() {
        spend("busy");
        for (int i = 0; i < 1_000; i++) {
            backOff.fail("source-" + i);
            backOff.fail("busy");
        }

        assertThat(backOff.left("busy")).isPositive();
    }

    private void spend(String source) {
        for (int i = 0; i < 3; i++) {
            backOff.fail(source);
        }
    }

    private void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }
}
