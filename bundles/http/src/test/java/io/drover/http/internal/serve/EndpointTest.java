package io.drover.http.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Handler;
import io.drover.api.http.Method;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.api.security.Audience;
import io.drover.http.internal.route.Gate;
import io.drover.http.internal.route.Router;
import io.drover.testing.Await;
import io.drover.testing.FixedTokens;
import io.drover.testing.RecordedSamples;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The context and the servlet on a real server; a filter stands for Pax Web, which calls both. */
class EndpointTest {

    private static final int MAX_BODY = 1_000;

    private final Meter meter = new Meter();
    private final Router router = new Router(List.of());
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws Exception {
        Gate gate = new Gate(router, () -> Optional.of(new FixedTokens()));
        EndpointContext context = new EndpointContext(Endpoint.API, gate, meter, () -> MAX_BODY);
        ServletContextHandler handler = new ServletContextHandler("/api");
        Filter security =
                (request, response, chain) -> {
                    if (context.handleSecurity(
                            (HttpServletRequest) request, (HttpServletResponse) response)) {
                        chain.doFilter(request, response);
                    }
                };
        handler.addFilter(new FilterHolder(security), "/*", EnumSet.of(DispatcherType.REQUEST));
        handler.addServlet(new ServletHolder(new EndpointServlet()), "/*");
        server.addConnector(connector);
        server.setHandler(handler);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private void serve(Method method, String path, Handler handler) {
        Route route = new Route(Endpoint.API, method, path, Audience.LOCAL, "", List.of(), handler);
        router.add(() -> List.of(route));
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + connector.getLocalPort() + path))
                .header("Authorization", "Bearer " + FixedTokens.LOCAL);
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
                        "drover_http_refused_total{listener=\"api\",reason=\"token-missing\"}",
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
                                                        + FixedTokens.LOCAL
                                                        + "&access_token="
                                                        + FixedTokens.LOCAL))
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
                        10.0,
                        "drover_http_requests_in_flight",
                        0.0));
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
}
