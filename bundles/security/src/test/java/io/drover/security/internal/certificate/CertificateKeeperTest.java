package io.drover.security.internal.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.security.ClientTrust;
import io.drover.api.security.TlsIdentity;
import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.file.UnsafeException;
import io.drover.testing.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateKeeperTest {

    private static final Instant START = Instant.parse("2026-11-22T20:00:00Z");
    private static final Duration LIFE = Duration.ofDays(90);

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(START);

    @Test
    void makesAnAuthorityThatIssuesLeavesAlone() throws Exception {
        X509Certificate authority = open().shown().current().authority();

        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(authority.getKeyUsage())
                .containsExactly(false, false, false, false, false, true, true, false, false);
        assertThat(authority.getCriticalExtensionOIDs()).contains("2.5.29.15", "2.5.29.19");
        assertThat(authority.getPublicKey().getAlgorithm()).isEqualTo("EC");
        assertThat(authority.getNotAfter().toInstant())
                .isEqualTo(START.plus(Duration.ofDays(3650)));
        authority.verify(authority.getPublicKey());
    }

    @Test
    void makesALeafForThisHost() throws Exception {
        TlsIdentity identity = open().shown().current();
        X509Certificate leaf = identity.chain().get(0);

        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getExtendedKeyUsage())
                .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(START.plus(LIFE));
        assertThat(leaf.getSubjectAlternativeNames().toString())
                .contains("[2, localhost]", "[7, 127.0.0.1]", "[7, 0:0:0:0:0:0:0:1]")
                .contains(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        leaf.verify(identity.authority().getPublicKey());
        assertThat(Pairs.fit(identity.key(), leaf.getPublicKey())).isTrue();
    }

    @Test
    void keepsKeysFromOthers() throws Exception {
        open();

        assertThat(mode("ca.key")).isEqualTo("rw-------");
        assertThat(mode("tls.key")).isEqualTo("rw-------");
        assertThat(mode("ca.pem")).isEqualTo("rw-r--r--");
        assertThat(Files.readString(file("ca.key"))).startsWith("-----BEGIN PRIVATE KEY-----\n");
    }

    @Test
    void showsTheSameIdentityAfterARestart() throws Exception {
        TlsIdentity before = open().shown().current();

        TlsIdentity after = open().shown().current();

        assertThat(after.chain()).isEqualTo(before.chain());
        assertThat(after.authority()).isEqualTo(before.authority());
        assertThat(after.key()).isEqualTo(before.key());
    }

    @Test
    void renewsTheLeafWhenTwoThirdsOfItsLifeAreOver() throws Exception {
        CertificateKeeper keeper = open();
        List<TlsIdentity> told = new ArrayList<>();
        AutoCloseable handle = keeper.shown().onChange(told::add);
        X509Certificate first = keeper.shown().current().chain().get(0);

        clock.advance(Duration.ofDays(59));
        keeper.renewIfDue();
        assertThat(keeper.shown().current().chain()).containsExactly(first);
        assertThat(told).isEmpty();

        clock.advance(Duration.ofDays(1));
        keeper.renewIfDue();
        X509Certificate second = keeper.shown().current().chain().get(0);
        assertThat(second).isNotEqualTo(first);
        assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
        assertThat(second.getNotAfter().toInstant()).isEqualTo(clock.instant().plus(LIFE));
        assertThat(told).containsExactly(keeper.shown().current());
        assertThat(keeper.renewals()).isEqualTo(1);

        handle.close();
        clock.advance(Duration.ofDays(61));
        keeper.renewIfDue();
        assertThat(keeper.renewals()).isEqualTo(2);
        assertThat(told).hasSize(1);
        assertThat(open().shown().current().chain()).isEqualTo(keeper.shown().current().chain());
    }

    @Test
    void tellsEveryListenerThoughOneThrows() throws Exception {
        CertificateKeeper keeper = open();
        List<TlsIdentity> told = new ArrayList<>();
        keeper.shown()
                .onChange(
                        identity -> {
                            throw new IllegalStateException("listener at fault");
                        });
        keeper.shown().onChange(told::add);
        clock.advance(Duration.ofDays(61));

        keeper.renewIfDue();

        assertThat(told).hasSize(1);
    }

    @Test
    void renewsWhenNamesOrLifeChange() throws Exception {
        CertificateKeeper keeper = open();

        keeper.take(rules(Set.of(SubjectName.parse("a.example.org").get()), LIFE));
        assertThat(keeper.shown().current().chain().get(0).getSubjectAlternativeNames().toString())
                .contains("a.example.org");

        keeper.take(rules(Set.of(SubjectName.parse("a.example.org").get()), Duration.ofDays(7)));
        assertThat(keeper.end()).isEqualTo(START.plus(Duration.ofDays(7)));
        assertThat(keeper.renewals()).isEqualTo(2);
    }

    @Test
    void neverIssuesALeafThatOutlivesItsAuthority() throws Exception {
        CertificateKeeper keeper = open();
        clock.advance(Duration.ofDays(3600));

        keeper.renewIfDue();
        assertThat(keeper.end())
                .isEqualTo(keeper.shown().current().authority().getNotAfter().toInstant());

        clock.advance(Duration.ofDays(49));
        keeper.renewIfDue();
        assertThat(keeper.renewals()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tls.pem garbage",
                "tls.key garbage",
                "tls.pem empty",
                "tls.key empty",
                "tls.pem missing",
                "tls.key missing",
                "tls.key other",
                "expired"
            })
    void replacesALeafThatCannotBeUsed(String damage) throws Exception {
        X509Certificate first = open().shown().current().chain().get(0);
        damage(damage);

        TlsIdentity identity = open().shown().current();

        assertThat(identity.chain().get(0)).isNotEqualTo(first);
        assertThat(Pairs.fit(identity.key(), identity.chain().get(0).getPublicKey())).isTrue();
        assertThat(open().shown().current().chain()).isEqualTo(identity.chain());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ca.pem garbage",
                "ca.key garbage",
                "ca.pem empty",
                "ca.key empty",
                "ca.pem missing",
                "ca.key missing",
                "ca.key other",
                "ca leaf",
                "ca expired"
            })
    void leavesABrokenAuthorityToAPerson(String damage) throws Exception {
        open();
        byte[] leaf = Files.readAllBytes(file("tls.pem"));
        damage(damage);

        assertThatThrownBy(this::open)
                .isInstanceOf(UnsafeException.class)
                .hasMessageContaining("ca.pem")
                .extracting(e -> ((UnsafeException) e).remedy())
                .asString()
                .contains("put the right ca.pem and ca.key back");
        assertThat(Files.readAllBytes(file("tls.pem"))).isEqualTo(leaf);
    }

    @Test
    void neverOverwritesACertificateOfAnotherAuthority() throws Exception {
        open();
        byte[] foreign = Files.readAllBytes(file("tls.pem"));
        Files.delete(file("ca.pem"));
        Files.delete(file("ca.key"));
        Files.move(file("tls.pem"), home.resolve("foreign"));
        open();
        Files.move(home.resolve("foreign"), file("tls.pem"), StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(this::open)
                .isInstanceOf(UnsafeException.class)
                .hasMessageContaining("was issued by another authority");
        assertThat(Files.readAllBytes(file("tls.pem"))).isEqualTo(foreign);
    }

    @Test
    void makesTheAuthorityAgainIfACrashLeftItsKeyAlone() throws Exception {
        SecretsFolder.open(secrets())
                .replaceSecret("ca.key", Pem.write(Issuer.newKeys().getPrivate()));

        assertThat(open().shown().current().authority().getBasicConstraints()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ca.key", "tls.key"})
    void refusesAKeyThatOthersMayHaveRead(String name) throws Exception {
        open();
        Files.setPosixFilePermissions(file(name), PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(this::open)
                .isInstanceOf(UnsafeException.class)
                .hasMessageContaining(name + " is open to other users");
    }

    @Test
    void writesDatesOnBothSidesOfTheirTwoForms() throws Exception {
        KeyPair keys = Issuer.newKeys();

        X509Certificate old =
                Issuer.authority(keys, Instant.parse("2049-12-31T12:00:00Z"), Duration.ofDays(1));

        assertThat(old.getNotBefore().toInstant()).isEqualTo("2049-12-31T11:00:00Z");
        assertThat(old.getNotAfter().toInstant()).isEqualTo("2050-01-01T12:00:00Z");
    }

    @Test
    void showsNoKeyAsText() throws Exception {
        CertificateKeeper keeper = open();
        byte[] key = keeper.shown().current().key().getEncoded();
        String secret = java.util.HexFormat.of().formatHex(key, key.length - 8, key.length);

        assertThat(keeper.shown().current().toString()).doesNotContain(secret).contains("until");
    }

    private void damage(String what) throws Exception {
        String[] words = what.split(" ");
        switch (words[words.length - 1]) {
            case "garbage" -> Files.writeString(file(words[0]), "-----BEGIN nonsense\n\0\377");
            case "empty" -> Files.write(file(words[0]), new byte[0]);
            case "missing" -> Files.delete(file(words[0]));
            case "other" -> Files.write(file(words[0]), Pem.write(Issuer.newKeys().getPrivate()));
            case "leaf" -> {
                Files.copy(file("tls.pem"), file("ca.pem"), StandardCopyOption.REPLACE_EXISTING);
                Files.write(file("ca.key"), Files.readAllBytes(file("tls.key")));
            }
            default -> clock.advance(Duration.ofDays(words.length == 1 ? 91 : 3651));
        }
    }

    private CertificateKeeper open() throws Exception {
        return CertificateKeeper.open(SecretsFolder.open(secrets()), clock, rules(Set.of(), LIFE));
    }

    private static CertificateRules rules(Set<SubjectName> names, Duration life) {
        return new CertificateRules(
                life,
                names,
                Optional.empty(),
                Duration.ofDays(14),
                ClientTrust.Mode.NONE,
                Optional.empty(),
                Optional.empty());
    }

    private Path secrets() {
        return home.resolve("secrets");
    }

    private Path file(String name) {
        return secrets().resolve(name);
    }

    private String mode(String name) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file(name)));
    }
}
