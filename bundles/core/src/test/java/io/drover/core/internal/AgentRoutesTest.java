package io.drover.core.internal;

import static io.drover.core.internal.Agents.T0;
import static io.drover.core.internal.Agents.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.http.Endpoint;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.api.net.Listening.Bound;
import io.drover.api.security.Audience;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.testing.JsonText;
import io.drover.testing.ScriptedRequest;
import io.drover.testing.ScriptedSubsystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentRoutesTest {

    private static final Step ACTIVE = Step.needed("view", "View of all", Status.active(T0));
    private static final Step DEGRADED =
            Step.needed(
                    "netlink",
                    "Netlink socket",
                    Status.starting(T0)
                            .toDegraded(
                                    "no \"privilege\"", "add CAP_NET_ADMIN", T0.plusMillis(50)));

    @TempDir Path home;

    private final ScriptedSubsystem conntrack = new ScriptedSubsystem("conntrack", DEGRADED);
    private Agents agents;
    private AgentRoutes routes;

    @BeforeEach
    void start() {
        agents = new Agents(home, new ScriptedSubsystem("core", ACTIVE), conntrack);
        agents.agent.add(
                () -> List.of(new Bound("health", "http", List.of(at("127.0.0.1", 41055)))));
        agents.clock.advance(Duration.ofSeconds(3));
        agents.agent.look();
        routes = new AgentRoutes(agents.agent, () -> "drover-core idle\n", agents.clock);
    }

    @Test
    void whatIsOfTheApiIsForTheLocalTokenAndTheProbesAreOpen() {
        assertThat(routes.routes())
                .allSatisfy(
                        route ->
                                assertThat(route.audience())
                                        .isEqualTo(
                                                route.endpoint() == Endpoint.API
                                                        ? Audience.LOCAL
                                                        : Audience.PUBLIC));
    }

    @Test
    void versionIsALineForPeople() throws Exception {
        assertThat(text("/api/v1/version"))
                .isEqualTo("drover 1.2.3 (abc), Karaf 4.4.10, JDK 17, pid 4711 on host-a\n");
    }

    @Test
    void versionIsADocumentForPrograms() throws Exception {
        assertThat(json("/api/v1/version"))
                .isEqualTo(
                        "{\"version\":\"1.2.3\",\"revision\":\"abc\",\"jdk\":\"17\",\"karaf\":\"4.4.10\","
                                + "\"hostname\":\"host-a\",\"pid\":4711,\"started_at\":\"2026-01-01T00:00:00Z\"}");
    }

    @Test
    void statusIsATableForPeople() throws Exception {
        assertThat(text("/api/v1/status"))
                .isEqualTo(
                        """
                        SUBSYSTEM  STATE     SINCE  WHY
                        core       active    3 s
                        conntrack  degraded  2 s    no "privilege"
                        """);
    }

    @Test
    void statusIsADocumentForPrograms() throws Exception {
        conntrack.facts(Map.of("connections", 12));
        agents.agent.look();

        assertThat(json("/api/v1/status"))
                .isEqualTo(
                        "{\"ready\":true,\"started\":true,\"stopping\":\"\",\"listeners\":[{\"name\":\"health\",\"protocol\":\"http\","
                                + "\"addresses\":[{\"address\":\"127.0.0.1\",\"port\":41055}]}],\"subsystems\":["
                                + "{\"name\":\"core\",\"state\":\"active\",\"since\":\"2026-01-01T00:00:00Z\","
                                + "\"reason\":\"\",\"remedy\":\"\",\"last_error\":\"\",\"facts\":{}},"
                                + "{\"name\":\"conntrack\",\"state\":\"degraded\",\"since\":\"2026-01-01T00:00:00.050Z\","
                                + "\"reason\":\"no \\\"privilege\\\"\",\"remedy\":\"add CAP_NET_ADMIN\","
                                + "\"last_error\":\"no \\\"privilege\\\"\","
                                + "\"facts\":{\"connections\":12}}]}");
    }

    @Test
    void oddFactsDoNotCutTheDocumentOff() throws Exception {
        conntrack.facts(
                Map.of("counter", new AtomicLong(7), "ratio", Double.NaN, "path", Path.of("/x")));
        agents.agent.look();

        assertThat(json("/api/v1/status"))
                .contains("\"counter\":7", "\"ratio\":null", "\"path\":\"/x\"");
    }

    @Test
    void healthIs200WhileReady() throws Exception {
        Reply reply = answer("/api/v1/health", new ScriptedRequest());

        assertThat(reply.status()).isEqualTo(200);
        assertThat(JsonText.of(reply))
                .startsWith("{\"live\":true,\"ready\":true,\"started\":true,\"subsystems\":[{");
        assertThat(text("/api/v1/health"))
                .isEqualTo(
                        """
                        live true, ready true, started true
                        conntrack is degraded since 2026-01-01T00:00:00.050Z: no "privilege"
                          remedy: add CAP_NET_ADMIN
                        """);
    }

    @Test
    void healthIs503WhenNotReady() throws Exception {
        conntrack.become(Step.needed("netlink", "Netlink", Status.waiting("a kernel", T0)));
        agents.agent.look();
        agents.clock.advance(Duration.ofSeconds(1));
        agents.agent.look();

        assertThat(answer("/api/v1/health", new ScriptedRequest()).status()).isEqualTo(503);
        assertThat(text("/api/v1/health"))
                .contains(
                        "ready false", "conntrack is waiting since 2026-01-01T00:00:00Z: a kernel");
    }

    @ParameterizedTest
    @CsvSource({"/live, 200, 200", "/ready, 200, 503", "/startup, 200, 200"})
    void aProbeAnswersForItself(String path, int whileReady, int whileStopping) throws Exception {
        assertThat(answer(path, new ScriptedRequest()).status()).isEqualTo(whileReady);

        agents.agent.prepareToStop();

        Reply reply = answer(path, new ScriptedRequest());
        assertThat(reply.status()).isEqualTo(whileStopping);
        assertThat(JsonText.of(reply))
                .isEqualTo(
                        whileStopping == 200
                                ? "ok\n"
                                : "not ok, the agent stops: draining for 200 ms\n");
    }

    @Test
    void aProbeTellsMoreWhenAsked() throws Exception {
        Reply reply = answer("/ready", new ScriptedRequest().with("verbose", ""));

        assertThat(JsonText.of(reply))
                .isEqualTo(
                        """
                        active core/view
                        degraded conntrack/netlink: no "privilege" (since 2026-01-01T00:00:00.050Z)
                        ok
                        """);
        assertThat(JsonText.of(answer("/live", new ScriptedRequest().with("verbose", ""))))
                .isEqualTo("drover-core idle\nok\n");
    }

    private String json(String path) throws ProblemException {
        return JsonText.of(answer(path, new ScriptedRequest().header("Accept", "*/*")));
    }

    private String text(String path) throws ProblemException {
        String accept = "text/plain, application/json;q=0.5";
        return JsonText.of(answer(path, new ScriptedRequest().header("Accept", accept)));
    }

    private Reply answer(String path, ScriptedRequest request) throws ProblemException {
        Route route =
                routes.routes().stream()
                        .filter(r -> r.path().equals(path))
                        .findFirst()
                        .orElseThrow();
        return route.handler().answer(request);
    }
}
