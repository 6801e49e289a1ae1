package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three listeners on one server: who is reachable where, and by whom. */
class ListenersIT {

    private static final List<String> LISTENERS = List.of("api", "metrics", "health");
    private static final Map<String, String> OWN_LISTENER = new LinkedHashMap<>();

    private static RunningDrover drover;

    @BeforeAll
    static void start() {
        drover = RunningDrover.start("listeners").ready();
        JsonObject paths = drover.apiJson("/api/v1/openapi.json").getAsJsonObject("paths");
        for (String path : new TreeSet<>(paths.keySet())) {
            JsonObject get = paths.getAsJsonObject(path).getAsJsonObject("get");
            // A live stream has no end.
            if (get != null && !get.toString().contains("text/event-stream")) {
                OWN_LISTENER.put(path.replaceAll("\\{[^}]*}", "x"), "api");
            }
        }
        OWN_LISTENER.put("/metrics", "metrics");
        OWN_LISTENER.put("/live", "health");
        OWN_LISTENER.put("/ready", "health");
        OWN_LISTENER.put("/startup", "health");
    }

    @AfterAll
    static void stop() {
        drover.close();
    }

    @Test
    void describesAllOfItsRoutes() {
        assertThat(OWN_LISTENER.keySet())
                .contains(
                        "/api/v1/version",
                        "/api/v1/status",
                        "/api/v1/startup",
                        "/api/v1/conntrack/connections",
                        "/api/v1/autoscaling",
                        "/api/v1/config",
                        "/api/v1/openapi.json");
    }

    @Test
    void servesEveryRouteOnItsOwnListenerAndOnNoOther() {
        for (Map.Entry<String, String> route : OWN_LISTENER.entrySet()) {
            for (String listener : LISTENERS) {
                HttpResponse<String> answer = get(listener, route.getKey(), drover.token());

                String what = route.getKey() + " on " + listener + ": " + answer.body();
                if (listener.equals(route.getValue())) {
                    // A path that names an object which is not there is answered by its route, with
                    // a 404 of its own.
                    if (!route.getKey().contains("/x")) {
                        assertThat(answered(answer)).as(what).isTrue();
                    }
                } else {
                    assertThat(answer.statusCode()).as(what).isEqualTo(404);
                }
            }
        }
    }

    /** By the route itself, which may miss a parameter, or what it tells of may be off. */
    private static boolean answered(HttpResponse<String> answer) {
        return answer.statusCode() == 200
                || answer.statusCode() == 400
                || answer.statusCode() == 409;
    }

    @Test
    void answersNothingOnTheApiWithoutAToken() {
        for (Map.Entry<String, String> route : OWN_LISTENER.entrySet()) {
            if (!route.getValue().equals("api")) {
                continue;
            }
            for (String bad :
                    new String[] {
                        null, "", "x", drover.token().substring(1), drover.token() + "0"
                    }) {
                HttpResponse<String> answer = drover.api("GET", route.getKey(), bad);

                // After some of them this source is told to wait; a right token still opens.
                assertThat(answer.statusCode()).as(route.getKey() + " with " + bad).isIn(401, 429);
                assertThat(
                                answer.headers()
                                        .firstValue(
                                                answer.statusCode() == 401
                                                        ? "WWW-Authenticate"
                                                        : "Retry-After"))
                        .isPresent();
                assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                        .startsWith("application/problem+json");
            }
            assertThat(
                            drover.api("GET", route.getKey() + "?token=" + drover.token(), null)
                                    .statusCode())
                    .isEqualTo(401);
        }
        assertThat(drover.api("GET", "/api/v1/there-is-no-such-route", null).statusCode())
                .isEqualTo(401);
        assertThat(drover.api("GET", "/api/v1/there-is-no-such-route", drover.token()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void changesNothingByGet() {
        assertThat(drover.api("GET", "/api/v1/reload", drover.token()).statusCode()).isEqualTo(405);
        assertThat(drover.api("POST", "/api/v1/status", drover.token()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void speaksHttp2OnTheApi() {
        assertThat(drover.api("/api/v1/version").version())
                .isEqualTo(java.net.http.HttpClient.Version.HTTP_2);
    }

    @Test
    void refusesTlsBelow12() {
        Needs.program("openssl", "openssl");
        String target = "127.0.0.1:" + drover.port("api");

        for (String old : new String[] {"-tls1", "-tls1_1"}) {
            assertThat(
                            Command.run(
                                            "openssl",
                                            "s_client",
                                            "-connect",
                                            target,
                                            old,
                                            "-cipher",
                                            "ALL@SECLEVEL=0")
                                    .exitCode())
                    .as(old)
                    .isNotZero();
        }
        for (String today : new String[] {"-tls1_2", "-tls1_3"}) {
            Command.run(
                            "openssl",
                            "s_client",
                            "-connect",
                            target,
                            today,
                            "-verify_return_error",
                            "-CAfile",
                            drover.authority().toString())
                    .orFail();
        }
    }

    @Test
    void exposesMetricsThatPromtoolFindsNoFaultWith() {
        Needs.program("promtool", "prometheus");
        Needs.program("curl", "curl");
        String url = "http://127.0.0.1:" + drover.port("metrics") + "/metrics";

        Command.Outcome checked =
                Command.run("sh", "-c", "curl -sf " + url + " | promtool check metrics");

        assertThat(checked.exitCode()).as(checked.output()).isZero();
        assertThat(checked.output()).isBlank();
    }

    @Test
    void publishesSeriesOfEverySubsystem() {
        String page = drover.plain("metrics", "/metrics").body();

        for (String prefix :
                new String[] {
                    "jvm_",
                    "process_",
                    "drover_build_info",
                    "drover_subsystem_state",
                    "drover_core_",
                    "drover_config_",
                    "drover_http_",
                    "drover_grpc_",
                    "drover_tls_certificate_not_after_seconds",
                    "drover_kernel_",
                    "drover_conntrack_",
                    "drover_kubernetes_",
                    "drover_autoscaling_"
                }) {
            assertThat(page).contains("\n" + prefix);
        }
    }

    @Test
    void probesAnswerInOneWordAndWithTheReasonsWhenAsked() {
        assertThat(drover.plain("health", "/live").body()).isEqualTo("ok\n");
        assertThat(drover.plain("health", "/startup").statusCode()).isEqualTo(200);
        assertThat(drover.plain("health", "/ready?verbose").body())
                .contains("waiting kubernetes")
                .endsWith("ok\n");
    }

    @Test
    void livenessTellsOfTheLoopsOfEverySubsystem() {
        assertThat(drover.plain("health", "/live?verbose").body())
                .contains(
                        "drover-config",
                        "drover-grpc ",
                        "drover-grpc-config",
                        "drover-http",
                        "drover-conntrack",
                        "drover-kubernetes",
                        "drover-autoscaling");
    }

    @Test
    void tellsOfEveryStepOfTheStart() {
        JsonObject startup = drover.apiJson("/api/v1/startup");

        assertThat(startup.get("started").getAsBoolean()).isTrue();
        for (JsonElement subsystem : startup.getAsJsonArray("subsystems")) {
            assertThat(subsystem.getAsJsonObject().getAsJsonArray("steps"))
                    .as(subsystem.toString())
                    .isNotEmpty();
        }
        assertThat(drover.subsystem("kubernetes").get("reason").getAsString())
                .contains("kubeconfig");
    }

    private static HttpResponse<String> get(String listener, String path, String token) {
        String scheme = listener.equals("api") ? "https" : "http";
        return drover.send(
                HttpRequest.newBuilder(
                                URI.create(scheme + "://127.0.0.1:" + drover.port(listener) + path))
                        .header("Authorization", "Bearer " + token));
    }
}
