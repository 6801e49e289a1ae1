package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.drover.testing.Await;
import io.drover.testing.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The leader is killed in the middle of scaling; the next one, with a home of its own, keeps its
 * rates and windows. What was written is what the API server's audit log has, and is held against
 * the journals of both.
 */
class ScalingFailoverIT {

    private static final String APPS = "/apis/apps/v1/namespaces/default/deployments/";
    private static final String PODS = "/api/v1/namespaces/default/pods/";
    private static final String USAGE = "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/";
    private static final String SCALERS =
            "/apis/datadoghq.com/v1alpha2/namespaces/default/datadogpodautoscalers/";
    private static final int PERIOD_SECONDS = 25;
    private static final int WINDOW_SECONDS = 40;

    /** A status has whole seconds, and tells when was looked, which is before the write. */
    private static final long GRAIN_MILLIS = 3_000;

    private static ControlPlane cluster;

    private final Map<String, Path> homes = new TreeMap<>();

    @BeforeAll
    static void start() throws IOException {
        cluster = ControlPlane.audited();
        cluster.apply(AutoscalingIT.crd());
        cluster.apply(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/pods.metrics.k8s.io",
                ScalingIT.POD_METRICS);
        until(
                "PodMetrics are served",
                () -> !cluster.get("/apis/metrics.k8s.io/v1beta1/pods").has("code"));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** A write of the replicas that the API server did. */
    private record Scaled(long version, long base, int replicas, Instant at) {}

    /** A line of a journal. */
    private record Decided(String id, long at, int from, int to) {}

    @Test
    void theNextLeaderKeepsRatesAndWindowsAndNothingIsWrittenTwice() throws Exception {
        cluster.apply(
                APPS + "web",
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: default}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: app, image: none}]}
                """);
        pods("50m");
        try (RunningDrover first = agent("first").ready()) {
            until("the first leads", () -> active(first));
            try (RunningDrover second = agent("second").ready()) {
                cluster.apply(
                        SCALERS + "web",
                        """
                        apiVersion: datadoghq.com/v1alpha2
                        kind: DatadogPodAutoscaler
                        metadata: {name: web, namespace: default}
                        spec:
                          owner: Local
                          targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
                          constraints: {maxReplicas: 30}
                          applyPolicy:
                            scaleUp: {rules: [{type: Pods, value: 2, periodSeconds: %d}]}
                            scaleDown: {stabilizationWindowSeconds: %d}
                          objectives:
                          - type: PodResource
                            podResource: {name: cpu, value: {type: Utilization, utilization: 50}}
                        """
                                .formatted(PERIOD_SECONDS, WINDOW_SECONDS));
                // Of an object without a status nobody can tell what was changed before.
                until("the status tells of two replicas", () -> desired() == 2);

                pods("300m");
                // As soon as the replicas are written: the status may be on its way, or may not be.
                until("the first has scaled", () -> replicas() == 4);
                first.signal("KILL");

                until("the second goes on", () -> replicas() == 6);

                pods("10m");
                Instant quiet = Instant.now();
                until("the second has seen it", () -> recommended(second) < 6);
                try (RunningDrover third = agent("third").ready()) {
                    second.signal("KILL");

                    until("the third takes away", () -> replicas() < 6);

                    judge(List.of("first", "second", "third"), quiet);
                    assertThat(third.verb("journal", "--verify").orFail()).isNotEmpty();
                }
            }
        }
    }

    private void judge(List<String> leaders, Instant quiet) throws IOException {
        List<Scaled> writes = writes();
        assertThat(writes).extracting(Scaled::replicas).startsWith(4, 6);
        Scaled last = writes.get(writes.size() - 1);
        assertThat(last.replicas).isLessThan(6);
        long between = Duration.between(writes.get(0).at, writes.get(1).at).toMillis();
        long held = Duration.between(quiet, last.at).toMillis();
        History history = new History();
        List<Long> terms = claims(history);
        Map<String, List<Decided>> journals = new TreeMap<>();
        for (String leader : leaders) {
            journals.put(leader, journal(leader));
        }
        int unlogged = 0;
        int before = 2;
        for (int i = 0; i < writes.size(); i++) {
            Scaled write = writes.get(i);
            String id = "";
            long term = -1;
            for (int j = 0; j < leaders.size() && id.isEmpty(); j++) {
                for (Decided decided : journals.get(leaders.get(j))) {
                    if (decided.from == before
                            && decided.to == write.replicas
                            && Math.abs(decided.at - write.at.toEpochMilli()) < 5_000) {
                        id = decided.id;
                        term = terms.get(j);
                    }
                }
            }
            if (id.isEmpty()) { // its leader was killed before its journal had it
                unlogged++;
                id = "unlogged-" + i;
                term = terms.get(Math.min(i, terms.size() - 1));
            }
            history.decision(id, term, "default/web", write.base);
            history.write(
                    new History.Write("default/web", write.version, write.base, i + 1, term, id));
            before = write.replicas;
        }
        History.Verdict verdict = history.judge();
        System.out.println(
                "leaders killed in the middle of scaling: 2, writes: "
                        + writes.size()
                        + ", double writes: "
                        + verdict.findings().size()
                        + ", killed before the journal had it: "
                        + unlogged
                        + ", terms: "
                        + verdict.terms()
                        + ", ms between two steps of a rule of "
                        + PERIOD_SECONDS
                        + " s: "
                        + between
                        + ", ms that a window of "
                        + WINDOW_SECONDS
                        + " s held: "
                        + held);
        assertThat(verdict.findings()).isEmpty();
        assertThat(unlogged).isLessThanOrEqualTo(2);
        assertThat(verdict.terms()).isEqualTo(leaders.size());
        assertThat(between).isGreaterThanOrEqualTo(PERIOD_SECONDS * 1_000L - GRAIN_MILLIS);
        // The last high recommendation is at most one look older than the new figure.
        assertThat(held).isGreaterThanOrEqualTo((WINDOW_SECONDS - 3) * 1_000L);
        long chained = writes.stream().skip(1).filter(write -> isBase(write.base, writes)).count();
        assertThat(chained)
                .as("each write was made from the one before")
                .isEqualTo(writes.size() - 1L);
    }

    private static boolean isBase(long base, List<Scaled> writes) {
        return writes.stream().anyMatch(write -> write.version == base);
    }

    private static List<Scaled> writes() {
        List<Scaled> writes = new ArrayList<>();
        for (JsonObject event : cluster.audit()) {
            if (resource(event).equals("deployments") && well(event)) {
                JsonObject asked = event.getAsJsonObject("requestObject");
                JsonObject made = event.getAsJsonObject("responseObject");
                writes.add(
                        new Scaled(
                                version(made),
                                version(asked),
                                made.getAsJsonObject("spec").get("replicas").getAsInt(),
                                Instant.parse(event.get("stageTimestamp").getAsString())));
            }
        }
        return writes;
    }

    /** The terms of the Lease of our controller, in order. */
    private static List<Long> claims(History history) {
        List<Long> terms = new ArrayList<>();
        for (JsonObject event : cluster.audit()) {
            if (!resource(event).equals("leases") || !well(event)) {
                continue;
            }
            JsonObject lease = event.getAsJsonObject("responseObject");
            JsonObject metadata = lease.getAsJsonObject("metadata");
            JsonObject spec = lease.getAsJsonObject("spec");
            if (!metadata.get("name").getAsString().contains("autoscaling") || spec == null) {
                continue;
            }
            String holder =
                    spec.has("holderIdentity") ? spec.get("holderIdentity").getAsString() : "";
            long term = spec.has("leaseTransitions") ? spec.get("leaseTransitions").getAsLong() : 0;
            history.claim(
                    new History.Claim(
                            version(lease), metadata.get("uid").getAsString(), holder, term));
            if (!holder.isEmpty() && !terms.contains(term)) {
                terms.add(term);
            }
        }
        return terms;
    }

    private List<Decided> journal(String leader) throws IOException {
        List<Decided> decided = new ArrayList<>();
        try (var files = Files.list(homes.get(leader).resolve("state/autoscaling"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".journal")).toList()) {
                for (String line : Files.readAllLines(file)) {
                    String[] fields = line.split("\t", -1);
                    if (fields.length == 12 && fields[2].equals("scale")) {
                        decided.add(
                                new Decided(
                                        leader + "-" + fields[0],
                                        Long.parseLong(fields[1]),
                                        Integer.parseInt(fields[7]),
                                        Integer.parseInt(fields[9])));
                    }
                }
            }
        }
        return decided;
    }

    private static String resource(JsonObject event) {
        return event.getAsJsonObject("objectRef").get("resource").getAsString();
    }

    private static boolean well(JsonObject event) {
        return event.getAsJsonObject("responseStatus").get("code").getAsInt() < 300
                && event.has("responseObject");
    }

    private static long version(JsonObject object) {
        return object.getAsJsonObject("metadata").get("resourceVersion").getAsLong();
    }

    private RunningDrover.Start agent(String name) {
        RunningDrover.Start start =
                RunningDrover.start("scaling-" + name)
                        .environment(
                                "DROVER_KUBERNETES_KUBECONFIG", cluster.kubeconfig().toString())
                        .environment("DROVER_KUBERNETES_ELECTION_LEASE_SECONDS", "6")
                        .environment("DROVER_KUBERNETES_ELECTION_RENEW_DEADLINE_MS", "4000")
                        .environment("DROVER_KUBERNETES_ELECTION_RETRY_MS", "1000")
                        .environment("DROVER_KUBERNETES_ELECTION_REQUEST_TIMEOUT_MS", "900")
                        .environment("DROVER_KUBERNETES_WRITE_TIMEOUT_MS", "2000")
                        .environment("DROVER_AUTOSCALING_CHECK_INTERVAL_MS", "1000")
                        .environment("DROVER_AUTOSCALING_USAGE_INTERVAL_MS", "500");
        homes.put(name, start.home());
        return start;
    }

    private static boolean active(RunningDrover drover) {
        return drover.subsystem("autoscaling").toString().contains("leader in term");
    }

    private static int recommended(RunningDrover drover) {
        return RunningDrover.json(drover.api("/api/v1/autoscaling/default/web/explain").body())
                .get("recommended")
                .getAsInt();
    }

    /** As many as there will ever be: pods without a replica are not made here. */
    private static void pods(String cpu) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        for (int i = 0; i < 6; i++) {
            String name = "web-" + i;
            cluster.apply(
                    PODS + name,
                    """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: %s, namespace: default, labels: {app: web}}
                    spec: {containers: [{name: app, image: none, resources: {requests: {cpu: 100m}}}]}
                    """
                            .formatted(name));
            cluster.apply(
                    PODS + name + "/status",
                    """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: %s, namespace: default}
                    status:
                      phase: Running
                      startTime: "2026-01-01T00:00:00Z"
                      conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}]
                    """
                            .formatted(name));
            cluster.apply(
                    USAGE + name,
                    """
                    apiVersion: metrics.k8s.io/v1beta1
                    kind: PodMetrics
                    metadata: {name: %s, namespace: default, labels: {app: web}}
                    timestamp: "%s"
                    window: 30s
                    containers: [{name: app, usage: {cpu: %s}}]
                    """
                            .formatted(name, now, cpu));
        }
    }

    private static int desired() {
        JsonObject at = cluster.get(SCALERS + "web");
        for (String step : List.of("status", "horizontal", "target")) {
            at = at.has(step) ? at.getAsJsonObject(step) : new JsonObject();
        }
        return at.has("desiredReplicas") ? at.get("desiredReplicas").getAsInt() : 0;
    }

    private static int replicas() {
        return cluster.get(APPS + "web").getAsJsonObject("spec").get("replicas").getAsInt();
    }

    private static void until(String what, Callable<Boolean> condition) {
        Await.until(
                what,
                Duration.ofMinutes(2),
                condition,
                () -> cluster.get(SCALERS + "web") + "\n" + cluster.get(APPS + "web"));
    }
}
