package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.testing.Configured;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void hasADefaultForEachKey() {
        assertThat(settings(Map.of()))
                .isEqualTo(
                        new Settings(
                                true,
                                Optional.empty(),
                                false,
                                1024,
                                false,
                                false,
                                16 << 20,
                                64 << 20,
                                true,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(1),
                                0,
                                262_144,
                                false,
                                Duration.ofMillis(10),
                                Duration.ofMillis(100),
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(30),
                                64,
                                65_536,
                                8192,
                                512,
                                60));
    }

    @Test
    void takesEachKey() {
        Map<String, Object> keys =
                Map.of(
                        "enabled",
                        false,
                        "namespace",
                        "/proc/1/ns/net",
                        "receive_buffer_bytes",
                        8192,
                        "table_max_entries",
                        2048,
                        "updates",
                        true,
                        "drain_interval_ms",
                        5,
                        "idle_after_ms",
                        20,
                        "audit_interval_ms",
                        0L,
                        "retry_max_ms",
                        100L);

        assertThat(settings(keys))
                .isEqualTo(
                        new Settings(
                                false,
                                Optional.of(Path.of("/proc/1/ns/net")),
                                false,
                                1024,
                                false,
                                false,
                                8192,
                                64 << 20,
                                true,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(1),
                                0,
                                2048,
                                true,
                                Duration.ofMillis(5),
                                Duration.ofMillis(20),
                                Duration.ZERO,
                                Duration.ofMillis(100),
                                64,
                                65_536,
                                8192,
                                512,
                                60));
        assertThat(settings(Map.of("streams_max", 3, "stream_queue_max", 7)))
                .matches(settings -> settings.streamsMax() == 3)
                .matches(settings -> settings.streamQueueMax() == 7);
    }

    @Test
    void namesEveryBadKeyWithItsRuleAndValue() {
        Map<String, Object> keys =
                Map.of(
                        "namespace", "blue",
                        "receive_buffer_bytes", 1,
                        "table_max_entries", 1023,
                        "drain_interval_ms", 51,
                        "idle_after_ms", 9,
                        "audit_interval_ms", -1L,
                        "retry_max_ms", 99L,
                        "streams_max", -1,
                        "stream_queue_max", 0);

        assertThatThrownBy(() -> settings(keys))
                .hasMessage(
                        "conntrack: receive_buffer_bytes must be 4096 to 1073741823, is 1;"
                                + " table_max_entries must be 1024 to 16777216, is 1023;"
                                + " drain_interval_ms must be 1 to 50, is 51;"
                                + " idle_after_ms must be 10 to 10000, is 9;"
                                + " audit_interval_ms must be 0 to 86400000, is -1;"
                                + " retry_max_ms must be 100 to 3600000, is 99;"
                                + " streams_max must be 0 to 10000, is -1;"
                                + " stream_queue_max must be 1 to 65536, is 0;"
                                + " namespace must be an absolute path or empty, is blue");
    }

    private static Settings settings(Map<String, Object> keys) {
        return Settings.from(Configured.with(ConntrackConfig.class, keys));
    }
}
