package io.drover.kubernetes.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ClusterException.Cause;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real requests to a server on loopback that answers as it is told. */
class ApiCallsTest {

    private static final Duration SOON = Duration.ofMillis(300);
    private static final Duration LATE = Duration.ofSeconds(10);

    private volatile String retryAfter = "7";
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Counters counters = new Counters();
    private HttpServer server;
    private Session session;

    @BeforeEach
    void start() throws IOException, AccessException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        Config config = Config.empty();
        config.setMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        session =
                Session.open(
                        new ClusterAccess("test", config, Optional.empty()),
                        new Session.Limits(SOON, LATE, 2, SOON, 1_000, 1_000),
                        counters,
                        "test");
    }

    @AfterEach
    void stop() {
        end.countDown();
        session.close();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void aDocumentComesBackAsATree() throws ClusterException {
        Map<String, Object> tree = session.reads().get("/json", LATE);

        assertThat(tree).containsEntry("kind", "Test").containsEntry("count", 3);
        assertThat(counters.succeeded.sum()).isEqualTo(1);
    }

    @Test
    void whatTheApiServerSaysIsInTheMessage() {
        assertThat(refused("/status/404"))
                .satisfies(e -> assertThat(e.why()).isEqualTo(Cause.NOT_FOUND))
                .hasMessage("GET /status/404: said so");
        assertThat(refused("/status/409").why()).isEqualTo(Cause.CONFLICT);
        assertThat(refused("/status/403").why()).isEqualTo(Cause.FORBIDDEN);
        assertThat(refused("/status/401").why()).isEqualTo(Cause.FORBIDDEN);
        assertThat(refused("/status/422").why()).isEqualTo(Cause.INVALID);
        assertThat(refused("/status/500").why()).isEqualTo(Cause.UNAVAILABLE);
        assertThat(refused("/status/429"))
                .satisfies(e -> assertThat(e.why()).isEqualTo(Cause.THROTTLED))
                .satisfies(e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void aWishToWaitHoldsUpTheRequestsThatFollowToo() {
        refused("/status/429");
        requests.clear();

        ClusterException e =
                catchThrowableOfType(
                        ClusterException.class, () -> session.reads().get("/json", SOON));

        assertThat(e.why()).isEqualTo(Cause.THROTTLED);
        assertThat(requests).as("not sent").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "-3, 0", "9223372036854775807, 300", "tomorrow, 0"})
    void aWishToWaitIsHonouredWithinBounds(String wish, long seconds) {
        retryAfter = wish;

        assertThat(refused("/status/429").retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void aReadIsTriedAgainAndAWriteIsNot() throws ClusterException {
        assertThat(session.reads().get("/flaky", LATE)).containsEntry("kind", "Test");
        assertThat(requests).hasSize(2);
        requests.clear();

        ClusterException e =
                catchThrowableOfType(
                        ClusterException.class,
                        () ->
                                session.writes()
                                        .send(
                                                "PATCH",
                                                "/flaky",
                                                ApiCalls.MERGE_PATCH,
                                                Map.of("a", 1),
                                                LATE,
                                                () -> {}));

        assertThat(e.why()).isEqualTo(Cause.UNAVAILABLE);
        assertThat(requests).containsExactly("PATCH /flaky application/merge-patch+json {\"a\":1}");
    }

    @Test
    void aServerThatDoesNotAnswerEndsWithTheTimeout() {
        assertThat(timeOf("/hang")).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aServerThatStopsInTheMiddleOfTheBodyEndsWithTheTimeoutToo() {
        assertThat(timeOf("/half")).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aServerThatIsNotThereIsSaidInWords() {
        server.stop(0);

        ClusterException e =
                catchThrowableOfType(
                        ClusterException.class, () -> session.writes().get("/json", LATE));

        assertThat(e.why()).isEqualTo(Cause.UNAVAILABLE);
        assertThat(e).hasMessageContaining("connection refused");
    }

    @Test
    void theGateIsAskedBeforeAnythingIsSent() {
        ClusterException over = new ClusterException(Cause.TERM_OVER, "over");

        ClusterException e =
                catchThrowableOfType(
                        ClusterException.class,
                        () ->
                                session.writes()
                                        .send(
                                                "PATCH",
                                                "/json",
                                                ApiCalls.MERGE_PATCH,
                                                Map.of(),
                                                LATE,
                                                () -> {
                                                    throw over;
                                                }));

        assertThat(e).isSameAs(over);
        assertThat(requests).isEmpty();
    }

    @Test
    void aClosedSessionFailsAtOnce() {
        session.close();

        ClusterException e = refused("/json");

        assertThat(e.why()).isEqualTo(Cause.UNAVAILABLE);
    }

    @Test
    void anInterruptEndsACallAndStaysSet() {
        Thread.currentThread().interrupt();

        ClusterException e = refused("/hang");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(e.why()).isEqualTo(Cause.UNAVAILABLE);
    }

    private ClusterException refused(String path) {
        return catchThrowableOfType(ClusterException.class, () -> session.writes().get(path, LATE));
    }

    private Duration timeOf(String path) {
        long began = System.nanoTime();
        ClusterException e =
                catchThrowableOfType(
                        ClusterException.class, () -> session.writes().get(path, SOON));
        assertThat(e.why()).isEqualTo(Cause.UNAVAILABLE);
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        requests.add(
                exchange.getRequestMethod()
                        + " "
                        + path
                        + (body.isEmpty() ? "" : " " + type + " " + body));
        if (path.equals("/hang") || path.equals("/half")) {
            half(exchange, path.equals("/half"));
            return;
        }
        boolean flaky = path.equals("/flaky") && requests.size() == 1;
        int status =
                flaky
                        ? 503
                        : path.startsWith("/status/") ? Integer.parseInt(path.substring(8)) : 200;
        if (status == 429) {
            exchange.getResponseHeaders().add("Retry-After", retryAfter);
        }
        String json =
                status == 200
                        ? "{\"kind\":\"Test\",\"count\":3}"
                        : "{\"kind\":\"Status\",\"message\":\"said so\"}";
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void half(HttpExchange exchange, boolean begin) throws IOException {
        if (begin) {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
        }
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }
}
