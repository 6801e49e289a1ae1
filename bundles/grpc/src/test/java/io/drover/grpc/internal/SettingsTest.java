package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.testing.Configured;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @Test
    void nothingConfiguredIsLoopbackOfBothFamiliesWithReflection() {
        Settings settings = Settings.from(Configured.with(GrpcConfig.class, Map.of()));

        assertThat(settings.bind())
                .extracting(address -> address.getHostAddress())
                .containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(settings.port()).hasValue(15006);
        assertThat(settings.shared()).isFalse();
        assertThat(settings.reflection()).isTrue();
        assertThat(settings.messageMaxBytes()).isEqualTo(4 * 1024 * 1024);
        assertThat(settings.connectionAgeMax()).isEmpty();
        assertThat(settings.shutdownDeadline()).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void everyBadKeyIsNamedWithItsRuleAndValue() {
        GrpcConfig config =
                Configured.with(
                        GrpcConfig.class,
                        Map.of(
                                "bind",
                                new String[] {"localhost"},
                                "port",
                                "65536",
                                "tls_engine",
                                "gnutls",
                                "stream_queue_events",
                                0,
                                "keepalive_time_ms",
                                1L));

        assertThatThrownBy(() -> Settings.from(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("grpc.bind must hold literal IP addresses, has 'localhost'")
                .hasMessageContaining("grpc.port must be shared or from 0 to 65535, is '65536'")
                .hasMessageContaining("grpc.tls_engine must be auto, native or jdk, is 'gnutls'")
                .hasMessageContaining("grpc.stream_queue_events must be from 1 to 65536, is 0")
                .hasMessageContaining("grpc.keepalive_time_ms must be from 1000 to 86400000, is 1");
    }

    @Test
    void theSharedPortIsNoNumberAndLeavesWhatIsAboutConnectionsWithoutEffect() {
        GrpcConfig config =
                Configured.with(
                        GrpcConfig.class,
                        Map.of(
                                "port",
                                "shared",
                                "bind",
                                new String[] {"10.0.0.1"},
                                "connections_max",
                                7,
                                "keepalive_time_ms",
                                5_000L,
                                "message_max_bytes",
                                2_048));

        assertThat(Settings.from(config).shared()).isTrue();
        assertThat(Settings.from(config).port()).isEmpty();
        assertThat(Settings.withoutEffect(config))
                .containsExactly(
                        "grpc.bind (http.api_bind)", "grpc.connections_max (http.max_connections)");
    }

    @Test
    void onAPortOfItsOwnEverythingHasAnEffect() {
        GrpcConfig config = Configured.with(GrpcConfig.class, Map.of("connections_max", 7));

        assertThat(Settings.withoutEffect(config)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "65536", "Shared", "own", "15006.0", "0x10"})
    void whatIsNeitherAPortNorSharedIsRefused(String port) {
        GrpcConfig config = Configured.with(GrpcConfig.class, Map.of("port", port));

        assertThatThrownBy(() -> Settings.from(config))
                .hasMessage("grpc.port must be shared or from 0 to 65535, is '" + port + "'");
    }

    @Test
    void anEmptyListOfAddressesIsRefused() {
        GrpcConfig config = Configured.with(GrpcConfig.class, Map.of("bind", new String[0]));

        assertThatThrownBy(() -> Settings.from(config))
                .hasMessageContaining("grpc.bind must hold at least one address");
    }

    @Test
    void anAgeLimitOfConnectionsIsTaken() {
        Settings settings =
                Settings.from(
                        Configured.with(
                                GrpcConfig.class, Map.of("connection_age_max_ms", 60_000L)));

        assertThat(settings.connectionAgeMax()).contains(Duration.ofMinutes(1));
    }
}
