package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Room for 400 events, so that 100 of them are a quarter. */
    private final Pace pace = new Pace(10 * MS, 400 * 1280);

    @Test
    void sleepsAsLongAsAllowedWhenLittleComes() {
        assertThat(pace.next(0, 10 * MS)).isEqualTo(10 * MS);
        assertThat(pace.next(100, 10 * MS)).isEqualTo(10 * MS);
    }

    @Test
    void sleepsShorterSoThatAQuarterOfTheBufferIsNotExceeded() {
        assertThat(pace.next(200, 10 * MS)).isEqualTo(5 * MS);
        assertThat(pace.next(400, 10 * MS)).isEqualTo(10 * MS / 4);
    }

    @Test
    void doesNotSleepWhenEvenAMomentWouldBeTooLong() {
        assertThat(pace.next(20_000, 10 * MS)).isZero();
    }
}
