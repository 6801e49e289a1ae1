package io.drover.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.core.internal.flare.Bounds;
import io.drover.testing.Configured;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    @Test
    void theDefaultsHold() {
        assertThat(settings(Map.of()))
                .isEqualTo(
                        new Settings(
                                Duration.ofMillis(200),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(5),
                                Duration.ofMillis(200),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(10),
                                256L << 20,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(3),
                                new Bounds(
                                        32L << 20,
                                        2 << 20,
                                        Duration.ofSeconds(30),
                                        Duration.ofSeconds(12))));
    }

    @ParameterizedTest
    @CsvSource({
        "poll_interval_ms, 20, 10000",
        "calm_interval_ms, 20, 10000",
        "calm_after_ms, 0, 600000",
        "absence_grace_ms, 0, 600000",
        "drain_ms, 0, 600000",
        "stop_deadline_ms, 500, 600000",
        "slow_start_ms, 1000, 3600000",
        "diagnose_deadline_ms, 100, 600000",
        "disk_free_min_mb, 8, 1048576",
        "unready_after_ms, 0, 600000",
        "ready_after_ms, 0, 600000",
        "stuck_after_ms, 1000, 3600000",
        "stuck_outside_after_ms, 1000, 3600000",
        "flare_max_mb, 1, 1024",
        "flare_file_max_mb, 1, 64",
        "flare_deadline_ms, 1000, 100000",
        "flare_source_deadline_ms, 100, 600000"
    })
    void eachKeyHasItsRange(String key, int min, int max) {
        assertThat(settings(Map.of(key, min))).isNotEqualTo(settings(Map.of(key, max)));
        for (int wrong : new int[] {min - 1, max + 1}) {
            assertThatThrownBy(() -> settings(Map.of(key, wrong)))
                    .hasMessage(
                            "core.%s must be from %d to %d, is %d".formatted(key, min, max, wrong));
        }
    }

    @Test
    void everyWrongKeyIsNamedAtOnce() {
        assertThatThrownBy(() -> settings(Map.of("drain_ms", -1, "poll_interval_ms", 0)))
                .hasMessageContaining("core.poll_interval_ms")
                .hasMessageContaining("; core.drain_ms");
    }

    private static Settings settings(Map<String, Object> values) {
        return Settings.from(Configured.with(CoreConfig.class, values));
    }
}
