package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** gRPC on the port of the API: the same calls, and the API as if it were alone. */
class SharedPortIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    /** Of what the clients of {@link #whatNoHonestClientSendsIsRefusedAndCostsNothing} send. */
    private static final long HARM_MAX_KIB = 48 << 10;

    private static RunningDrover drover;

    @BeforeAll
    static void start() throws IOException {
        RunningDrover.Start start =
                RunningDrover.start("shared-port")
                        .environment("DROVER_GRPC_PORT", "shared")
                        .environment("DROVER_GRPC_CONNECTIONS_MAX", "7")
                        .environment("DROVER_GRPC_CALL_TIME_MAX_MS", "3000");
        SwappingActivator.writeTo(start.home().resolve("deploy").resolve("swapper.jar"));
        drover = start.ready();
    }

    @AfterAll
    static void stop() {
        if (drover != null) {
            drover.close();
        }
    }

    private static Command.Outcome grpcurl(String token, String... words) {
        List<String> all =
                new ArrayList<>(List.of(Grpcurl.path(), "-cacert", drover.authority().toString()));
        if (token != null) {
            all.addAll(List.of("-H", "authorization: Bearer " + token));
        }
        for (String word : words) {
            all.add(word.replace("TARGET", "127.0.0.1:" + drover.port("api")));
        }
        return Command.run(Map.of(), all);
    }

    @Test
    void isToldAsAListenerOfItsOwnOnTheSamePort() {
        assertThat(drover.port("grpc")).isEqualTo(drover.port("api"));
        assertThat(drover.terminal())
                .containsPattern("api +https://127.0.0.1:(\\d+)\\b.*\\s+grpc +127.0.0.1:\\1\\b");
        assertThat(drover.subsystem("grpc").get("state").getAsString()).isEqualTo("active");
        assertThat(drover.read("log/drover.log"))
                .contains("set without effect")
                .contains("grpc.connections_max (http.max_connections)");
    }

    @Test
    void listsItsServicesAndSaysHowEachIs() {
        assertThat(grpcurl(drover.token(), "TARGET", "list").orFail())
                .contains("drover.v1.Connections", "grpc.channelz.v1.Channelz");
        assertThat(
                        grpcurl(
                                        drover.token(),
                                        "-d",
                                        "{\"service\":\"drover.v1.Agent\"}",
                                        "TARGET",
                                        "grpc.health.v1.Health/Check")
                                .orFail())
                .contains("\"SERVING\"");
        assertThat(
                        grpcurl(
                                        drover.token(),
                                        "-max-time",
                                        "2",
                                        "-d",
                                        "{\"service\":\"drover.v1.Agent\"}",
                                        "TARGET",
                                        "grpc.health.v1.Health/Watch")
                                .output())
                .contains("\"SERVING\"")
                .contains("DeadlineExceeded");
        assertThat(
                        grpcurl(drover.token(), "TARGET", "grpc.channelz.v1.Channelz/GetServers")
                                .orFail())
                .contains("calls_started");
    }

    @Test
    void refusesInTheWordsOfGrpc() throws IOException {
        String scraper =
                RunningDrover.json(
                                drover.api(
                                                "POST",
                                                "/api/v1/tokens?name=scraper&scope=metrics",
                                                drover.token())
                                        .body())
                        .get("token")
                        .getAsString();
        assertThat(grpcurl(scraper, "TARGET", "list").output()).contains("PermissionDenied");
        assertThat(grpcurl("x".repeat(64), "TARGET", "drover.v1.Agent/GetVersion").output())
                .contains("Unauthenticated");
        Path cells = drover.home().resolve("cells.json");
        Files.writeString(
                cells,
                """
                [{"method": "drover.v1.Agent/NoSuch", "credential": "local",
                  "authorization": ["Bearer %1$s"]},
                 {"method": "no.such.Service/Method", "credential": "none", "authorization": []},
                 {"method": "api/v1/reload", "credential": "local",
                  "authorization": ["Bearer %1$s"]},
                 {"method": "drover.v1.Agent/GetVersion", "credential": "none",
                  "authorization": []}]
                """
                        .formatted(drover.token()));
        assertThat(PythonClient.run(drover, "ask", cells.toString()).output())
                .contains("cell drover.v1.Agent/NoSuch local UNIMPLEMENTED")
                .contains("cell no.such.Service/Method none UNIMPLEMENTED")
                .contains("cell api/v1/reload local UNIMPLEMENTED")
                .contains("cell drover.v1.Agent/GetVersion none UNAUTHENTICATED TOKEN_INVALID")
                .endsWith("ok\n");
    }

    @Test
    void servesAClientInAnotherLanguageAndStopsWorkThatNobodyWaitsFor() {
        Command.Outcome outcome = PythonClient.run(drover, "check");

        assertThat(outcome.output()).contains("errors are told").endsWith("ok\n");
        awaitFigure("drover_grpc_calls_open{method=\"drover.v1.Config/WatchConfig\"}", 0);
        assertThat(
                        figure(
                                "drover_grpc_calls_total{code=\"CANCELLED\",method=\"drover.v1.Config/WatchConfig\"}"))
                .isPositive();
        assertThat(
                        figure(
                                "drover_http_requests_total{code=\"2xx\",listener=\"api\",method=\"POST\",route=\"application/grpc\"}"))
                .isPositive();
    }

    @Test
    void theApiGoesOnAsEver() throws Exception {
        assertThat(drover.api("/api/v1/version").statusCode()).isEqualTo(200);
        assertThat(drover.api("GET", "/api/v1/version", null).statusCode()).isEqualTo(401);
        assertThat(post(HttpClient.Version.HTTP_2, "application/grpc-web").statusCode())
                .as("gRPC-Web is no gRPC")
                .isEqualTo(401);

        HttpResponse<String> older = post(HttpClient.Version.HTTP_1_1, "application/grpc");

        assertThat(older.statusCode()).isEqualTo(505);
        assertThat(older.body()).contains("application/grpc is served over HTTP/2 alone");
    }

    private static HttpResponse<String> post(HttpClient.Version version, String contentType)
            throws Exception {
        return drover.client()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "https://127.0.0.1:"
                                                        + drover.port("api")
                                                        + "/drover.v1.Agent/GetVersion"))
                                .version(version)
                                .header("Content-Type", contentType)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[5]))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void whatNoHonestClientSendsIsRefusedAndCostsNothing() throws IOException {
        long rest = residentKib();

        Command.Outcome outcome = PythonClient.run(drover, "harm");

        assertThat(outcome.output()).endsWith("ok\n");
        String version = "drover.v1.Agent/GetVersion";
        awaitFigure(ended("RESOURCE_EXHAUSTED", version), 1);
        awaitFigure(ended("INVALID_ARGUMENT", "drover.v1.Connections/WatchConnections"), 1);
        awaitFigure(ended("DEADLINE_EXCEEDED", version), 1);
        assertThat(residentKib() - rest).as("KiB more than before").isLessThan(HARM_MAX_KIB);
        assertThat(PythonClient.run(drover, "check").output()).endsWith("ok\n");
    }

    @Test
    void theBundleIsReplacedWhileTheApiGoesOnAndFollowsItsHost() throws IOException {
        int port = drover.port("api");
        Files.writeString(drover.home().resolve("swap"), "grpc 2 200");
        while (!Files.exists(drover.home().resolve("swapped"))) {
            assertThat(drover.api("/api/v1/version").statusCode()).isEqualTo(200);
        }

        assertThat(drover.read("swapped")).isEqualTo("2");
        Await.until(
                "gRPC is served again",
                SOON,
                () -> PythonClient.run(drover, "check").output().endsWith("ok\n"),
                drover::terminal);
        assertThat(drover.port("api")).isEqualTo(port);

        Files.delete(drover.home().resolve("swapped"));
        Files.writeString(drover.home().resolve("swap"), "http 1 0");
        Await.until(
                "gRPC is a guest of the new listener",
                SOON,
                () ->
                        Files.exists(drover.home().resolve("swapped"))
                                && PythonClient.run(drover, "check").output().endsWith("ok\n"),
                drover::terminal);
    }

    private static String ended(String code, String method) {
        return "drover_grpc_calls_total{code=\"" + code + "\",method=\"" + method + "\"}";
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + drover.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitFigure(String series, double value) {
        Await.until(
                series + " is " + value,
                SOON,
                () -> value == 0 ? figure(series) == 0 : figure(series) >= value,
                SharedPortIT::page);
    }

    private static double figure(String series) {
        return page().lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private static String page() {
        return drover.plain("metrics", "/metrics").body();
    }
}
