package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.testing.Configured;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void nothingConfiguredIsLoopbackOfBothFamiliesWithReflection() {
        Settings settings = Settings.from(Configured.with(GrpcConfig.class, Map.of()));

        assertThat(settings.bind())
                .extracting(address -> address.getHostAddress())
                .containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(settings.port()).isEqualTo(15006);
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
                                65_536,
                                "tls_engine",
                                "gnutls",
                                "stream_queue_events",
                                0,
                                "keepalive_time_ms",
                                1L));

        assertThatThrownBy(() -> Settings.from(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("grpc.bind must hold literal IP addresses, has 'localhost'")
                .hasMessageContaining("grpc.port must be from 0 to 65535, is 65536")
                .hasMessageContaining("grpc.tls_engine must be auto, native or jdk, is 'gnutls'")
                .hasMessageContaining("grpc.stream_queue_events must be from 1 to 65536, is 0")
                .hasMessageContaining("grpc.keepalive_time_ms must be from 1000 to 86400000, is 1");
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
