package io.drover.http.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.http.internal.listen.Binding;
import io.drover.testing.Configured;
import java.net.InetAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static Settings settings(Map<String, Object> values) {
        return Settings.from(Configured.with(HttpConfig.class, values), Path.of("/home/of/it"));
    }

    private static Binding binding(Settings settings, String word) {
        return settings.bindings().stream()
                .filter(b -> b.word().equals(word))
                .findFirst()
                .orElseThrow();
    }

    private static boolean guarded(Settings settings, String door) {
        return settings.terms().door(door).guarded();
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
        assertThat(settings.terms().maxBodyBytes()).isEqualTo(1_048_576);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.9, auto, auto, false, false",
        "0.0.0.0,   auto, auto, true,  true",
        "192.0.2.1, auto, auto, true,  true",
        "192.0.2.1, off,  on,   false, true",
        "192.0.2.1, on,   off,  true,  false",
        "127.0.0.1, on,   on,   true,  true",
    })
    void guardsTheMetricsOnceTheyAreReachableFromBeyondUnlessToldOtherwise(
            String address, String tls, String token, boolean encrypted, boolean guarded) {
        Settings settings =
                settings(
                        Map.of(
                                "metrics_bind",
                                address.equals("0.0.0.0")
                                        ? new String[] {address}
                                        : new String[] {"127.0.0.1", address},
                                "metrics_tls",
                                tls,
                                "metrics_token",
                                token));

        assertThat(binding(settings, "metrics").tls()).isEqualTo(encrypted);
        assertThat(guarded(settings, "metrics")).isEqualTo(guarded);
        assertThat(guarded(settings, "api")).isTrue();
        assertThat(guarded(settings, "health")).isFalse();
    }

    @Test
    void knowsNoThirdWayForTheMetrics() {
        assertThatThrownBy(() -> settings(Map.of("metrics_token", "maybe")))
                .hasMessage("http.metrics_token must be auto, on or off, is maybe");
    }

    @Test
    void servesTheApiOnAUnixSocketWhenAskedTo() {
        Settings settings = settings(Map.of("api_socket", "run/api.sock"));

        assertThat(binding(settings, "api-socket").file())
                .hasValueSatisfying(
                        file -> {
                            assertThat(file.path()).hasToString("/home/of/it/run/api.sock");
                            assertThat(PosixFilePermissions.toString(file.rights()))
                                    .isEqualTo("rw-------");
                        });
        assertThat(guarded(settings, "api-socket")).isTrue();
        assertThatThrownBy(
                        () ->
                                settings(
                                        Map.of(
                                                "api_socket",
                                                "x".repeat(100),
                                                "api_socket_mode",
                                                "0666")))
                .hasMessageContaining("http.api_socket must be at most 83 bytes long")
                .hasMessageContaining("http.api_socket_mode must be 0600 or 0660, is 0666");
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
        "header_timeout_ms, 99",
        "request_timeout_ms, 999",
        "max_h2_requests, 0",
        "max_h2_frames_per_second, 9",
        "rate_per_second, -1",
        "rate_heavy_per_second, 1000001",
        "rate_change_per_second, -1",
        "max_sources, 15",
        "max_streams, -1",
        "max_streams_per_source, 10001",
        "hold_ms, 60001",
        "max_held, -1",
        "absent_ms, -1",
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
                        binding(
                                        settings(
                                                Map.of(
                                                        "api_port",
                                                        15_000,
                                                        "api_bind",
                                                        new String[] {"127.0.0.2"})),
                                        "api")
                                .port())
                .isEqualTo(15_000);
    }

    @Test
    void refusesAddressesBesideOneThatStandsForAll() {
        assertThatThrownBy(() -> settings(Map.of("api_bind", new String[] {"::", "127.0.0.1"})))
                .hasMessageContaining("nothing beside an address that stands for all");
    }
}
