package io.drover.http.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.http.Endpoint;
import io.drover.api.http.EventStream;
import io.drover.api.http.Handler;
import io.drover.api.http.Method;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.security.Audience;
import io.drover.api.security.Audit;
import io.drover.api.security.Guard;
import io.drover.http.internal.listen.Clients;
import io.drover.http.internal.route.Gate;
import io.drover.http.internal.route.Rates;
import io.drover.http.internal.route.Router;
import io.drover.testing.Await;
import io.drover.testing.FixedGuard;
import io.drover.testing.RecordedSamples;
import io.drover.testing.ScriptedEvents;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests on a real server, from their rate to the last byte of their answer. */
class FrontTest {

    private static final int MAX_BODY = 1_000;
    private static final Rates.Allowed ANY_RATE = new Rates.Allowed(0, 0, 0);

    private final Meter meter = new Meter();
    private final Router router = new Router(List.of(), System::nanoTime);
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Audit.Action> audited = new CopyOnWriteArrayList<>();
    private volatile Optional<Guard> guard = Optional.of(new FixedGuard());
    private volatile Terms terms = terms(ANY_RATE, Duration.ofSeconds(5), 8);
    private final Front front =
            new Front(
                    new Gate(router, () -> guard),
                    new Guests(System::nanoTime),
                    new Rates(System::nanoTime, 64),
                    new Clients(),
                    meter,
                    () -> terms,
                    () -> Optional.of(audited::add));

    private static Terms terms(Rates.Allowed rates, Duration hold, int maxHeld) {
        return new Terms(
                List.of(new Door("api", Endpoint.API, true)),
                rates,
                Duration.ofSeconds(60),
                MAX_BODY,
                hold,
                maxHeld,
                Duration.ofSeconds(60),
                2,
                2);
    }

    @BeforeEach
    void start() throws Exception {
        router.onAdd(front::wake);
        connector.setName("api");
        server.addConnector(connector);
        server.setHandler(front);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private Routes serve(Method method, String path, Handler handler) {
        Route route = new Route(Endpoint.API, method, path, Audience.LOCAL, "", List.of(), handler);
        Routes routes = () -> List.of(route);
        router.add(routes);
        return routes;
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + connector.getLocalPort() + path))
                .header("Authorization", "Bearer " + FixedGuard.LOCAL);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(to(path));
    }

    private Map<String, Double> series() {
        RecordedSamples samples = new RecordedSamples();
        meter.collect(samples);
        return samples.values();
    }

    /** A client may have its answer before it is counted. */
    private void awaitSeries(Map<String, Double> expected) {
        Await.until(
                "counted as " + expected,
                Duration.ofSeconds(10),
                () -> series().entrySet().containsAll(expected.entrySet()),
                () -> series().toString());
    }

    @Test
    void answersWithWhatTheRouteMakes() throws Exception {
        serve(
                Method.GET,
                "/api/v1/hello/{name}",
                request -> {
                    long q = request.query("q", 1, 0, 9);
                    return Reply.json(
                            json ->
                                    json.object()
                                            .field("name", request.path("name"))
                                            .field("q", q)
                                            .field("by", request.caller().get().name())
                                            .field("h", request.header("X-H").orElse(""))
                                            .end());
                });

        HttpResponse<String> response = send(to("/api/v1/hello/a%20b?q=7").header("X-H", "header"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"name\":\"a b\",\"q\":7,\"by\":\"local\",\"h\":\"header\"}");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    @Test
    void givesEachAnswerTheSameSecurityHeaders() throws Exception {
        serve(Method.GET, "/api/v1/text", request -> Reply.text("x"));

        for (String path : List.of("/api/v1/text", "/api/v1/nope")) {
            assertThat(get(path).headers().map())
                    .containsEntry("x-content-type-options", List.of("nosniff"))
                    .containsEntry("cache-control", List.of("no-store"))
                    .containsEntry("referrer-policy", List.of("no-referrer"))
                    .containsKey("content-security-policy");
        }
    }

    @Test
    void answersARefusalWithAWholeProblemDocument() throws Exception {
        HttpResponse<String> response =
                client.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + connector.getLocalPort()
                                                        + "/api/v1/nope"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate"))
                .hasValue("Bearer realm=\"drover\"");
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        assertThat(response.body())
                .startsWith("{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,");
        awaitSeries(
                Map.of(
                        "drover_http_refused_total{listener=\"api\",reason=\"token-absent\"}",
                        1.0,
                        "drover_http_requests_total{listener=\"api\",route=\"none\",method=\"GET\","
                                + "code=\"4xx\"}",
                        1.0));
    }

    @Test
    void makesAProblemDocumentOfWhatARouteDeclares() throws Exception {
        serve(
                Method.GET,
                "/api/v1/odd",
                request -> {
                    throw new ProblemException(
                            409, "already there", Map.of("name", "x", "status", "never"));
                });

        HttpResponse<String> response = get("/api/v1/odd");

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body())
                .isEqualTo(
                        "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409,"
                                + "\"detail\":\"already there\",\"name\":\"x\"}\n");
    }

    @Test
    void namesParameterRangeAndValueOfAQueryThatIsWrong() throws Exception {
        serve(
                Method.GET,
                "/api/v1/limited",
                request -> Reply.text("" + request.query("limit", 5, 1, 10)));

        assertThat(get("/api/v1/limited").body()).isEqualTo("5");
        for (String wrong : List.of("0", "11", "x", "", "1.5", "99999999999999999999")) {
            HttpResponse<String> response = get("/api/v1/limited?limit=" + wrong);
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("limit must be a whole number from 1 to 10");
        }
    }

    @Test
    void tellsNothingOfAnErrorInARoute() throws Exception {
        serve(
                Method.GET,
                "/api/v1/boom",
                request -> {
                    throw new IllegalStateException("secret");
                });

        HttpResponse<String> response = get("/api/v1/boom");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).doesNotContain("secret").doesNotContain("Exception");
    }

    @Test
    void tellsNothingOfAnErrorWhileTheBodyIsMade() throws Exception {
        serve(
                Method.GET,
                "/api/v1/boom",
                request ->
                        Reply.json(
                                json -> {
                                    json.object().field("a", 1);
                                    throw new IllegalStateException("secret");
                                }));

        HttpResponse<String> response = get("/api/v1/boom");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        assertThat(response.body()).startsWith("{\"type\"").doesNotContain("secret");
    }

    @Test
    void cutsAnAnswerOffThatFailsAfterItHasBegun() {
        serve(
                Method.GET,
                "/api/v1/half",
                request ->
                        Reply.json(
                                json -> {
                                    json.array();
                                    for (int i = 0; i < 100_000; i++) {
                                        json.value(i);
                                    }
                                    throw new IllegalStateException("half-way");
                                }));

        assertThatThrownBy(() -> get("/api/v1/half")).isInstanceOf(IOException.class);
        awaitSeries(Map.of("drover_http_aborted_total{listener=\"api\"}", 1.0));
    }

    @Test
    void answersHeadWithoutABodyAndWithoutTheLengthOfNone() throws Exception {
        serve(
                Method.GET,
                "/api/v1/text",
                request ->
                        new Reply(
                                200,
                                "text/plain",
                                Map.of("X-A", "b"),
                                out -> {
                                    throw new AssertionError("no body is asked for");
                                }));

        HttpResponse<String> response =
                send(to("/api/v1/text").method("HEAD", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("X-A")).hasValue("b");
        assertThat(response.headers().firstValue("Content-Length")).isEmpty();
        assertThat(response.body()).isEmpty();
    }

    @Test
    void givesARouteABodyUpToTheLimitAndRefusesALongerOne() throws Exception {
        serve(
                Method.POST,
                "/api/v1/body",
                request -> {
                    try {
                        return Reply.text("" + request.body().readAllBytes().length);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        byte[] allowed = new byte[MAX_BODY];
        byte[] tooLong = new byte[MAX_BODY + 1];

        assertThat(send(to("/api/v1/body").POST(BodyPublishers.ofByteArray(allowed))).body())
                .isEqualTo("1000");
        assertThat(send(to("/api/v1/body").POST(BodyPublishers.ofByteArray(tooLong))).statusCode())
                .isEqualTo(413);
        HttpRequest.BodyPublisher unannounced =
                BodyPublishers.ofByteArrays(List.of(allowed, new byte[1]));
        assertThat(send(to("/api/v1/body").POST(unannounced)).statusCode()).isEqualTo(413);
    }

    @Test
    void neverTakesATokenFromTheQuery() throws Exception {
        serve(Method.GET, "/api/v1/text", request -> Reply.text("x"));

        HttpResponse<String> response =
                client.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + connector.getLocalPort()
                                                        + "/api/v1/text?token="
                                                        + FixedGuard.LOCAL
                                                        + "&access_token="
                                                        + FixedGuard.LOCAL))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(401);
    }

    @Test
    void countsByTemplateNotByPath() throws Exception {
        serve(Method.GET, "/api/v1/a/{id}", request -> Reply.text("12345"));

        get("/api/v1/a/1");
        get("/api/v1/a/2");

        awaitSeries(
                Map.of(
                        "drover_http_requests_total{listener=\"api\",route=\"/api/v1/a/{id}\","
                                + "method=\"GET\",code=\"2xx\"}",
                        2.0,
                        "drover_http_request_seconds_count{listener=\"api\","
                                + "route=\"/api/v1/a/{id}\"}",
                        2.0,
                        "drover_http_response_bytes_total{listener=\"api\"}",
                        10.0));
    }

    @Test
    void countsMethodsThatNobodyKnowsAsOne() throws Exception {
        serve(Method.GET, "/api/v1/a", request -> Reply.text(""));

        send(to("/api/v1/a").method("BREW", BodyPublishers.noBody()));
        send(to("/api/v1/a").method("STEEP", BodyPublishers.noBody()));

        awaitSeries(
                Map.of(
                        "drover_http_requests_total{listener=\"api\",route=\"none\","
                                + "method=\"other\",code=\"4xx\"}",
                        2.0));
    }

    @Test
    void sendsBytesOfAnyKind() throws Exception {
        serve(
                Method.GET,
                "/api/v1/bytes",
                request ->
                        new Reply(
                                201,
                                "application/octet-stream",
                                Map.of(),
                                out -> {
                                    out.write('a');
                                    out.write("bc".getBytes(StandardCharsets.UTF_8));
                                    out.close();
                                }));

        HttpResponse<String> response = get("/api/v1/bytes");

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("abc");
    }

    private CompletableFuture<HttpResponse<String>> ask(String path) {
        return client.sendAsync(to(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void awaitHeld(int count) {
        Await.until(
                count + " requests wait",
                Duration.ofSeconds(10),
                () -> front.held() == count,
                () -> front.held() + " wait");
    }

    @Test
    void holdsARequestWhileItsBundleIsReplaced() throws Exception {
        router.remove(serve(Method.GET, "/api/v1/a", request -> Reply.text("old")));

        CompletableFuture<HttpResponse<String>> answer = ask("/api/v1/a");
        awaitHeld(1);
        serve(Method.GET, "/api/v1/a", request -> Reply.text("new"));

        assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("new");
        awaitSeries(Map.of("drover_http_held_total", 1.0));
    }

    @Test
    void asksABundleAgainThatIsBackBeforeItCanAnswer() throws Exception {
        router.remove(serve(Method.GET, "/api/v1/a", request -> Reply.text("old")));
        AtomicInteger asked = new AtomicInteger();
        serve(
                Method.GET,
                "/api/v1/a",
                request -> {
                    if (asked.incrementAndGet() < 3) {
                        throw ProblemException.unavailable("the table is being read");
                    }
                    return Reply.text("new");
                });

        assertThat(get("/api/v1/a").body()).isEqualTo("new");
        assertThat(asked).hasValue(3);
    }

    @Test
    void doesNotAskTwiceWhatWasNotReplaced() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        serve(
                Method.GET,
                "/api/v1/a",
                request -> {
                    asked.incrementAndGet();
                    throw ProblemException.unavailable("no").retryAfter(Duration.ofMillis(1_200));
                });

        HttpResponse<String> response = get("/api/v1/a");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(asked).hasValue(1);
    }

    @Test
    void asksTheSuccessorWhenABundleGoesInTheMiddleOfARead() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        Routes old =
                serve(
                        Method.GET,
                        "/api/v1/a",
                        request -> {
                            inside.countDown();
                            awaitLatch(gone);
                            throw new IllegalStateException("my bundle has gone");
                        });
        CompletableFuture<HttpResponse<String>> answer = ask("/api/v1/a");
        awaitLatch(inside);
        router.remove(old);
        gone.countDown();
        awaitHeld(1);
        serve(Method.GET, "/api/v1/a", request -> Reply.text("new"));

        assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("new");
    }

    @Test
    void neverRepeatsAChange() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        Routes old =
                serve(
                        Method.POST,
                        "/api/v1/a",
                        request -> {
                            inside.countDown();
                            awaitLatch(gone);
                            throw new IllegalStateException("my bundle has gone");
                        });
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(
                        to("/api/v1/a").POST(BodyPublishers.noBody()).build(),
                        HttpResponse.BodyHandlers.ofString());
        awaitLatch(inside);
        router.remove(old);
        gone.countDown();

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(500);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void letsABundleGoOnlyWhenNobodyIsInsideOrPatienceEnds() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        Routes old =
                serve(
                        Method.GET,
                        "/api/v1/a",
                        request -> {
                            inside.countDown();
                            awaitLatch(free);
                            return Reply.text("old");
                        });
        CompletableFuture<HttpResponse<String>> answer = ask("/api/v1/a");
        awaitLatch(inside);
        CompletableFuture<Void> removal = CompletableFuture.runAsync(() -> router.remove(old));
        free.countDown();

        removal.get(10, TimeUnit.SECONDS);

        assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("old");
    }

    @Test
    void saysWhenToComeBackWhenTheBundleStaysAway() throws Exception {
        terms = terms(ANY_RATE, Duration.ofMillis(60), 8);
        router.remove(serve(Method.GET, "/api/v1/a", request -> Reply.text("old")));

        HttpResponse<String> response = get("/api/v1/a");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(response.body()).contains("is being replaced");
    }

    @Test
    void holdsNoMoreThanItMay() throws Exception {
        terms = terms(ANY_RATE, Duration.ofSeconds(10), 1);
        router.remove(serve(Method.GET, "/api/v1/a", request -> Reply.text("old")));
        CompletableFuture<HttpResponse<String>> first = ask("/api/v1/a");
        awaitHeld(1);

        assertThat(get("/api/v1/a").statusCode()).isEqualTo(503);

        serve(Method.GET, "/api/v1/a", request -> Reply.text("new"));
        assertThat(first.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        awaitSeries(Map.of("drover_http_held_over_total", 1.0));
    }

    @Test
    void holdsRequestsWhileTheirCheckIsReplaced() throws Exception {
        serve(Method.GET, "/api/v1/a", request -> Reply.text("a"));
        guard = Optional.empty();
        CompletableFuture<HttpResponse<String>> answer = ask("/api/v1/a");
        awaitHeld(1);

        guard = Optional.of(new FixedGuard());
        front.wake();

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesWhoHasNoTokenForAPathWhoseBundleIsAway() throws Exception {
        router.remove(serve(Method.GET, "/api/v1/a", request -> Reply.text("old")));

        assertThat(send(to("/api/v1/a").setHeader("Authorization", "Bearer wrong")).statusCode())
                .isEqualTo(401);
        assertThat(front.held()).isZero();
    }

    @Test
    void answersWhoAsksTooOftenWithTheTimeToWait() throws Exception {
        terms = terms(new Rates.Allowed(2, 0, 0), Duration.ZERO, 1);
        serve(Method.GET, "/api/v1/a", request -> Reply.text("a"));

        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            HttpResponse<String> response = get("/api/v1/a");
            statuses.add(response.statusCode());
            if (response.statusCode() == 429) {
                assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
            }
        }

        assertThat(statuses).startsWith(200, 200, 200, 200).contains(429);
    }

    @Test
    void answersNotModifiedToWhoHasTheDocument() throws Exception {
        serve(Method.GET, "/api/v1/a", request -> Reply.tagged(json -> json.value("text")));
        HttpResponse<String> first = get("/api/v1/a");
        String tag = first.headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> second =
                send(to("/api/v1/a").header("If-None-Match", "\"x\", W/" + tag));
        HttpResponse<String> other = send(to("/api/v1/a").header("If-None-Match", "\"x\""));

        assertThat(first.body()).isEqualTo("\"text\"");
        assertThat(first.headers().firstValue("Cache-Control")).hasValue("private, no-cache");
        assertThat(second.statusCode()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
        assertThat(second.headers().firstValue("ETag")).hasValue(tag);
        assertThat(other.statusCode()).isEqualTo(200);
    }

    @Test
    void givesASmallBodyItsLengthAndABigOneNone() throws Exception {
        serve(Method.GET, "/api/v1/small", request -> Reply.text("12345"));
        serve(Method.GET, "/api/v1/big", request -> Reply.text("x".repeat(100_000)));

        assertThat(get("/api/v1/small").headers().firstValue("Content-Length")).hasValue("5");
        HttpResponse<String> big = get("/api/v1/big");
        assertThat(big.headers().firstValue("Content-Length")).isEmpty();
        assertThat(big.body()).hasSize(100_000);
    }

    @Test
    void recordsWhoChangedWhatAndWhatBecameOfIt() throws Exception {
        serve(Method.POST, "/api/v1/a", request -> Reply.text("done"));
        serve(Method.GET, "/api/v1/b", request -> Reply.text("read"));

        get("/api/v1/b");
        send(to("/api/v1/a").POST(BodyPublishers.noBody()));
        send(
                to("/api/v1/a")
                        .setHeader("Authorization", "Bearer " + FixedGuard.READ)
                        .POST(BodyPublishers.noBody()));

        Await.until(
                "both are recorded",
                Duration.ofSeconds(10),
                () -> audited.size() == 2,
                audited::toString);
        assertThat(audited)
                .containsExactly(
                        new Audit.Action("local", "api", "127.0.0.1", "POST /api/v1/a", "200"),
                        new Audit.Action("", "api", "127.0.0.1", "POST /api/v1/a", "403"));
    }

    @Test
    void sendsEventsAsTheyComeAndMarksWhatWasLost() throws Exception {
        ScriptedEvents events = new ScriptedEvents();
        serve(Method.GET, "/api/v1/live", request -> Reply.events(events));
        HttpResponse<InputStream> response =
                client.send(to("/api/v1/live").build(), HttpResponse.BodyHandlers.ofInputStream());

        events.add(EventStream.Event.of("opened", json -> json.value("a\nb")).id("7"));
        events.add(EventStream.Event.lost(3));
        events.finish();

        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        retry: 100

                        event: opened
                        id: 7
                        data: "a\\nb"

                        event: lost
                        data: {"count":3}

                        """);
        Await.until("it is closed", Duration.ofSeconds(10), events::closed, () -> "open");
        awaitSeries(
                Map.of(
                        "drover_http_events_total{listener=\"api\"}",
                        1.0,
                        "drover_http_events_lost_total{listener=\"api\"}",
                        3.0));
    }

    @Test
    void endsStreamsOfABundleThatGoes() throws Exception {
        ScriptedEvents events = new ScriptedEvents();
        Routes routes = serve(Method.GET, "/api/v1/live", request -> Reply.events(events));
        HttpResponse<InputStream> response =
                client.send(to("/api/v1/live").build(), HttpResponse.BodyHandlers.ofInputStream());

        router.remove(routes);

        assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("retry: 100\n\n");
        Await.until("it is closed", Duration.ofSeconds(10), events::closed, () -> "open");
    }

    @Test
    void boundsTheNumberOfStreams() throws Exception {
        serve(Method.GET, "/api/v1/live", request -> Reply.events(new ScriptedEvents()));
        List<HttpResponse<InputStream>> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            open.add(
                    client.send(
                            to("/api/v1/live").build(), HttpResponse.BodyHandlers.ofInputStream()));
        }

        assertThat(open).extracting(HttpResponse::statusCode).containsExactly(200, 200, 429);
        for (HttpResponse<InputStream> one : open) {
            one.body().close();
        }
    }
}
