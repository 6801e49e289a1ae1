package io.drover.http.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.testing.Configured;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static Settings settings(Map<String, Object> values) {
        return Settings.from(Configured.with(HttpConfig.class, values));
    }

    @Test
    void listensOnLoopbackByDefault() {
        Settings settings = settings(Map.of());

        assertThat(settings.bindings())
                .extracting(b -> b.word() + " " + b.port() + " " + b.tls())
                .containsExactly("health 15055 false", "metrics 15000 false", "api 15005 true");
        assertThat(settings.bindings())
                .allSatisfy(
                        binding ->
                                assertThat(binding.addresses())
                                        .extracting(InetAddress::getHostAddress)
                                        .containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1"));
        assertThat(settings.limits().maxConnections()).isEqualTo(512);
        assertThat(settings.limits().idleTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.limits().maxHeaderBytes()).isEqualTo(8_192);
        assertThat(settings.maxThreads()).isEqualTo(64);
        assertThat(settings.maxBodyBytes()).isEqualTo(1_048_576);
    }

    @Test
    void demandsTlsOfTheMetricsOnceOneAddressIsBeyondLoopback() {
        String[] mixed = {"127.0.0.1", "192.0.2.1"};

        assertThat(settings(Map.of("metrics_bind", mixed)).metrics().tls()).isTrue();
        assertThat(settings(Map.of("metrics_bind", new String[] {"0.0.0.0"})).metrics().tls())
                .isTrue();
        assertThat(settings(Map.of("metrics_bind", new String[] {"127.0.0.9"})).metrics().tls())
                .isFalse();
        assertThat(settings(Map.of("health_bind", new String[] {"0.0.0.0"})).health().tls())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "api_port, -1",
        "api_port, 65536",
        "metrics_port, 65536",
        "health_port, -5",
        "max_threads, 15",
        "max_threads, 1025",
        "max_connections, 7",
        "max_connections, 65537",
        "idle_timeout_ms, 999",
        "idle_timeout_ms, 3600001",
        "max_header_bytes, 1023",
        "max_header_bytes, 65537",
        "max_body_bytes, -1",
        "max_body_bytes, 67108865",
    })
    void namesKeyRuleAndValueOfANumberThatIsWrong(String key, int value) {
        assertThatThrownBy(() -> settings(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http." + key + " must be from ")
                .hasMessageContaining(", is " + value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "", "example.org", "127.0.0.256", "1:2", "fe80::1%eth0", "*"})
    void takesAddressesAloneNeverNames(String wrong) {
        assertThatThrownBy(() -> settings(Map.of("api_bind", new String[] {wrong})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http.api_bind must hold IPv4 or IPv6 addresses");
    }

    @Test
    void namesEveryWrongKeyAtOnce() {
        assertThatThrownBy(
                        () ->
                                settings(
                                        Map.of(
                                                "api_port",
                                                -1,
                                                "health_bind",
                                                new String[0],
                                                "max_threads",
                                                1)))
                .hasMessageContaining("http.api_port")
                .hasMessageContaining("http.health_bind must hold at least one address")
                .hasMessageContaining("http.max_threads");
    }

    @Test
    void refusesOneAddressAndPortForTwoListeners() {
        assertThatThrownBy(() -> settings(Map.of("api_port", 15_000)))
                .hasMessageContaining("http.api_port must not be http.metrics_port");
        assertThat(settings(Map.of("api_port", 0, "metrics_port", 0, "health_port", 0)).bindings())
                .hasSize(3);
        assertThat(
                        settings(Map.of("api_port", 15_000, "api_bind", new String[] {"127.0.0.2"}))
                                .api()
                                .port())
                .isEqualTo(15_000);
    }

    @Test
    void refusesAddressesBesideOneThatStandsForAll() {
        assertThatThrownBy(() -> settings(Map.of("api_bind", new String[] {"::", "127.0.0.1"})))
                .hasMessageContaining("nothing beside an address that stands for all");
    }
}
