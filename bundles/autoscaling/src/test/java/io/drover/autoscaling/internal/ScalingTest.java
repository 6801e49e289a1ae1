package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ClusterException.Cause;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.ResourceType;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.guard.Budgets;
import io.drover.autoscaling.internal.guard.Slots;
import io.drover.autoscaling.internal.journal.Entry;
import io.drover.autoscaling.internal.remote.Prometheus;
import io.drover.autoscaling.internal.remote.Recommenders;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the usage of pods to the replicas of their Deployment. */
class ScalingTest {

    private static final ObjectKind POD = new ObjectKind("v1", "Pod");
    private static final ObjectKind USAGE = new ObjectKind("metrics.k8s.io/v1beta1", "PodMetrics");
    private static final ObjectKind DEPLOYMENT = new ObjectKind("apps/v1", "Deployment");
    private static final ObjectRef WEB = new ObjectRef(DEPLOYMENT, "default", "web", "");
    private static final ObjectRef SCALER = new ObjectRef(Controller.KIND, "default", "scaler", "");

    private final FakeElections elections = new FakeElections();
    private final FakeCluster cluster = new FakeCluster(elections::holds);
    private final FakeEventRecorder events = new FakeEventRecorder();
    private final Settings settings =
            new Settings(
                    "",
                    2,
                    Duration.ofMillis(50),
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
    private final Prometheus prometheus = Outside.noPrometheus();
    private final Recommenders recommenders = Outside.noRecommenders();
    private final Slots slots = new Slots(1_000);
    private final Budgets budgets = Budgets.unlimited();
    private final Counters counters = new Counters();
    private final Controller controller =
            new Controller(
                    settings,
                    cluster,
                    elections,
                    new Reconciler(
                            cluster,
                            events,
                            targets,
                            new Sampler(pods, usage, prometheus, recommenders),
                            new Resizer(cluster, rivals, counters, Duration.ofMillis(50), 1_000),
                            rivals,
                            slots,
                            budgets,
                            counters,
                            record,
                            Clock.systemUTC()),
                    rivals,
                    slots,
                    budgets,
                    key -> {},
                    new CrdInstaller(cluster),
                    decisions,
                    counters);

    @BeforeEach
    void serve() {
        usage.tell(controller::changed);
        pods.tell(controller::changed);
        cluster.serve(
                new ResourceType(Controller.KIND, "datadogpodautoscalers", true, Set.of("status")));
        cluster.serve(new ResourceType(DEPLOYMENT, "deployments", true, Set.of("scale")));
        cluster.serve(new ResourceType(POD, "pods", true, Set.of()));
        cluster.serve(new ResourceType(USAGE, "pods", true, Set.of()));
        cluster.scale(WEB, 2, 2, "app=web");
        elections.lead();
    }

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
    }

    @Test
    void busyPodsGetMoreAndIdleOnesFewer() {
        pods("web", 2, "90m");
        cluster.put(scaler("Apply", 10));

        until("four replicas", () -> replicas() == 4);
        until("an event", () -> !told("SuccessfulScale").isEmpty());
        assertThat(told("SuccessfulScale").get(0))
                .isEqualTo(
                        "Scaled target: default/web from 2 replicas to 4 replicas: cpu is at 90 %, the goal is 50 %:"
                                + " 2 become 4");
        until("the status", () -> desired() == 4);
        assertThat(condition(Condition.HORIZONTAL_ABLE_TO_SCALE)).isEqualTo("True");
        assertThat(decisions.after(0, 9).decisions())
                .anySatisfy(
                        decision -> {
                            assertThat(decision.reason()).isEqualTo("SuccessfulScale");
                            assertThat(decision.currentReplicas()).hasValue(2);
                            assertThat(decision.desiredReplicas()).hasValue(4);
                            assertThat(decision.written()).isTrue();
                        });
        assertThat(new KnownAutoscalers(controller, decisions).explain("default", "scaler"))
                .hasValueSatisfying(why -> assertThat(why.rules()).isNotEmpty());
        assertThat(condition(Condition.HORIZONTAL_ABLE_TO_RECOMMEND)).isEqualTo("True");

        pods("web", 4, "10m");

        until("one replica", () -> replicas() == 1);
        until("both actions in the status", () -> actions().size() == 2);
        assertThat(written.stream().filter(entry -> entry.what().equals(Entry.SCALED)))
                .extracting(Entry::key, Entry::current, Entry::desired)
                .containsExactly(tuple("default/scaler", 2, 4), tuple("default/scaler", 4, 1));
        assertThat(actions().get(1).toString()).contains("replicas=4").contains("toReplicas=1");
    }

    @Test
    void podsOfOthersDoNotCount() {
        pods("web", 2, "50m");
        pods("other", 9, "900m");
        cluster.put(scaler("Apply", 10));

        until("a recommendation", () -> desired() == 2);

        assertThat(replicas()).isEqualTo(2);
    }

    @Test
    void theUpperBoundIsKeptAndSaid() {
        pods("web", 2, "900m");
        cluster.put(scaler("Apply", 3));

        until("three replicas", () -> replicas() == 3);
        until("the limit", () -> condition(Condition.HORIZONTAL_SCALING_LIMITED).equals("True"));
    }

    @Test
    void thePreviewShowsAndWritesNothing() {
        pods("web", 2, "90m");
        cluster.put(scaler("Preview", 10));

        until("the number in the status", () -> desired() == 4);

        assertThat(replicas()).isEqualTo(2);
        assertThat(message(Condition.HORIZONTAL_ABLE_TO_SCALE))
                .isEqualTo(
                        "would go from 2 to 4 replicas, but nothing is written in the mode Preview");
        assertThat(told("SuccessfulScale")).isEmpty();
    }

    @Test
    void whatSomebodyElseScalesIsLeftAloneUntilTheyGo() {
        ObjectKind kind = new ObjectKind("autoscaling/v2", "HorizontalPodAutoscaler");
        cluster.serve(new ResourceType(kind, "horizontalpodautoscalers", true, Set.of()));
        pods("web", 2, "90m");
        cluster.put(
                Map.of(
                        "apiVersion",
                        kind.apiVersion(),
                        "kind",
                        kind.kind(),
                        "metadata",
                        Map.of("namespace", "default", "name", "theirs"),
                        "spec",
                        Map.of(
                                "scaleTargetRef",
                                Map.of(
                                        "apiVersion",
                                        "apps/v1",
                                        "kind",
                                        "Deployment",
                                        "name",
                                        "web"))));
        cluster.put(scaler("Apply", 10));

        until("an error", () -> condition(Condition.ERROR).equals("True"));
        assertThat(message(Condition.ERROR))
                .isEqualTo(
                        "HorizontalPodAutoscaler default/theirs scales Deployment web too: remove one of the two");
        until("a warning", () -> !told("TargetContested").isEmpty());
        assertThat(replicas()).isEqualTo(2);
        assertThat(controller.look("default", "scaler")).isEmpty();

        cluster.delete(new ObjectRef(kind, "default", "theirs", ""));

        until("four replicas", () -> replicas() == 4);
        until("no error", () -> condition(Condition.ERROR).equals("False"));
    }

    @Test
    void whatMayNotBeWrittenIsSaid() {
        pods("web", 2, "90m");
        cluster.refuseWrites(new ClusterException(Cause.FORBIDDEN, "cannot patch scale"));
        cluster.put(scaler("Apply", 10));

        until("a warning", () -> !told("FailedScale").isEmpty());
        assertThat(told("FailedScale").get(0))
                .contains("failed to scale target: default/web to 4 replicas")
                .contains("cannot patch scale");
        cluster.refuseWrites(null);
        until("four replicas", () -> replicas() == 4);
    }

    @Test
    void withoutFiguresNothingIsTakenAway() {
        pods("web", 2, "90m");
        cluster.put(scaler("Apply", 10));
        until("four replicas", () -> replicas() == 4);

        for (int i = 0; i < 2; i++) {
            cluster.delete(new ObjectRef(USAGE, "default", "web-" + i, ""));
        }

        until(
                "the reason",
                () -> condition(Condition.HORIZONTAL_ABLE_TO_RECOMMEND).equals("False"));
        assertThat(message(Condition.HORIZONTAL_ABLE_TO_RECOMMEND))
                .isEqualTo(
                        "stays at 4 replicas: not known: cpu: metrics.k8s.io has no figure for any of the pods");
        assertThat(replicas()).isEqualTo(4);
    }

    @Test
    void aNewLeaderKnowsFromTheStatusWhatTheOldOneDid() {
        pods("web", 2, "90m");
        cluster.put(scaler("Apply", 10));
        until("four replicas", () -> replicas() == 4);
        until("the action in the status", () -> actions().size() == 1);

        elections.lose("them");
        elections.lead();
        pods("web", 4, "10m");

        until("one replica", () -> replicas() == 1);
        until("both actions", () -> actions().size() == 2);
    }

    /** All at once: nobody reads from the cluster meanwhile. */
    private void pods(String app, int count, String cpu) {
        synchronized (cluster) {
            for (int i = 0; i < count; i++) {
                pod(app, app + "-" + i, cpu);
            }
        }
    }

    private void pod(String app, String name, String cpu) {
        cluster.put(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Pod",
                        "metadata",
                        metadata(name, app),
                        "spec",
                        Map.of(
                                "containers",
                                List.of(
                                        Map.of(
                                                "name",
                                                "app",
                                                "resources",
                                                Map.of("requests", Map.of("cpu", "100m"))))),
                        "status",
                        Map.of("phase", "Running", "startTime", "2026-01-01T00:00:00Z")));
        cluster.put(
                Map.of(
                        "apiVersion",
                        USAGE.apiVersion(),
                        "kind",
                        USAGE.kind(),
                        "metadata",
                        metadata(name, app),
                        "timestamp",
                        Instant.now().toString(),
                        "window",
                        "30s",
                        "containers",
                        List.of(Map.of("name", "app", "usage", Map.of("cpu", cpu)))));
    }

    private static Map<String, Object> metadata(String name, String app) {
        return Map.of("namespace", "default", "name", name, "labels", Map.of("app", app));
    }

    private int replicas() {
        return (Integer) cluster.scaled(WEB).orElseThrow().spec().get("replicas");
    }

    private KubeObject stored() {
        return cluster.stored(SCALER).orElseThrow();
    }

    private int desired() {
        Map<String, Object> horizontal = KubeObject.map(stored().status(), "horizontal");
        return KubeObject.map(horizontal, "target").get("desiredReplicas") instanceof Integer count
                ? count
                : -1;
    }

    private List<?> actions() {
        Map<String, Object> horizontal = KubeObject.map(stored().status(), "horizontal");
        return horizontal.get("lastActions") instanceof List<?> list ? list : List.of();
    }

    private String condition(String type) {
        return Condition.find(Condition.of(stored()), type)
                .map(condition -> condition.status().word())
                .orElse("");
    }

    private String message(String type) {
        return Condition.find(Condition.of(stored()), type).map(Condition::message).orElse("");
    }

    private List<String> told(String reason) {
        return events.events().stream()
                .filter(event -> event.reason().equals(reason))
                .map(FakeEventRecorder.Event::note)
                .toList();
    }

    private void until(String what, Callable<Boolean> condition) {
        Await.until(
                what,
                Duration.ofSeconds(5),
                condition,
                () -> cluster.stored(SCALER) + " " + cluster.scaled(WEB) + " " + events.events());
    }

    private static Map<String, Object> scaler(String mode, int max) {
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
                                        "web"),
                                "applyPolicy",
                                Map.of("mode", mode),
                                "constraints",
                                Map.of("maxReplicas", max),
                                "objectives",
                                List.of(
                                        Map.of(
                                                "type",
                                                "PodResource",
                                                "podResource",
                                                Map.of(
                                                        "name",
                                                        "cpu",
                                                        "value",
                                                        Map.of(
                                                                "type",
                                                                "Utilization",
                                                                "utilization",
                                                                50))))));
    }
}
