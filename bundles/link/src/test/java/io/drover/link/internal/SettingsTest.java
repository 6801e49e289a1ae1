package io.drover.link.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.testing.Configured;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private static Settings with(Map<String, Object> values) {
        return Settings.from(Configured.with(LinkConfig.class, values));
    }

    @Test
    void theDefaultsAreValidAndMeanNoLink() {
        assertThat(with(Map.of()).endpoints()).isEmpty();
        assertThat(with(Map.of()).caFile()).isEmpty();
    }

    @Test
    void allThatIsWrongIsSaidAtOnceWithKeyRuleAndValue() {
        assertThatThrownBy(
                        () ->
                                with(
                                        Map.of(
                                                "endpoints",
                                                new String[] {"cluster", "cluster:15006"},
                                                "pins",
                                                new String[] {"abc"},
                                                "keepalive_time_ms",
                                                5L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("link.endpoints must hold host:port, has 'cluster'")
                .hasMessageContaining("link.pins must hold SHA-256 fingerprints")
                .hasMessageContaining("link.keepalive_time_ms must be from 10000 to 3600000, is 5");
    }

    @Test
    void pinsAreReadWithAndWithoutColons() {
        String pin = "AB:".repeat(31) + "AB";

        assertThat(with(Map.of("pins", new String[] {pin})).pins())
                .containsExactly("ab".repeat(32));
    }
}
