package io.drover.security.internal.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.api.security.ClientTrust;
import io.drover.api.security.TlsIdentity;
import io.drover.security.internal.file.SecretsFolder;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Others decide whether our certificates are good: the JDK's TLS and openssl. */
class HandshakeTest {

    private static final char[] NO_PASSWORD = new char[0];

    @TempDir Path home;

    private TlsIdentity identity;
    private final List<SSLServerSocket> servers = new ArrayList<>();

    @BeforeEach
    void issue() throws Exception {
        Set<SubjectName> extra =
                Set.of(
                        SubjectName.parse("drover.example.org").get(),
                        SubjectName.parse("2001:db8::7").get());
        identity =
                CertificateKeeper.open(
                                SecretsFolder.open(home.resolve("secrets")),
                                Clock.systemUTC(),
                                new CertificateRules(
                                        Duration.ofDays(90),
                                        extra,
                                        Optional.empty(),
                                        Duration.ofDays(14),
                                        ClientTrust.Mode.NONE,
                                        Optional.empty(),
                                        Optional.empty()))
                        .shown()
                        .current();
    }

    @AfterEach
    void close() throws IOException {
        for (SSLServerSocket server : servers) {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void isTrustedByTheJdkForEachOfItsNames(String protocol) throws Exception {
        int port = serve(protocol, "127.0.0.1");

        assertThat(get("https://localhost:" + port + "/")).isEqualTo("hello");
        assertThat(get("https://127.0.0.1:" + port + "/")).isEqualTo("hello");
    }

    @Test
    void isTrustedByTheJdkOverIpv6() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "this host has no IPv6");

        int port = serve("TLSv1.3", "::1");

        assertThat(get("https://[::1]:" + port + "/")).isEqualTo("hello");
    }

    @Test
    void isNotTrustedForAnotherAddress() throws Exception {
        int port = serve("TLSv1.3", "127.0.0.2");

        assertThatThrownBy(() -> get("https://127.0.0.2:" + port + "/"))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("127.0.0.2");
    }

    @Test
    void isNotTrustedUnderAnotherAuthority() throws Exception {
        int port = serve("TLSv1.3", "127.0.0.1");
        identity =
                new TlsIdentity(
                        identity.key(),
                        identity.chain(),
                        Issuer.authority(
                                Issuer.newKeys(), Clock.systemUTC().instant(), Duration.ofDays(1)),
                        identity.authorityFile());

        assertThatThrownBy(() -> get("https://127.0.0.1:" + port + "/"))
                .isInstanceOf(SSLException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-verify_hostname localhost",
                "-verify_ip 127.0.0.1",
                "-verify_ip ::1",
                "-verify_hostname drover.example.org",
                "-verify_ip 2001:db8::7"
            })
    void isAcceptedByOpensslToTheLetter(String check) throws Exception {
        assertThat(
                        openssl(
                                "verify -x509_strict -purpose sslserver "
                                        + check
                                        + " -CAfile ca.pem tls.pem"))
                .isEqualTo("tls.pem: OK\n");
    }

    @Test
    void isRefusedByOpensslForAnotherName() throws Exception {
        assertThat(openssl("verify -verify_hostname example.com -CAfile ca.pem tls.pem"))
                .contains("hostname mismatch");
    }

    @Test
    void isReadByOpensslAsItIsMeant() throws Exception {
        String leaf = openssl("x509 -in tls.pem -noout -text -fingerprint -sha256");
        String authority = openssl("x509 -in ca.pem -noout -text");

        assertThat(leaf)
                .contains("Version: 3 (0x2)", "ecdsa-with-SHA256", "NIST CURVE: P-256")
                .contains("CA:FALSE", "Digital Signature")
                .contains("TLS Web Server Authentication, TLS Web Client Authentication")
                .contains("DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1")
                .contains("X509v3 Authority Key Identifier")
                .contains(Fingerprint.of(identity.chain().get(0)));
        assertThat(authority)
                .contains("CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign")
                .contains("X509v3 Basic Constraints: critical", "X509v3 Key Usage: critical");
        assertThat(openssl("pkey -in tls.key -noout -text")).contains("prime256v1");
    }

    @Test
    void issuesUnderAnAuthorityThatOpensslHasMade() throws Exception {
        openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out"
                        + " ca.pem -days 30 -subj /O=Somebody/CN=Root -addext"
                        + " keyUsage=critical,keyCertSign");
        Files.delete(home.resolve("secrets/tls.pem"));
        Files.delete(home.resolve("secrets/tls.key"));

        issue();

        assertThat(openssl("verify -x509_strict -CAfile ca.pem tls.pem"))
                .isEqualTo("tls.pem: OK\n");
        assertThat(get("https://127.0.0.1:" + serve("TLSv1.3", "127.0.0.1") + "/"))
                .isEqualTo("hello");
    }

    private int serve(String protocol, String address) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, NO_PASSWORD);
        keys.setKeyEntry(
                "leaf", identity.key(), NO_PASSWORD, identity.chain().toArray(Certificate[]::new));
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        SSLServerSocket server =
                (SSLServerSocket)
                        context.getServerSocketFactory()
                                .createServerSocket(0, 10, InetAddress.getByName(address));
        server.setEnabledProtocols(new String[] {protocol});
        servers.add(server);
        Thread thread = new Thread(() -> answer(server), "test-tls-server");
        thread.setDaemon(true);
        thread.start();
        return server.getLocalPort();
    }

    private static void answer(SSLServerSocket server) {
        while (!server.isClosed()) {
            try (var connection = server.accept()) {
                connection.getInputStream().read();
                connection
                        .getOutputStream()
                        .write(
                                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
                                        .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // A client that does not trust us hangs up; the test sees it at the client.
            }
        }
    }

    private String get(String url) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, NO_PASSWORD);
        trusted.setCertificateEntry("ca", identity.authority());
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        HttpsURLConnection connection =
                (HttpsURLConnection) URI.create(url).toURL().openConnection();
        connection.setSSLSocketFactory(context.getSocketFactory());
        connection.setConnectTimeout(5_000);
        connection.setReadTimeout(5_000);
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private String openssl(String arguments) throws Exception {
        assumeTrue(
                List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "openssl"))),
                "openssl is not installed");
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments.split(" ")));
        Process process =
                new ProcessBuilder(command)
                        .directory(home.resolve("secrets").toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
