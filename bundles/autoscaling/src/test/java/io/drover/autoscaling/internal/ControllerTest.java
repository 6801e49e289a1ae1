package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.autoscaling.Autoscaler;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ClusterException.Cause;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.ResourceType;
import io.drover.api.status.State;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.guard.Budgets;
import io.drover.autoscaling.internal.guard.Slots;
import io.drover.autoscaling.internal.journal.Entry;
import io.drover.autoscaling.internal.source.PodIndex;
import io.drover.autoscaling.internal.source.PodUsage;
import io.drover.autoscaling.internal.source.Rivals;
import io.drover.autoscaling.internal.source.Targets;
import io.drover.testing.Await;
import io.drover.testing.FakeCluster;
import io.drover.testing.FakeElections;
import io.drover.testing.FakeEventRecorder;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControllerTest {

    private static final ObjectKind DEPLOYMENT = new ObjectKind("apps/v1", "Deployment");
    private static final ObjectRef WEB = new ObjectRef(DEPLOYMENT, "default", "web", "");
    private static final ObjectRef SCALER = new ObjectRef(Controller.KIND, "default", "scaler", "");

    private final FakeElections elections = new FakeElections();
    private final FakeCluster cluster = new FakeCluster(elections::holds);
    private final FakeEventRecorder events = new FakeEventRecorder();
    private final Counters counters = new Counters();
    private final Settings settings =
            new Settings(
                    "",
                    2,
                    Duration.ofHours(1),
                    Duration.ofMillis(20),
                    Duration.ofMillis(1),
                    Duration.ofMillis(5),
                    16,
                    false,
                    Duration.ofMillis(10),
                    Duration.ZERO,
                    1,
                    1_000);
    private final DecisionLog decisions = new DecisionLog(settings.decisionsKept());
    private final List<Entry> written = new CopyOnWriteArrayList<>();
    private final DecisionRecord record = new DecisionRecord(written::add);
    private final PodIndex pods = new PodIndex(cluster, "");
    private final PodUsage usage =
            new PodUsage(
                    cluster,
                    settings.usageInterval(),
                    settings.usageEager(),
                    settings.usageParallel(),
                    settings.checkInterval(),
                    settings.usagePodsMax(),
                    System::nanoTime);
    private final Targets targets = new Targets(cluster, "");
    private final Rivals rivals = new Rivals(cluster, "", this::changed);
    private final Slots slots = new Slots(2);
    private final Controller controller =
            new Controller(
                    settings,
                    cluster,
                    elections,
                    new Reconciler(
                            cluster,
                            events,
                            targets,
                            new Sampler(
                                    pods, usage, Outside.noPrometheus(), Outside.noRecommenders()),
                            new Resizer(cluster, rivals, counters, Duration.ofMillis(50), 1_000),
                            rivals,
                            slots,
                            Budgets.unlimited(),
                            counters,
                            record,
                            Clock.systemUTC()),
                    rivals,
                    slots,
                    Budgets.unlimited(),
                    key -> {},
                    new CrdInstaller(cluster),
                    decisions,
                    counters);
    private final ControllerStep step = new ControllerStep(controller, Clock.systemUTC());

    private void changed(String namespace) {
        controller.changed(namespace);
    }

    @AfterEach
    void close() {
        usage.close();
        controller.close(Duration.ofSeconds(5));
        rivals.close();
        targets.close();
        pods.close();
        assertThat(cluster.watches()).isZero();
        assertThat(elections.candidacies()).isZero();
    }

    @Test
    void theLeaderSaysWhatItFoundInStatusAndEvent() {
        serve();
        cluster.scale(WEB, 3, 3);
        elections.lead();

        cluster.put(scaler("web"));

        until("an active object", () -> condition(Condition.ACTIVE).equals("True"));
        assertThat(stored().status())
                .containsEntry("observedGeneration", 1L)
                .containsEntry("currentReplicas", 3);
        until("an event", () -> !events.events().isEmpty());
        assertThat(events.events())
                .singleElement()
                .satisfies(event -> assertThat(event.reason()).isEqualTo("TargetFound"));
    }

    @Test
    void podsThatBecomeKnownAreLookedAtAtOnce() {
        pods.tell(controller::changed);
        serve();
        cluster.scale(WEB, 3, 3);
        elections.lead();
        cluster.put(scaler("web"));
        until("a look without pods", () -> decisions.newest() == 1);

        cluster.serve(new ResourceType(new ObjectKind("v1", "Pod"), "pods", true, Set.of()));

        // The next look without a reason is an hour away.
        until(
                "a look with them",
                () ->
                        controller
                                .look("default", "scaler")
                                .map(look -> !look.decision().toString().contains("not known yet"))
                                .orElse(false));
    }

    @Test
    void whatWasDecidedIsToldOnceAndExplained() {
        serve();
        cluster.scale(WEB, 3, 3);
        elections.lead();
        cluster.put(scaler("web"));

        until("a decision", () -> decisions.newest() == 1);

        KnownAutoscalers known = new KnownAutoscalers(controller, decisions);
        assertThat(decisions.after(0, 10).decisions())
                .singleElement()
                .satisfies(
                        decision -> {
                            assertThat(decision.reason()).isEqualTo("RecommendationError");
                            assertThat(decision.message()).contains("the pods are not known yet");
                            assertThat(decision.currentReplicas()).hasValue(3);
                            assertThat(decision.written()).isFalse();
                        });
        assertThat(known.standing().leading()).isTrue();
        until("the status", () -> known.all().get(0).currentReplicas().isPresent());
        Autoscaler one = known.all().get(0);
        assertThat(known.explain(one.namespace(), one.name()))
                .hasValueSatisfying(
                        why -> {
                            assertThat(why.decision()).isPresent();
                            assertThat(why.sentences()).isNotEmpty();
                        });
        assertThat(known.explain("nowhere", one.name())).isEmpty();
    }

    @Test
    void nothingIsWrittenWhenNothingChanged() {
        serve();
        cluster.scale(WEB, 3, 3);
        elections.lead();
        cluster.put(scaler("web"));
        until("the first write", () -> cluster.patches().size() == 1);

        elections.lead(); // all objects are looked at again
        until("the second look", () -> counters.unchanged.sum() > 0);

        assertThat(cluster.patches()).hasSize(1);
        assertThat(events.events()).hasSize(1);
    }

    @Test
    void aTargetThatComesLaterIsFound() {
        serve();
        elections.lead();
        cluster.put(scaler("web"));
        until("a warning", () -> !events.events().isEmpty());
        assertThat(events.events().get(0).reason()).isEqualTo("TargetNotFound");

        cluster.scale(WEB, 1, 1);

        until("an active object", () -> condition(Condition.ACTIVE).equals("True"));
        until("the second event", () -> events.events().size() == 2);
    }

    @Test
    void aFollowerKnowsEverythingAndWritesNothing() {
        serve();
        elections.lose("them");
        cluster.put(scaler("web"));

        until("the object", () -> controller.objects().size() == 1);
        assertThat(step.step().status().state()).isEqualTo(State.ACTIVE);
        assertThat(step.facts()).containsEntry("role", "standby, follower of them");
        assertThat(cluster.patches()).isEmpty();

        elections.lead();

        until("a write", () -> !cluster.patches().isEmpty());
        assertThat(step.facts()).containsEntry("role", "leader in term 1");
    }

    @Test
    void afterTheEndOfATermNothingIsWrittenAnyMore() {
        serve();
        elections.lead();
        elections.lose("them");

        cluster.put(scaler("web"));

        until("the object", () -> controller.objects().size() == 1);
        until("an empty queue", () -> controller.waiting() == 0);
        assertThat(cluster.patches()).isEmpty();
    }

    @Test
    void aFailureIsTriedAgain() {
        serve();
        cluster.scale(WEB, 1, 1);
        cluster.fail(Cause.UNAVAILABLE, "503");
        cluster.fail(Cause.UNAVAILABLE, "503");
        elections.lead();

        cluster.put(scaler("web"));

        until("an active object", () -> condition(Condition.ACTIVE).equals("True"));
        assertThat(counters.failures.sum()).isEqualTo(2);
    }

    @Test
    void aNewSpecIsObserved() {
        serve();
        cluster.scale(WEB, 1, 1);
        elections.lead();
        cluster.put(scaler("web"));
        until("the first write", () -> condition(Condition.ACTIVE).equals("True"));

        cluster.put(scaler("Not A Name"));

        until("an error", () -> condition(Condition.ERROR).equals("True"));
        assertThat(stored().status()).containsEntry("observedGeneration", 2L);
    }

    @Test
    void aDeletedObjectIsForgotten() {
        serve();
        elections.lead();
        cluster.put(scaler("web"));
        until("the object", () -> controller.objects().size() == 1);

        cluster.delete(SCALER);

        until("none", () -> controller.objects().isEmpty());
        until("an empty queue", () -> controller.waiting() == 0);
    }

    @Test
    void aMissingKindIsNamedWithTheCommandThatInstallsIt() {
        assertThat(step.step().status().state()).isEqualTo(State.WAITING);
        assertThat(step.step().status().reason()).contains("datadogpodautoscalers.datadoghq.com");
        assertThat(step.step().status().remedy()).startsWith("kubectl apply -f ");
    }

    @Test
    void aTargetThatMayNotBeReadIsSaid() {
        serve();
        cluster.scale(WEB, 1, 1);
        elections.lead();
        cluster.fail(Cause.FORBIDDEN, "cannot get"); // once; then it may be read

        cluster.put(scaler("web"));

        until("both events", () -> events.events().size() == 2);
        assertThat(events.events().get(0).reason()).isEqualTo("TargetForbidden");
        assertThat(events.events().get(1).reason()).isEqualTo("TargetFound");
    }

    @Test
    void aMissingRightToWriteIsSaidUntilItIsThere() {
        serve();
        cluster.scale(WEB, 1, 1);
        cluster.refuseWrites(new ClusterException(Cause.FORBIDDEN, "cannot patch"));
        elections.lead();
        cluster.put(scaler("web"));

        until("the problem", () -> step.step().status().state() == State.DEGRADED);
        assertThat(step.step().status().reason()).isEqualTo("cannot patch");
        assertThat(events.events()).isEmpty();

        cluster.refuseWrites(null);
        until("no problem", () -> step.step().status().state() == State.ACTIVE);
        assertThat(events.events()).hasSize(1);
    }

    private void serve() {
        cluster.serve(
                new ResourceType(Controller.KIND, "datadogpodautoscalers", true, Set.of("status")));
        cluster.serve(new ResourceType(DEPLOYMENT, "deployments", true, Set.of("scale")));
    }

    private KubeObject stored() {
        return cluster.stored(SCALER).orElseThrow();
    }

    private String condition(String type) {
        return Condition.find(Condition.of(stored()), type)
                .map(condition -> condition.status().word())
                .orElse("");
    }

    private void until(String what, Callable<Boolean> condition) {
        Await.until(
                what,
                Duration.ofSeconds(5),
                condition,
                () -> cluster.stored(SCALER) + " " + events.events());
    }

    private static Map<String, Object> scaler(String target) {
        return Map.of(
                "apiVersion", Controller.KIND.apiVersion(),
                "kind", Controller.KIND.kind(),
                "metadata", Map.of("namespace", "default", "name", "scaler"),
                "spec",
                        Map.of(
                                "owner",
                                "Local",
                                "targetRef",
                                Map.of(
                                        "apiVersion",
                                        "apps/v1",
                                        "kind",
                                        "Deployment",
                                        "name",
                                        target)));
    }
}
