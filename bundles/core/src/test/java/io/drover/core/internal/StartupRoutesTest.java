package io.drover.core.internal;

import static io.drover.core.internal.Agents.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.core.internal.startup.Start.Needs;
import io.drover.testing.JsonText;
import io.drover.testing.ScriptedRequest;
import io.drover.testing.ScriptedSubsystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartupRoutesTest {

    private static final Step ACTIVE = Step.needed("view", "View of all", Status.active(T0));
    private static final Step DEGRADED =
            Step.needed(
                    "netlink",
                    "Netlink socket",
                    Status.starting(T0)
                            .toDegraded(
                                    "no \"privilege\"", "add CAP_NET_ADMIN", T0.plusMillis(50)));

    @TempDir Path home;
    private StartupRoutes routes;

    @BeforeEach
    void start() {
        Agents agents =
                new Agents(
                        home,
                        new ScriptedSubsystem("core", ACTIVE),
                        new ScriptedSubsystem("conntrack", DEGRADED));
        agents.clock.advance(Duration.ofSeconds(3));
        agents.agent.look();
        routes =
                new StartupRoutes(
                        agents.agent,
                        new StartupDesk(
                                agents.agent,
                                () -> Map.of("conntrack", new Needs(Set.of("core"), Set.of())),
                                agents.clock,
                                T0));
    }

    @Test
    void startupIsATableForPeople() throws Exception {
        assertThat(text())
                .isEqualTo(
                        """
                        STEP               STATE     AFTER    TRIES  WHY
                        core/view          active    0.000 s  1
                        conntrack/netlink  degraded  0.050 s  1      no "privilege"
                        """);
    }

    @Test
    void startupTellsTheHistoryOfEachStepToPrograms() throws Exception {
        assertThat(json())
                .startsWith("{\"began_at\":\"2026-01-01T00:00:00Z\",\"ready\":true,")
                .contains(
                        "{\"name\":\"netlink\",\"title\":\"Netlink socket\",\"state\":\"degraded\","
                                + "\"since\":\"2026-01-01T00:00:00.050Z\",\"reason\":\"no \\\"privilege\\\"\","
                                + "\"remedy\":\"add CAP_NET_ADMIN\",\"attempts\":1,"
                                + "\"last_error\":\"no \\\"privilege\\\"\",\"needed_for_ready\":true,"
                                + "\"exit_code_on_failure\":0,\"history\":["
                                + "{\"at\":\"2026-01-01T00:00:00Z\",\"after\":0,\"state\":\"starting\",\"reason\":\"\"},"
                                + "{\"at\":\"2026-01-01T00:00:00.050Z\",\"after\":0.05,\"state\":\"degraded\","
                                + "\"reason\":\"no \\\"privilege\\\"\"}]}");
    }

    @Test
    void theChainOfTheStartIsDataToo() throws Exception {
        assertThat(json())
                .contains(
                        "\"ready_after_seconds\":3,\"critical_chain\":["
                                + "{\"step\":\"conntrack/netlink\",\"after\":0.05,\"took_seconds\":0.05,"
                                + "\"waited_seconds\":0},{\"step\":\"core/view\"");
    }

    @ParameterizedTest
    @CsvSource({
        "steps, text/plain; charset=utf-8, STEP",
        "blame, text/plain; charset=utf-8, conntrack/netlink",
        "critical-chain, text/plain; charset=utf-8, ready @3.000s",
        "plot, image/svg+xml, <svg xmlns="
    })
    void eachViewIsAskedForByName(String view, String type, String part) throws Exception {
        Reply reply = answer(new ScriptedRequest().with("view", view));

        assertThat(reply.contentType()).isEqualTo(type);
        assertThat(JsonText.of(reply)).contains(part);
    }

    @Test
    void anUnknownViewIsRefusedWithThoseThatAre() {
        assertThatThrownBy(() -> answer(new ScriptedRequest().with("view", "x")))
                .isInstanceOf(ProblemException.class)
                .hasMessage("view must be one of steps, blame, critical-chain and plot, is x");
    }

    private String json() throws ProblemException {
        return JsonText.of(answer(new ScriptedRequest().header("Accept", "*/*")));
    }

    private String text() throws ProblemException {
        String accept = "text/plain, application/json;q=0.5";
        return JsonText.of(answer(new ScriptedRequest().header("Accept", accept)));
    }

    private Reply answer(ScriptedRequest request) throws ProblemException {
        return routes.routes().get(0).handler().answer(request);
    }
}
