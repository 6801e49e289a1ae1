package io.drover.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.status.State;
import io.drover.testing.FixedAgent;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewsTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT-1S, 0 s",
        "PT0S, 0 s",
        "PT1M59S, 119 s",
        "PT2M, 2 min",
        "PT1H59M59S, 119 min",
        "PT2H, 2 h",
        "P3D, 72 h"
    })
    void timeThatHasGoneByIsShownInItsOwnUnit(Duration gone, String shown) {
        assertThat(Views.ago(T0, T0.plus(gone))).isEqualTo(shown);
    }

    @Test
    void timeAfterTheStartIsShownToTheMillisecond() {
        assertThat(Views.after(T0, T0.plusMillis(12_345))).isEqualTo("12.345 s");
        assertThat(Views.after(T0, T0.minusMillis(5))).isEqualTo("-0.005 s");
    }

    @Test
    void aStateIsAWordInSmallLetters() {
        assertThat(Views.word(State.DEGRADED)).isEqualTo("degraded");
    }

    @Test
    void aSubsystemIsFoundByItsNameAlone() {
        assertThat(Views.named(new FixedAgent(), "conntrack").name()).isEqualTo("conntrack");
        assertThatThrownBy(() -> Views.named(new FixedAgent(), "conn"))
                .hasMessage("there is no subsystem conn");
    }
}
