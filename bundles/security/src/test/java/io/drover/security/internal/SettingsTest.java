package io.drover.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.security.Scope;
import io.drover.security.internal.certificate.SubjectName;
import io.drover.testing.Configured;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @Test
    void hasADefaultForEachKey() {
        Settings settings = Settings.from(Configured.with(SecurityConfig.class, Map.of()));

        assertThat(settings.certificates().leafLifetime()).isEqualTo(Duration.ofDays(90));
        assertThat(settings.certificates().extraNames()).isEmpty();
        assertThat(settings.tokens().clusterFile()).isEmpty();
    }

    @Test
    void takesNamesAddressesAndAFile() {
        String[] names = {"Agent.Example.org", "*.example.org", "10.0.0.7", "2001:DB8:0:0::1"};

        Settings settings = Settings.from(config(7, names, "/run/secrets/token"));

        assertThat(settings.certificates().extraNames())
                .extracting(SubjectName::text)
                .containsExactly(
                        "agent.example.org", "*.example.org", "10.0.0.7", "2001:db8:0:0:0:0:0:1");
        assertThat(settings.tokens().clusterFile()).contains(Path.of("/run/secrets/token"));
    }

    @Test
    void namesEachBadKeyWithItsRuleAndValue() {
        SecurityConfig config = config(0, new String[] {"good.example.org", "no name"}, "token");

        assertThatThrownBy(() -> Settings.from(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("security.leaf_lifetime_days must be from 1 to 397, is 0")
                .hasMessageContaining("security.extra_names must hold")
                .hasMessageContaining("'no name'")
                .hasMessageContaining("security.cluster_token_file must be an absolute path")
                .hasMessageContaining("'token'");
    }

    @Test
    void refusesMoreNamesThanACertificateShouldHold() {
        String[] names = new String[65];
        Arrays.setAll(names, i -> "n" + i + ".example.org");

        assertThatThrownBy(() -> Settings.from(config(90, names, "")))
                .hasMessageContaining("at most 64 entries, has 65");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "-a",
                "a-",
                "a..b",
                "a_b",
                "256.1.1.1",
                "1.2.3",
                "::g",
                "fe80::1%eth0",
                "a*.example.org",
                "münchen.example",
                "example.org."
            })
    void refusesWhatNoCertificateCanHold(String text) {
        assertThat(SubjectName.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "client_auth|sometimes|must be one of none, optional, required, is 'sometimes'",
                "client_auth|required|security.client_ca_file must be named if",
                "client_ca_file|/etc/ca.pem|security.client_ca_file must be named if",
                "certificate_file|/etc/tls.pem|security.key_file go together",
                "ca_file|/etc/ca.pem|security.ca_file needs security.certificate_file",
                "key_file|tls.key|security.key_file must be an absolute path, is 'tls.key'",
                "kubernetes_tokens|some|must be one of off, metrics, all, is 'some'"
            })
    void refusesWhatDoesNotGoTogether(String key, String value, String said) {
        SecurityConfig config = Configured.with(SecurityConfig.class, Map.of(key, value));

        assertThatThrownBy(() -> Settings.from(config)).hasMessageContaining(said);
    }

    @Test
    void takesClientsByTheNameInTheirCertificate() {
        SecurityConfig config =
                Configured.with(
                        SecurityConfig.class,
                        Map.of(
                                "client_auth", "required",
                                "client_ca_file", "/etc/clients.pem",
                                "client_names",
                                        new String[] {
                                            "prometheus=metrics", "ops=read", "ops = grpc"
                                        }));

        assertThat(Settings.from(config).guard().clients().scopes())
                .containsOnly(
                        Map.entry("prometheus", Set.of(Scope.METRICS)),
                        Map.entry("ops", Set.of(Scope.READ, Scope.GRPC)));
    }

    static SecurityConfig config(int days, String[] names, String file) {
        return Configured.with(
                SecurityConfig.class,
                Map.of(
                        "leaf_lifetime_days", days,
                        "extra_names", names,
                        "cluster_token_file", file));
    }
}
