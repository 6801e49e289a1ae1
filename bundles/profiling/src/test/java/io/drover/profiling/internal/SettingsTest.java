package io.drover.profiling.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.testing.Configured;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void isOffAndSendsNothingByDefault() {
        Settings settings = Settings.from(Configured.with(ProfilingConfig.class, Map.of()));

        assertThat(settings.enabled()).isFalse();
        assertThat(settings.upload()).isEmpty();
        assertThat(settings.ring())
                .isEqualTo(new Settings.RingSettings(16_777_216, Duration.ofHours(1), 2_097_152));
    }

    @Test
    void refusesAllThatIsWrongAtOnceNamingKeyRuleAndValue() {
        ProfilingConfig config =
                Configured.with(
                        ProfilingConfig.class,
                        Map.of(
                                "ring_max_bytes",
                                1L,
                                "upload_period_ms",
                                1,
                                "upload_url",
                                "ftp://intake",
                                "service",
                                "a,b",
                                "tags",
                                new String[] {"team"}));

        assertThatThrownBy(() -> Settings.from(config))
                .hasMessageContaining("profiling.ring_max_bytes must be from 2097152 to")
                .hasMessageContaining("profiling.upload_period_ms must be from 1000 to")
                .hasMessageContaining("profiling.upload_url must be an http or https URL")
                .hasMessageContaining("profiling.service must be a name without commas, is a,b")
                .hasMessageContaining("profiling.tags must hold NAME:VALUE");
    }
}
