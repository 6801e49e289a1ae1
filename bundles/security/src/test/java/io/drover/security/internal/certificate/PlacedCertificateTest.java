package io.drover.security.internal.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.security.ClientTrust;
import io.drover.api.security.TlsIdentity;
import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.file.UnsafeException;
import io.drover.testing.ManualClock;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With certificates and keys as OpenSSL writes them. */
class PlacedCertificateTest {

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(Instant.now().plus(Duration.ofHours(1)));

    @BeforeEach
    void issue() throws Exception {
        openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -days 90 -subj /CN=Root");
        leaf("ec -pkeyopt ec_paramgen_curve:P-256", "leaf", 30);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ec -pkeyopt ec_paramgen_curve:P-256",
                "ec -pkeyopt ec_paramgen_curve:P-384",
                "rsa:2048",
                "ed25519"
            })
    void showsACertificateByAnotherAuthorityWithAKeyOfAnyKind(String kind) throws Exception {
        leaf(kind, "leaf", 30);

        TlsIdentity identity = open(ClientTrust.Mode.NONE).shown().current();

        assertThat(Pairs.fit(identity.key(), identity.chain().get(0).getPublicKey())).isTrue();
        assertThat(identity.chain()).hasSize(2);
        assertThat(identity.authority().getSubjectX500Principal().getName()).isEqualTo("CN=Root");
        assertThat(identity.authorityFile()).isEqualTo(home.resolve("leaf.pem"));
        assertThat(home.resolve("secrets/ca.key")).as("an authority nobody needs").doesNotExist();
        assertThat(home.resolve("secrets/served.pem")).isRegularFile();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ec -in leaf.key -out leaf.key",
                "rsa -traditional -in leaf.key -out leaf.key"
            })
    void readsKeysInTheFormsOfOlderTools(String command) throws Exception {
        leaf(
                command.startsWith("rsa") ? "rsa:2048" : "ec -pkeyopt ec_paramgen_curve:P-256",
                "leaf",
                30);

        openssl(command);

        assertThat(Files.readString(home.resolve("leaf.key")))
                .containsPattern("BEGIN (EC|RSA) PRIV");
        assertThat(open(ClientTrust.Mode.NONE).leaf()).isNotNull();
    }

    @Test
    void takesOverANewCertificateAndTellsWhoListens() throws Exception {
        CertificateKeeper keeper = open(ClientTrust.Mode.NONE);
        List<TlsIdentity> told = new ArrayList<>();
        keeper.shown().onChange(told::add);
        var first = keeper.leaf();

        leaf("ec -pkeyopt ec_paramgen_curve:P-256", "leaf", 60);
        keeper.take(rules(ClientTrust.Mode.NONE));
        keeper.take(rules(ClientTrust.Mode.NONE));

        assertThat(keeper.leaf()).isNotEqualTo(first);
        assertThat(told).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "empty",
                "missing",
                "other key",
                "expired",
                "not yet",
                "wrong issuer",
                "client only",
                "short"
            })
    void keepsShowingTheOldOneWhenTheNewOneIsOfNoUseAndSaysWhy(String damage) throws Exception {
        CertificateKeeper keeper = open(ClientTrust.Mode.NONE);
        TlsIdentity before = keeper.shown().current();
        String said = damage(damage);

        assertThatThrownBy(() -> keeper.take(rules(ClientTrust.Mode.NONE)))
                .isInstanceOf(UnsafeException.class)
                .hasMessageContaining(said);

        assertThat(keeper.shown().current()).isSameAs(before);
    }

    @Test
    void complainsInTimeThatNobodyRenewsIt() throws Exception {
        CertificateKeeper keeper = open(ClientTrust.Mode.NONE);
        assertThat(keeper.warning()).isEmpty();

        clock.advance(Duration.ofDays(17));
        assertThat(keeper.warning().get()).hasMessageContaining("the certificate ends on");

        clock.advance(Duration.ofDays(14));
        assertThat(keeper.warning().get()).hasMessageContaining("the certificate has ended on");
        assertThat(keeper.renewal()).isEmpty();
        assertThatThrownBy(keeper::renew).hasMessageContaining("the certificate comes from");
    }

    @Test
    void trustsClientsOfTheNamedAuthorityAndThisHomesOwn() throws Exception {
        TlsIdentity identity = open(ClientTrust.Mode.REQUIRED).shown().current();

        assertThat(identity.clients().mode()).isEqualTo(ClientTrust.Mode.REQUIRED);
        assertThat(identity.clients().authorities())
                .extracting(each -> each.getSubjectX500Principal().getName())
                .hasSize(2)
                .contains("CN=Root")
                .anyMatch(name -> name.contains("Drover local authority"));
        assertThat(home.resolve("secrets/tls.key"))
                .as("what the client in this home shows")
                .isRegularFile();
    }

    @Test
    void refusesToStartWithoutTheAuthorityOfItsClients() throws Exception {
        Files.delete(home.resolve("root.pem"));

        assertThatThrownBy(() -> open(ClientTrust.Mode.REQUIRED))
                .isInstanceOf(UnsafeException.class)
                .hasMessageContaining("root.pem is not there");
    }

    @Test
    void goesBackToItsOwnAuthority() throws Exception {
        CertificateKeeper keeper = open(ClientTrust.Mode.NONE);

        keeper.take(
                new CertificateRules(
                        Duration.ofDays(90),
                        Set.of(),
                        Optional.empty(),
                        Duration.ofDays(14),
                        ClientTrust.Mode.NONE,
                        Optional.empty(),
                        Optional.empty()));

        assertThat(keeper.shown().current().authorityFile())
                .isEqualTo(home.resolve("secrets/ca.pem"));
        assertThat(home.resolve("secrets/served.pem")).doesNotExist();
    }

    private String damage(String what) throws Exception {
        Path leaf = home.resolve("leaf.pem");
        switch (what) {
            case "garbage" -> Files.writeString(leaf, "-----BEGIN CERTIFICATE-----\nnonsense\n");
            case "empty" -> Files.write(leaf, new byte[0]);
            case "missing" -> Files.delete(home.resolve("leaf.key"));
            case "other key" ->
                    Files.copy(
                            home.resolve("root.key"),
                            home.resolve("leaf.key"),
                            StandardCopyOption.REPLACE_EXISTING);
            case "expired" -> clock.advance(Duration.ofDays(31));
            case "not yet" -> clock.advance(Duration.ofDays(-2));
            case "wrong issuer" ->
                    Files.writeString(leaf, Files.readString(leaf) + Files.readString(leaf));
            case "client only" -> {
                leaf("ec -pkeyopt ec_paramgen_curve:P-256", "leaf", 30, "clientAuth");
            }
            default -> leaf("rsa:1024", "leaf", 30);
        }
        return switch (what) {
            case "garbage", "empty" -> "cannot be read as certificates";
            case "missing" -> "leaf.key is not there";
            case "other key" -> "leaf.key does not fit";
            case "expired" -> "has expired on";
            case "not yet" -> "is not valid before";
            case "wrong issuer" -> "did not issue the one before it";
            case "client only" -> "is not for a server";
            default -> "has an RSA key of 1024 bits, and 2048 are needed";
        };
    }

    private CertificateKeeper open(ClientTrust.Mode mode) throws Exception {
        return CertificateKeeper.open(
                SecretsFolder.open(home.resolve("secrets")), clock, rules(mode));
    }

    private CertificateRules rules(ClientTrust.Mode mode) {
        return new CertificateRules(
                Duration.ofDays(90),
                Set.of(),
                Optional.of(
                        new PlacedCertificate.Files(
                                home.resolve("leaf.pem"),
                                home.resolve("leaf.key"),
                                Optional.empty())),
                Duration.ofDays(14),
                mode,
                mode == ClientTrust.Mode.NONE
                        ? Optional.empty()
                        : Optional.of(home.resolve("root.pem")),
                Optional.empty());
    }

    private void leaf(String kind, String name, int days) throws Exception {
        leaf(kind, name, days, "serverAuth");
    }

    /** A leaf by the root, in one file with it. */
    private void leaf(String kind, String name, int days, String use) throws Exception {
        Files.writeString(
                home.resolve("ext"),
                "extendedKeyUsage=" + use + "\nsubjectAltName=DNS:a.example.org\n");
        openssl(
                "req -newkey "
                        + kind
                        + " -nodes -keyout "
                        + name
                        + ".key -out leaf.csr -subj /CN=a.example.org");
        openssl(
                "x509 -req -in leaf.csr -CA root.pem -CAkey root.key -set_serial "
                        + System.nanoTime()
                        + " -days "
                        + days
                        + " -extfile ext -out "
                        + name
                        + ".pem");
        Files.writeString(
                home.resolve(name + ".pem"),
                Files.readString(home.resolve(name + ".pem"))
                        + Files.readString(home.resolve("root.pem")));
    }

    private void openssl(String words) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(words.split(" ")));
        Process process =
                new ProcessBuilder(command)
                        .directory(new File(home.toString()))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
