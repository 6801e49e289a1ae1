package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.guard.Budgets;
import io.drover.autoscaling.internal.guard.Slots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Figures from outside, from the wire to the replicas. */
class OutsideSourcesTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private HttpServer server;
    private volatile String figure = "45";
    private volatile int status = 200;
    private volatile String proposed = "{\"targetReplicas\":7}";
    private Rig rig;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/prom/api/v1/query",
                exchange ->
                        answer(
                                exchange,
                                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\""
                                        + figure
                                        + "\"]}]}}"));
        server.createContext("/recommend", exchange -> answer(exchange, proposed));
        server.createContext("/hang", exchange -> hang());
        server.start();
        String at = "http://127.0.0.1:" + server.getAddress().getPort();
        rig =
                new Rig(
                        new Slots(9),
                        Budgets.unlimited(),
                        Outside.prometheus(at + "/prom"),
                        Outside.recommenders(
                                List.of(URI.create(at + "/recommend"), URI.create(at + "/hang"))));
    }

    @AfterEach
    void close() {
        never.countDown();
        rig.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange, String body) throws IOException {
        String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(exchange.getRequestURI().getQuery() + " " + asked);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void hang() {
        try {
            never.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException("the test is over", e));
        }
    }

    @Test
    void aQueryMovesTheReplicas() {
        rig.deployment("web", 1, "50m");
        rig.cluster.put(query("web"));

        rig.until("five replicas", "web", () -> rig.replicas("web") == 5);
        assertThat(requests.peek())
                .contains("query=sum(queue_length)")
                .contains("lookback_delta=300s")
                .contains("timeout=1000ms");
        rig.until(
                "the reason",
                "web",
                () -> rig.explain("web").contains("query sum(queue_length) is at"));

        figure = "12";
        rig.until("two replicas", "web", () -> rig.replicas("web") == 2);
    }

    @Test
    void whenPrometheusDiesNothingIsTakenAwayAndTheStatusSaysWhy() {
        rig.deployment("web", 1, "50m");
        rig.cluster.put(query("web"));
        rig.until("five replicas", "web", () -> rig.replicas("web") == 5);

        figure = "1"; // it would take four away, but nobody hears it
        status = 503;

        rig.until(
                "the reason",
                "web",
                () -> rig.explain("web").contains("Prometheus: it answered with the status 503"));
        assertThat(rig.replicas("web")).isEqualTo(5);
        rig.until(
                "it is left in peace",
                "web",
                () -> rig.explain("web").contains("is not asked for a while after"));

        status = 200;
        rig.until("one replica", "web", () -> rig.replicas("web") == 1);
    }

    @Test
    void aFigureThatIsNoneChangesNothingAndIsSaid() {
        figure = "NaN";
        rig.deployment("web", 3, "50m");
        rig.cluster.put(query("web"));

        rig.until(
                "the condition",
                "web",
                () ->
                        rig.condition("web", Condition.HORIZONTAL_ABLE_TO_RECOMMEND)
                                .message()
                                .contains("the figure must be 0 or more, is NaN"));
        assertThat(rig.status("web", Condition.HORIZONTAL_ABLE_TO_RECOMMEND)).isEqualTo("False");
        assertThat(rig.replicas("web")).isEqualTo(3);
    }

    @Test
    void aRecommenderDecidesInPlaceOfTheObjectives() {
        rig.deployment("web", 2, "50m");
        rig.cluster.put(advised("web", "/recommend/v1"));

        rig.until("seven replicas", "web", () -> rig.replicas("web") == 7);
        assertThat(requests.peek())
                .contains("\"name\":\"web\"")
                .contains("\"cluster\":\"test\"")
                .contains("\"targetValue\":0.5")
                .contains("\"settings\":{\"mood\":\"calm\"}");
        rig.until(
                "the reason",
                "web",
                () -> rig.explain("web").contains("the external recommender proposes 7 replicas"));
    }

    @Test
    void untilTheFirstAnswerNothingFallsBack() {
        rig.deployment("web", 2, "90m");
        rig.cluster.put(advised("web", "/hang"));

        rig.until(
                "the answer is awaited",
                "web",
                () -> rig.explain("web").contains("the recommender has not answered yet"));
        assertThat(rig.replicas("web")).isEqualTo(2);
        rig.until("then the fallback decides", "web", () -> rig.replicas("web") == 4);
    }

    @Test
    void anAbsurdProposalIsRefusedAndTheFallbackDecides() {
        proposed = "{\"targetReplicas\":1000000000}";
        rig.deployment("web", 2, "90m");
        rig.cluster.put(advised("web", "/recommend"));

        rig.until("four replicas", "web", () -> rig.replicas("web") == 4);
        rig.until(
                "the reason",
                "web",
                () ->
                        rig.explain("web")
                                .contains(
                                        "it must propose from 0 to 1000000 replicas, proposes 1000000000"));
    }

    @Test
    void whoIsNotAllowedIsNotAsked() {
        rig.deployment("web", 2, "90m");
        rig.cluster.put(advised("web", "/recommendations"));

        rig.until(
                "the reason",
                "web",
                () -> rig.explain("web").contains("the configuration does not allow to ask http"));
        assertThat(requests).isEmpty();
        rig.until("the fallback decides", "web", () -> rig.replicas("web") == 4);
    }

    @Test
    void aRecommenderThatHangsDelaysNobodyElse() {
        for (int i = 0; i < 8; i++) {
            rig.deployment("slow-" + i, 2, "50m");
            rig.cluster.put(advised("slow-" + i, "/hang/" + i));
        }
        rig.until("they hang", "slow-0", () -> rig.explain("slow-0").contains("has not answered"));
        long began = System.nanoTime();

        rig.deployment("quick", 2, "90m");
        rig.cluster.put(rig.scaler("quick"));
        rig.deployment("asks", 1, "50m");
        rig.cluster.put(query("asks"));

        rig.until("by cpu", "quick", () -> rig.replicas("quick") == 4);
        rig.until("by query", "asks", () -> rig.replicas("asks") == 5);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("a hanging question ends after 1 s, eight in two rows after 2")
                .isLessThan(Duration.ofSeconds(5));
        rig.until(
                "the hang is said",
                "slow-0",
                () ->
                        rig.explain("slow-0").contains("no answer within 1000 ms")
                                || rig.explain("slow-0").contains("failures in a row"));
    }

    @Test
    void anOpenWindowOfTheScheduleRaisesTheLowerBound() {
        ZonedDateTime now = Instant.now().atZone(ZoneOffset.UTC);
        String open =
                "[{\"start\":\"0 0 1 1 *\",\"end\":\"0 0 1 %d *\",\"replicas\":6}]"
                        .formatted(now.getMonthValue() == 12 ? 1 : now.getMonthValue() + 1);
        String window = open.replace("0 0 1 1 *", "0 0 1 " + now.getMonthValue() + " *");
        rig.deployment("web", 2, "50m");
        rig.cluster.put(
                Rig.with(
                        rig.scaler("web"),
                        "annotations",
                        Map.of("autoscaling.drover.io/schedule", window)));

        rig.until("six replicas", "web", () -> rig.replicas("web") == 6);
        rig.until(
                "the reason",
                "web",
                () -> rig.explain("web").contains("a schedule asks for at least 6 replicas"));
    }

    @Test
    void anAnnotationThatIsNoScheduleIsAnErrorOfTheObject() {
        rig.deployment("web", 2, "90m");
        rig.cluster.put(
                Rig.with(
                        rig.scaler("web"),
                        "annotations",
                        Map.of("autoscaling.drover.io/schedule", "[[[[")));

        rig.until("an error", "web", () -> rig.status("web", Condition.ERROR).equals("True"));
        assertThat(rig.condition("web", Condition.ERROR).reason()).isEqualTo("InvalidSpec");
        assertThat(rig.condition("web", Condition.ERROR).message())
                .contains("the annotation autoscaling.drover.io/schedule is wrong");
        assertThat(rig.replicas("web")).isEqualTo(2);
    }

    private Map<String, Object> query(String name) {
        Map<String, Object> scaler = rig.scaler(name);
        Map<String, Object> spec =
                new LinkedHashMap<>(io.drover.api.kubernetes.KubeObject.map(scaler, "spec"));
        Map<String, Object> asked =
                Map.of("source", "Metrics", "metrics", Map.of("query", "sum(queue_length)"));
        spec.put(
                "objectives",
                List.of(
                        Map.of(
                                "type",
                                "CustomQuery",
                                "customQuery",
                                Map.of(
                                        "window",
                                        "5m",
                                        "value",
                                        Map.of("type", "AbsoluteValue", "absoluteValue", "10"),
                                        "request",
                                        Map.of("queries", List.of(asked))))));
        scaler.put("spec", spec);
        return scaler;
    }

    private Map<String, Object> advised(String name, String path) {
        String annotation =
                "{\"endpoint\":\"http://127.0.0.1:%d%s\",\"settings\":{\"mood\":\"calm\"}}"
                        .formatted(server.getAddress().getPort(), path);
        return Rig.with(
                rig.scaler(name),
                "annotations",
                Map.of("autoscaling.datadoghq.com/custom-recommender", annotation));
    }
}
