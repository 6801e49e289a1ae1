package io.drover.autoscaling.internal;

import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.ResourceType;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.guard.Budgets;
import io.drover.autoscaling.internal.guard.Slots;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** A controller at work in a cluster of the test's own: Deployments with pods that are measured. */
final class Rig implements AutoCloseable {

    private static final ObjectKind POD = new ObjectKind("v1", "Pod");
    private static final ObjectKind USAGE = new ObjectKind("metrics.k8s.io/v1beta1", "PodMetrics");
    private static final ObjectKind DEPLOYMENT = new ObjectKind("apps/v1", "Deployment");

    final FakeElections elections = new FakeElections();
    final FakeCluster cluster = new FakeCluster(elections::holds);
    final FakeEventRecorder events = new FakeEventRecorder();
    final Counters counters = new Counters();
    final DecisionLog decisions = new DecisionLog(256);
    final Controller controller;
    private final PodIndex pods = new PodIndex(cluster, "");
    private final PodUsage usage =
            new PodUsage(
                    cluster,
                    Duration.ofMillis(10),
                    Duration.ZERO,
                    1,
                    Duration.ofMillis(50),
                    1_000,
                    System::nanoTime);
    private final Targets targets = new Targets(cluster, "");
    private final Rivals rivals;
    private final Prometheus prometheus;
    private final Recommenders recommenders;

    Rig(Slots slots, Budgets budgets, Prometheus prometheus, Recommenders recommenders) {
        this.prometheus = prometheus;
        this.recommenders = recommenders;
        Settings settings =
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
        rivals = new Rivals(cluster, "", this::changed);
        controller =
                new Controller(
                        settings,
                        cluster,
                        elections,
                        new Reconciler(
                                cluster,
                                events,
                                targets,
                                new Sampler(pods, usage, prometheus, recommenders),
                                new Resizer(
                                        cluster, rivals, counters, Duration.ofMillis(50), 1_000),
                                rivals,
                                slots,
                                budgets,
                                counters,
                                new DecisionRecord(entry -> {}),
                                Clock.systemUTC()),
                        rivals,
                        slots,
                        budgets,
                        key -> {
                            prometheus.forget(key);
                            recommenders.forget(key);
                        },
                        new CrdInstaller(cluster),
                        decisions,
                        counters);
        usage.tell(controller::changed);
        pods.tell(controller::changed);
        prometheus.tell(controller::changedObject);
        recommenders.tell(controller::changedObject);
        cluster.serve(
                new ResourceType(Controller.KIND, "datadogpodautoscalers", true, Set.of("status")));
        cluster.serve(new ResourceType(DEPLOYMENT, "deployments", true, Set.of("scale")));
        cluster.serve(new ResourceType(POD, "pods", true, Set.of("resize")));
        cluster.serve(new ResourceType(USAGE, "pods", true, Set.of()));
        elections.lead();
    }

    private void changed(String namespace) {
        controller.changed(namespace);
    }

    @Override
    public void close() {
        usage.close();
        prometheus.close();
        recommenders.close();
        controller.close(Duration.ofSeconds(5));
        rivals.close();
        targets.close();
        pods.close();
    }

    /** A Deployment with so many replicas, and so much CPU of the 100m that each asks for. */
    void deployment(String name, int replicas, String cpu) {
        cluster.scale(target(name), replicas, replicas, "app=" + name);
        pods(name, replicas, cpu);
    }

    /** All at once: nobody reads from the cluster meanwhile. */
    void pods(String app, int count, String cpu) {
        synchronized (cluster) {
            for (int i = 0; i < count; i++) {
                pod(app, app + "-" + i, cpu);
            }
        }
    }

    private void pod(String app, String name, String cpu) {
        Map<String, Object> metadata =
                Map.of("namespace", "default", "name", name, "labels", Map.of("app", app));
        Map<String, Object> asks =
                Map.of("name", "app", "resources", Map.of("requests", Map.of("cpu", "100m")));
        cluster.put(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Pod",
                        "metadata",
                        metadata,
                        "spec",
                        Map.of("containers", List.of(asks)),
                        "status",
                        Map.of("phase", "Running", "startTime", "2026-01-01T00:00:00Z")));
        cluster.put(
                Map.of(
                        "apiVersion",
                        USAGE.apiVersion(),
                        "kind",
                        USAGE.kind(),
                        "metadata",
                        metadata,
                        "timestamp",
                        Instant.now().toString(),
                        "window",
                        "30s",
                        "containers",
                        List.of(Map.of("name", "app", "usage", Map.of("cpu", cpu)))));
    }

    /** An autoscaler of the Deployment of its name that holds the CPU at 50 %. */
    Map<String, Object> scaler(String name) {
        Map<String, Object> cpu =
                Map.of(
                        "type",
                        "PodResource",
                        "podResource",
                        Map.of(
                                "name",
                                "cpu",
                                "value",
                                Map.of("type", "Utilization", "utilization", 50)));
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("owner", "Local");
        spec.put("targetRef", Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", name));
        spec.put("constraints", Map.of("maxReplicas", 30));
        spec.put("objectives", List.of(cpu));
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("namespace", "default");
        metadata.put("name", name);
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("apiVersion", Controller.KIND.apiVersion());
        tree.put("kind", Controller.KIND.kind());
        tree.put("metadata", metadata);
        tree.put("spec", spec);
        return tree;
    }

    /** The same with something else in its {@code metadata}. */
    static Map<String, Object> with(Map<String, Object> scaler, String key, Object value) {
        Map<String, Object> metadata = new HashMap<>(KubeObject.map(scaler, "metadata"));
        metadata.put(key, value);
        Map<String, Object> other = new LinkedHashMap<>(scaler);
        other.put("metadata", metadata);
        return other;
    }

    static ObjectRef ref(String name) {
        return new ObjectRef(Controller.KIND, "default", name, "");
    }

    private static ObjectRef target(String name) {
        return new ObjectRef(DEPLOYMENT, "default", name, "");
    }

    int replicas(String name) {
        return (Integer) cluster.scaled(target(name)).orElseThrow().spec().get("replicas");
    }

    String status(String name, String condition) {
        return condition(name, condition).status().word();
    }

    Condition condition(String name, String type) {
        return cluster.stored(ref(name))
                .flatMap(object -> Condition.find(Condition.of(object), type))
                .orElse(new Condition(type, Condition.Status.UNKNOWN, "", "", Instant.EPOCH));
    }

    List<String> told(String reason) {
        return events.events().stream()
                .filter(event -> event.reason().equals(reason))
                .map(FakeEventRecorder.Event::note)
                .toList();
    }

    String explain(String name) {
        return new KnownAutoscalers(controller, decisions)
                .text("default", name, Map.of())
                .orElse("");
    }

    void until(String what, String name, Callable<Boolean> condition) {
        Await.until(
                what,
                Duration.ofSeconds(10),
                condition,
                () -> cluster.stored(ref(name)) + " " + events.events() + " " + explain(name));
    }
}
