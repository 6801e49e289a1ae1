package io.drover.core.internal.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.core.internal.startup.Start.Needs;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

/** A start of config, security and http, in which http waits for security. */
class StartTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private final StartRecorder recorder = new StartRecorder();

    private void run() {
        SubsystemView config =
                view(
                        "config",
                        Step.needed("read", "Read", Status.starting(at(900)).toActive(at(1_000))));
        recorder.look(
                List.of(config, absent("http", "waits for the service <Certificates>")), at(1_000));
        SubsystemView security =
                view(
                        "security",
                        Step.needed(
                                "keys", "Keys", Status.starting(at(1_100)).toActive(at(1_800))));
        Status listener =
                Status.waiting("a \"certificate\"", at(1_300))
                        .toStarting(at(1_800))
                        .toActive(at(2_000));
        recorder.look(
                List.of(
                        config,
                        security,
                        view(
                                "http",
                                Step.needed("listener", "Listener", listener),
                                Step.optional("pages", "Pages", Status.skipped("off", at(1_300)))),
                        view(
                                "kubernetes",
                                Step.optional(
                                        "client",
                                        "Client",
                                        Status.waiting("a cluster", at(1_200))))),
                at(2_000));
    }

    private Start start(Instant ready) {
        return new Start(
                T0,
                at(300),
                at(900),
                Optional.ofNullable(ready),
                at(3_000),
                recorder.records(),
                Map.of(
                        "http", new Needs(Set.of("config"), Set.of("security")),
                        "security", new Needs(Set.of("config"), Set.of("kubernetes"))));
    }

    @Test
    void theChainGoesFromTheLastNeededStepBackThroughWhatItNeeds() {
        run();

        assertThat(StartText.criticalChain(start(at(2_000))))
                .isEqualTo(
                        """
                        The start took 0.300s (JVM) + 0.600s (container) + 1.100s (agent) = 2.000s.
                        After "@" stands when it worked, after "+" what it took itself.

                        ready @2.000s
                        └─http/listener @2.000s +0.200s
                          └─security/keys @1.800s +0.700s
                            └─config/read @1.000s +0.100s
                              └─container @0.900s +0.600s
                                └─JVM +0.300s
                        """);
    }

    @Test
    void theBlameIsOfTheLongestFirstAndSaysWhatWasWaitedFor() {
        run();

        assertThat(StartText.blame(start(at(2_000))))
                .isEqualTo(
                        """
                        The start took 0.300s (JVM) + 0.600s (container) + 1.100s (agent) = 2.000s.

                            took   waited  step
                          0.700s   0.000s  security/keys
                          0.200s   0.500s  http/listener      waited for: a "certificate"
                          0.100s   0.000s  config/read
                          0.000s   1.800s  kubernetes/client  waited for: a cluster
                          0.000s   0.300s  http               waited for: the service <Certificates>
                          0.000s   0.000s  http/pages
                        """);
    }

    @Test
    void aStartThatGoesOnIsToldAsFarAsItHasCome() {
        run();

        assertThat(StartText.criticalChain(start(null)))
                .startsWith("The start goes on: 0.300s (JVM) + 0.600s (container) + 2.100s (agent)")
                .contains("not ready yet\n└─http/listener");
    }

    @Test
    void thePlotIsOneDocumentThatNeedsNothingElse() throws Exception {
        run();

        String svg = StartPlot.of(start(at(2_000)));

        var document =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(svg)
                .contains("security/keys (0.700s)", "&quot;certificate&quot;", ">ready</text>")
                .doesNotContain("<script", "href", "url(", "<Certificates>");
    }

    @Test
    void whatHappensAfterTheStartDoesNotChangeItsRecord() {
        run();
        List<StepRecord> before = recorder.records();

        recorder.look(
                List.of(
                        absent("http", "its bundle is stopping"),
                        view("config", Step.needed("read", "Read", Status.active(at(9_000))))),
                at(9_000));

        assertThat(recorder.records()).isEqualTo(before);
    }

    @Test
    void aStepThatBeginsANewHistoryIsStillFollowed() {
        recorder.look(
                List.of(view("s", Step.optional("r", "R", Status.starting(at(100))))), at(100));
        recorder.look(
                List.of(view("s", Step.optional("r", "R", Status.skipped("off", at(100))))),
                at(200));

        assertThat(recorder.records().get(0).last().state()).isEqualTo(State.SKIPPED);
        assertThat(recorder.records().get(0).in(State.STARTING, at(900)).toMillis()).isZero();
    }

    @Test
    void aStepThatRetriesIsOpenUntilItWorks() {
        Status status = Status.starting(at(100)).toDegraded("taken", "", at(200));
        recorder.look(List.of(view("m", Step.optional("l", "L", status))), at(200));
        assertThat(recorder.records().get(0).last().state()).isEqualTo(State.DEGRADED);

        status = status.toStarting(at(300)).toActive(at(400));
        recorder.look(List.of(view("m", Step.optional("l", "L", status))), at(400));

        StepRecord record = recorder.records().get(0);
        assertThat(record.spans())
                .extracting(StepRecord.Span::state)
                .containsExactly(State.STARTING, State.DEGRADED, State.STARTING, State.ACTIVE);
        assertThat(record.in(State.STARTING, at(500)).toMillis()).isEqualTo(200);
    }

    private static SubsystemView view(String name, Step... steps) {
        return new SubsystemView(name, State.ACTIVE, T0, "", "", List.of(steps), Map.of());
    }

    private static SubsystemView absent(String name, String reason) {
        return new SubsystemView(name, State.WAITING, T0, reason, "", List.of(), Map.of());
    }

    private static Instant at(long millis) {
        return T0.plusMillis(millis);
    }
}
