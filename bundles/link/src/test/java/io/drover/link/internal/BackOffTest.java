package io.drover.link.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackOffTest {

    private static BackOff with(double chance) {
        return new BackOff(Duration.ofMillis(500), Duration.ofSeconds(30), () -> chance);
    }

    @Test
    void doublesWithEachFailureUpToItsBoundAndBeginsAnewAfterASuccess() {
        BackOff backOff = with(0.5);

        assertThat(backOff.failed()).isEqualTo(Duration.ofMillis(500));
        assertThat(backOff.failed()).isEqualTo(Duration.ofSeconds(1));
        assertThat(backOff.failed()).isEqualTo(Duration.ofSeconds(2));
        for (int i = 0; i < 100; i++) {
            backOff.failed();
        }
        assertThat(backOff.failed()).isEqualTo(Duration.ofSeconds(30));
        backOff.succeeded();
        assertThat(backOff.failed()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void isShiftedByUpToAQuarter() {
        assertThat(with(0).failed()).isEqualTo(Duration.ofMillis(375));
        assertThat(with(1).failed()).isEqualTo(Duration.ofMillis(625));
        assertThat(with(1).hopeless()).isEqualTo(Duration.ofMillis(37_500));
    }
}
