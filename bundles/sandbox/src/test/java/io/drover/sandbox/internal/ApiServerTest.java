package io.drover.sandbox.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiServerTest {

    private static final String SHOP = "/apis/apps/v1/namespaces/shop/deployments";
    private static final String SCALERS = "/apis/datadoghq.com/v1alpha2/datadogpodautoscalers";

    private final Store store = new Store(1000);
    private final HttpClient client = HttpClient.newHttpClient();
    private ApiServer server;

    @BeforeEach
    void start() throws IOException, Refusal {
        Demo demo = new Demo(store, Clock.systemUTC(), 120);
        demo.tick();
        server = new ApiServer(store, 0, 4, "secret", new DemoPage(store, demo));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/version | 200 | drover-sandbox",
                "/api | 200 | v1",
                "/apis | 200 | datadoghq.com",
                "/api/v1 | 200 | pods/status",
                "/apis/apps/v1 | 200 | deployments/scale",
                "/apis/none/v1 | 404 | NotFound",
                "/api/v1/namespaces/kube-system | 200 | uid",
                "/api/v1/namespaces/shop/pods | 200 | web-1",
                "/api/v1/namespaces/none/pods | 200 | \"items\":[]",
                "/api/v1/pods?labelSelector=app%3Dworker | 200 | worker-3",
                "/api/v1/pods?labelSelector=app+in+(web) | 400 | BadRequest",
                "/apis/apps/v1/namespaces/shop/deployments/web/scale | 200 | \"selector\":\"app=web\"",
                "/apis/apps/v1/namespaces/shop/deployments/none | 404 | NotFound",
                "/apis/metrics.k8s.io/v1beta1/pods?watch=true | 405 | MethodNotAllowed",
            })
    void answers(String path, int code, String part) throws Exception {
        HttpResponse<String> answer = send("GET", path, "", "");

        assertThat(answer.statusCode()).isEqualTo(code);
        assertThat(answer.body()).contains(part);
    }

    @Test
    void tellsNothingWithoutTheTokenButItsPage() throws Exception {
        HttpRequest bare = HttpRequest.newBuilder(uri(SHOP)).build();
        assertThat(client.send(bare, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);

        HttpRequest page = HttpRequest.newBuilder(uri("/")).build();
        assertThat(client.send(page, HttpResponse.BodyHandlers.ofString()).body())
                .contains("no cluster");
    }

    @Test
    void createsReplacesPatchesAndDeletes() throws Exception {
        String lease = "{\"metadata\":{\"name\":\"l\"},\"spec\":{\"leaseTransitions\":0}}";
        String leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
        assertThat(send("POST", leases, "application/json", lease).statusCode()).isEqualTo(201);
        assertThat(send("POST", leases, "application/json", lease).statusCode()).isEqualTo(409);
        assertThat(send("PUT", leases + "/l", "application/json", lease.replace(":0", ":1")).body())
                .contains("\"leaseTransitions\":1");
        assertThat(
                        send(
                                        "PATCH",
                                        SHOP + "/web/scale",
                                        "application/merge-patch+json",
                                        "{\"spec\":{\"replicas\":7}}")
                                .body())
                .contains("\"replicas\":7");
        assertThat(send("PATCH", SHOP + "/web", "application/json-patch+json", "[]").statusCode())
                .isEqualTo(415);
        assertThat(send("DELETE", leases + "/l", "", "").statusCode()).isEqualTo(200);
        assertThat(send("DELETE", leases + "/l", "", "").statusCode()).isEqualTo(404);
        assertThat(send("POST", leases, "application/json", "{").statusCode()).isEqualTo(400);
    }

    @Test
    void aWatchTellsWhatThereIsThenABookmarkThenWhatChanges() throws Exception {
        HttpRequest request =
                request(SCALERS + "?watch=true&sendInitialEvents=true&timeoutSeconds=30").build();
        try (InputStream in =
                        client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            assertThat(List.of(lines.readLine(), lines.readLine(), lines.readLine()))
                    .allMatch(line -> line.startsWith("{\"type\":\"ADDED\""));
            assertThat(lines.readLine())
                    .startsWith("{\"type\":\"BOOKMARK\"")
                    .contains("\"k8s.io/initial-events-end\":\"true\"");

            send(
                    "PATCH",
                    "/apis/datadoghq.com/v1alpha2/namespaces/shop/datadogpodautoscalers/web/status",
                    "application/merge-patch+json",
                    "{\"status\":{\"currentReplicas\":3}}");

            assertThat(lines.readLine())
                    .startsWith("{\"type\":\"MODIFIED\"")
                    .contains("\"currentReplicas\":3");
        }
    }

    private HttpResponse<String> send(String method, String path, String type, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(path)
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer secret");
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
