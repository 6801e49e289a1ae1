package io.drover.autoscaling.internal.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions over real sockets. */
class HttpTransportTest {

    private static final int BYTES_MAX = 1_000;

    @TempDir private Path folder;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch broken = new CountDownLatch(1);
    private final AtomicReference<String> seen = new AtomicReference<>("");
    private HttpServer server;
    private HttpTransport transport;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/echo",
                exchange -> {
                    seen.set(
                            exchange.getRequestMethod()
                                    + " "
                                    + exchange.getRequestHeaders().getFirst("Authorization")
                                    + " "
                                    + new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8));
                    exchange.sendResponseHeaders(200, 2);
                    exchange.getResponseBody().write("ok".getBytes(StandardCharsets.UTF_8));
                    exchange.close();
                });
        server.createContext(
                "/moved",
                exchange -> {
                    exchange.getResponseHeaders().add("Location", "/echo");
                    exchange.sendResponseHeaders(302, -1);
                    exchange.close();
                });
        server.createContext(
                "/endless",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    try (OutputStream body = exchange.getResponseBody()) {
                        while (true) {
                            body.write(new byte[100]);
                            body.flush();
                            begun.countDown();
                        }
                    } catch (IOException e) {
                        broken.countDown();
                    }
                });
        server.start();
        transport = transport("");
    }

    @AfterEach
    void close() {
        transport.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private static HttpTransport transport(String tokenFile) {
        return new HttpTransport(
                "test",
                Duration.ofSeconds(5),
                BYTES_MAX,
                TlsFiles.NONE,
                tokenFile,
                System::nanoTime);
    }

    @Test
    void asksAndIsAnswered() throws Exception {
        assertThat(answer("/echo", "")).isEqualTo(new Transport.Answer(200, "ok"));
        assertThat(seen.get()).isEqualTo("GET null ");
        answer("/echo", "{\"a\":1}");
        assertThat(seen.get()).isEqualTo("POST null {\"a\":1}");
    }

    @Test
    void showsItsTokenAndReadsItEachTime() throws Exception {
        Path token = folder.resolve("token");
        Files.writeString(token, "one\n");
        transport = transport(token.toString());
        answer("/echo", "");
        assertThat(seen.get()).startsWith("GET Bearer one");
        Files.writeString(token, "two\n");
        answer("/echo", "");
        assertThat(seen.get()).startsWith("GET Bearer two");
        Files.delete(token);
        assertThatThrownBy(() -> answer("/echo", ""))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("the file " + token + " is not there");
    }

    @Test
    void goesNowhereElse() throws Exception {
        assertThat(answer("/moved", "").status()).isEqualTo(302);
        assertThat(seen.get()).isEmpty();
    }

    @Test
    void readsNoMoreThanItsBoundAndEndsTheConnection() throws Exception {
        assertThatThrownBy(() -> answer("/endless", ""))
                .hasMessageContaining("the answer is longer than 1000 bytes");
        assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anAnswerThatTricklesIsEndedFromOutside() throws Exception {
        transport.close();
        transport =
                new HttpTransport(
                        "test",
                        Duration.ofSeconds(5),
                        1 << 30,
                        TlsFiles.NONE,
                        "",
                        System::nanoTime);
        CompletableFuture<Transport.Answer> answer = transport.send(question("/endless", ""));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

        answer.cancel(true);

        assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void afterItsEndNobodyIsAsked() {
        transport.close();
        assertThatThrownBy(() -> answer("/echo", ""))
                .hasMessageContaining("nobody is asked any more");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        transport =
                new HttpTransport(
                        "test",
                        Duration.ofSeconds(5),
                        BYTES_MAX,
                        new TlsFiles(folder.resolve("ca.pem").toString(), "", ""),
                        "",
                        System::nanoTime);
        assertThatThrownBy(() -> answer("/echo", "")).hasMessageContaining("ca.pem");
    }

    private Transport.Answer answer(String path, String body) throws Exception {
        return transport.send(question(path, body)).get(10, TimeUnit.SECONDS);
    }

    private Question question(String path, String body) {
        return new Question(
                "shop/web",
                "a",
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path),
                body,
                (text, at) -> new Failed(text));
    }
}
