package io.drover.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReadinessTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private final Readiness readiness = new Readiness(Duration.ofSeconds(2), Duration.ofSeconds(3));

    @Test
    void theFirstTimeCountsAtOnce() {
        assertThat(at(0, false)).isFalse();
        assertThat(at(1, true)).isTrue();
    }

    @Test
    void whatIsMissingForMomentsDoesNotCount() {
        at(0, true);

        assertThat(at(1, false)).isTrue();
        assertThat(at(2, true)).isTrue();
        assertThat(at(3, false)).isTrue();
        assertThat(at(4, false)).isTrue();
        assertThat(at(5, false)).isFalse();
    }

    @Test
    void whatIsBackForMomentsDoesNotCountEither() {
        at(0, true);
        at(1, false);
        at(3, false);

        assertThat(at(4, true)).isFalse();
        assertThat(at(5, false)).isFalse();
        assertThat(at(6, true)).isFalse();
        assertThat(at(8, true)).isFalse();
        assertThat(at(9, true)).isTrue();
    }

    @Test
    void whatIsBrokenForGoodCountsAtOnce() {
        at(0, true);

        assertThat(readiness.look(false, true, T0.plusSeconds(1))).isFalse();
    }

    private boolean at(int second, boolean seen) {
        return readiness.look(seen, false, T0.plusSeconds(second));
    }
}
