package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ForecastTest {

    private static final long SECOND = 1_000_000_000L;
    private final Forecast forecast = new Forecast();

    @Test
    void knowsNothingOfGrowthAtFirst() {
        assertThat(forecast.secondsToFull(10, 1000, 0)).isInfinite();
    }

    @Test
    void findsTheTimeUnderSteadyGrowth() {
        double seconds = 0;
        for (int i = 0; i <= 1000; i++) {
            seconds = forecast.secondsToFull(10L * i, 20_000, i * SECOND);
        }

        assertThat(seconds).isCloseTo(1000, within(10.0));
    }

    @Test
    void isZeroWhenItIsFullAndInfiniteWhenItShrinks() {
        assertThat(forecast.secondsToFull(1000, 1000, 0)).isZero();
        assertThat(forecast.secondsToFull(500, 1000, SECOND)).isInfinite();
    }
}
