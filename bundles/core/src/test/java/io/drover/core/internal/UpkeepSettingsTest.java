package io.drover.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.testing.Configured;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpkeepSettingsTest {

    @Test
    void leavesDumpsOffByDefault() {
        UpkeepSettings settings = UpkeepSettings.from(Configured.with(CoreConfig.class, Map.of()));

        assertThat(settings.coreDumps().enabled()).isFalse();
        assertThat(settings.coreDumps().budget().maxBytes()).isEqualTo(512L << 20);
        assertThat(settings.coreDumps().budget().maxAge()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.apiKey().validation().getHost()).isEqualTo("api.datadoghq.com");
        assertThat(settings.apiKey().checkInterval()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void refusesAllThatIsWrongAtOnceNamingKeyRuleAndValue() {
        CoreConfig config =
                Configured.with(
                        CoreConfig.class,
                        Map.of(
                                "core_dump_max_bytes",
                                -1L,
                                "core_dump_max_age_hours",
                                0,
                                "api_key_check_url",
                                "api.datadoghq.com",
                                "api_key_timeout_ms",
                                1,
                                "proxy",
                                "http://user:word@proxy:3128"));

        assertThatThrownBy(() -> UpkeepSettings.from(config))
                .hasMessageContaining("core.core_dump_max_bytes must be from 0 to")
                .hasMessageContaining("core.core_dump_max_age_hours must be from 1 to 87600, is 0")
                .hasMessageContaining("core.api_key_check_url must be an http or https URL")
                .hasMessageContaining("core.api_key_timeout_ms must be from 100 to 60000, is 1")
                .hasMessageContaining("core.proxy must be http://HOST:PORT");
    }
}
