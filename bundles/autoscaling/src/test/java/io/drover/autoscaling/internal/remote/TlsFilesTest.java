package io.drover.autoscaling.internal.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both sides show certificates; files that change are read again. */
class TlsFilesTest {

    @TempDir private Path folder;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpsServer server;
    private volatile String client = "";
    private long nanos;

    @BeforeEach
    void serve() throws Exception {
        authority("ca");
        authority("other");
        leaf("server", "ca", "IP:127.0.0.1");
        leaf("client", "ca", "DNS:client");
        SSLContext context = files("ca", "server").context();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.setHttpsConfigurator(
                new HttpsConfigurator(context) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters asked = getSSLContext().getDefaultSSLParameters();
                        asked.setNeedClientAuth(true);
                        parameters.setSSLParameters(asked);
                    }
                });
        server.createContext(
                "/",
                exchange -> {
                    try {
                        client =
                                ((com.sun.net.httpserver.HttpsExchange) exchange)
                                        .getSSLSession()
                                        .getPeerPrincipal()
                                        .getName();
                    } catch (SSLPeerUnverifiedException e) {
                        client = "nobody";
                    }
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void bothSidesShowWhoTheyAre() throws Exception {
        assertThat(ask(files("ca", "client"))).isEqualTo(200);
        assertThat(client).isEqualTo("CN=client");
    }

    @Test
    void whoHasNoCertificateOrTrustsSomebodyElseGetsNoAnswer() {
        assertThatThrownBy(() -> ask(new TlsFiles(path("ca.crt"), "", ""))).isNotNull();
        assertThatThrownBy(() -> ask(files("other", "client"))).hasMessageContaining("PKIX");
        assertThatThrownBy(() -> ask(TlsFiles.NONE)).isNotNull();
        assertThat(client).isEmpty();
    }

    @Test
    void aCertificateThatWasRenewedIsShownWithoutARestart() throws Exception {
        try (HttpTransport transport = transport(files("ca", "client"))) {
            assertThat(ask(transport)).isEqualTo(200);
            leaf("next", "ca", "DNS:next");
            Files.copy(folder.resolve("next.key"), folder.resolve("client.key"), REPLACE);
            Files.copy(folder.resolve("next.crt"), folder.resolve("client.crt"), REPLACE);
            later("client.key");
            later("client.crt");

            nanos += Duration.ofSeconds(6).toNanos();

            assertThat(ask(transport)).isEqualTo(200);
            assertThat(client).isEqualTo("CN=next");
        }
    }

    @Test
    void whatIsWrongWithAFileIsSaidWithoutItsContent() throws IOException {
        Files.writeString(folder.resolve("client.key"), "-----BEGIN RSA PRIVATE KEY----- hush");
        assertThatThrownBy(() -> files("ca", "client").context())
                .hasMessageContaining("has no key in PKCS #8")
                .hasMessageNotContaining("hush");
        Files.writeString(folder.resolve("ca.crt"), "hush");
        assertThatThrownBy(() -> files("ca", "client").context())
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining("hush");
    }

    private static final java.nio.file.CopyOption REPLACE =
            java.nio.file.StandardCopyOption.REPLACE_EXISTING;

    private int ask(TlsFiles tls) throws Exception {
        try (HttpTransport transport = transport(tls)) {
            return ask(transport);
        }
    }

    private int ask(HttpTransport transport) throws Exception {
        URI target = URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/");
        Question question =
                new Question("shop/web", "a", target, "", (text, at) -> new Failed(text));
        return transport.send(question).get(10, TimeUnit.SECONDS).status();
    }

    private HttpTransport transport(TlsFiles tls) {
        return new HttpTransport("test", Duration.ofSeconds(5), 1_000, tls, "", () -> nanos);
    }

    private TlsFiles files(String authority, String name) {
        return new TlsFiles(path(authority + ".crt"), path(name + ".crt"), path(name + ".key"));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private void later(String name) throws IOException {
        Files.setLastModifiedTime(
                folder.resolve(name), FileTime.from(Instant.now().plusSeconds(9)));
    }

    private void authority(String name) throws Exception {
        run(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN="
                        + name
                        + " -keyout "
                        + name
                        + ".key -out "
                        + name
                        + ".crt");
    }

    private void leaf(String name, String authority, String alternative) throws Exception {
        Files.writeString(folder.resolve(name + ".ext"), "subjectAltName=" + alternative + "\n");
        run(
                "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN="
                        + name
                        + " -keyout "
                        + name
                        + ".key -out "
                        + name
                        + ".csr");
        run(
                "openssl x509 -req -days 2 -CAcreateserial -CA "
                        + authority
                        + ".crt -CAkey "
                        + authority
                        + ".key -in "
                        + name
                        + ".csr -extfile "
                        + name
                        + ".ext -out "
                        + name
                        + ".crt");
    }

    private void run(String command) throws Exception {
        Process process =
                new ProcessBuilder(command.split(" "))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("openssl.log").toFile())
                        .start();
        assertThat(process.waitFor()).as(command).isZero();
    }
}
