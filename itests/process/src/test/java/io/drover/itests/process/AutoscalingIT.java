package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The cluster half against a real API server. */
class AutoscalingIT {

    private static final Duration REACTION = Duration.ofSeconds(2);
    private static final Duration TAKE_OVER = Duration.ofSeconds(40);

    private static ControlPlane cluster;

    @BeforeAll
    static void start() {
        cluster = ControlPlane.start();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void waitsForTheCrdByNameAndGoesOnWhenItComes() throws IOException {
        cluster.deleteCrdIfThere();
        try (RunningDrover drover = agent("crd-late").ready()) {
            Await.until(
                    "autoscaling says that the CRD is missing",
                    Duration.ofSeconds(30),
                    () ->
                            drover.subsystem("autoscaling")
                                    .get("reason")
                                    .getAsString()
                                    .contains("datadogpodautoscalers"),
                    () -> drover.subsystem("autoscaling").toString());

            cluster.apply(crd());

            Await.until(
                    "autoscaling is active",
                    Duration.ofSeconds(40),
                    () ->
                            drover.subsystem("autoscaling")
                                    .get("state")
                                    .getAsString()
                                    .equals("active"),
                    () -> drover.subsystem("autoscaling").toString());
        }
    }

    @Test
    void givesANewObjectAConditionAndAnEventWithinTwoSeconds() throws IOException {
        cluster.apply(crd());
        try (RunningDrover drover = agent("reaction").ready()) {
            Await.until(
                    "the controller leads",
                    TAKE_OVER,
                    () ->
                            drover.subsystem("autoscaling")
                                    .get("state")
                                    .getAsString()
                                    .equals("active"),
                    () -> drover.subsystem("autoscaling") + "\n" + drover.subsystem("kubernetes"));
            String name = "reaction-" + ProcessHandle.current().pid();

            Path document = drover.home().resolve("autoscaler.yaml");
            Files.writeString(document, autoscaler(name, "no-such-deployment"));
            Instant applied = Instant.now();
            cluster.kubectl("apply", "-f", document.toString());
            Instant returned = Instant.now();

            Await.until(
                    "a condition and an event",
                    REACTION,
                    () -> !conditions(name).isEmpty() && !cluster.events(name).isEmpty(),
                    () -> conditions(name) + " " + cluster.events(name));
            System.out.println(
                    "condition and event "
                            + Duration.between(applied, Instant.now()).toMillis()
                            + " ms after kubectl apply was typed, "
                            + Duration.between(returned, Instant.now()).toMillis()
                            + " ms after it had returned");
            JsonObject refusal =
                    conditions(name).stream()
                            .filter(condition -> condition.has("reason"))
                            .filter(
                                    condition ->
                                            condition
                                                    .get("reason")
                                                    .getAsString()
                                                    .equals("TargetNotFound"))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new AssertionError(
                                                    "no TargetNotFound in " + conditions(name)));
            assertThat(refusal.get("message").getAsString()).contains("no-such-deployment");
            JsonObject lease =
                    cluster.get("/apis/coordination.k8s.io/v1/namespaces/default/leases");
            assertThat(lease.getAsJsonArray("items")).isNotEmpty();
            assertThat(drover.api("/api/v1/autoscaling").body()).contains(name);
            assertThat(cluster.kubectl("describe", "datadogpodautoscaler", name))
                    .contains("Type:                  Active")
                    .containsPattern("Warning +TargetNotFound .*no-such-deployment");
        }
    }

    @Test
    void handsOverToAnotherReplicaWhenItStops() throws IOException {
        cluster.apply(crd());
        try (RunningDrover first = agent("leader-one").ready()) {
            Await.until(
                    "the first leads",
                    TAKE_OVER,
                    () ->
                            first.subsystem("autoscaling")
                                    .get("state")
                                    .getAsString()
                                    .equals("active"),
                    () -> first.subsystem("kubernetes").toString());
            String holder = cluster.leaseHolder();
            try (RunningDrover second = agent("leader-two").ready()) {
                assertThat(cluster.leaseHolder()).isEqualTo(holder).isNotEmpty();

                assertThat(first.stop()).isZero();

                Await.until(
                        "the second leads",
                        Duration.ofSeconds(10),
                        () ->
                                !cluster.leaseHolder().isEmpty()
                                        && !cluster.leaseHolder().equals(holder),
                        () -> cluster.leaseHolder() + "\n" + second.subsystem("kubernetes"));
                Await.until(
                        "events about the Lease tell of both",
                        Duration.ofSeconds(20),
                        () -> led(holder, cluster.leaseHolder()),
                        () -> cluster.events("drover-autoscaling").toString());
                String name = "handed-over-" + ProcessHandle.current().pid();
                cluster.apply(autoscaler(name, "no-such-deployment"));
                Await.until(
                        "the new leader reacts",
                        Duration.ofSeconds(10),
                        () -> !conditions(name).isEmpty(),
                        () -> second.subsystem("autoscaling").toString());
            }
        }
    }

    @Test
    void staysReadyAndComesBackWhenTheApiServerGoesAndReturns() throws IOException {
        cluster.apply(crd());
        try (RunningDrover drover = agent("outage").ready()) {
            Await.until(
                    "the controller leads",
                    TAKE_OVER,
                    () ->
                            drover.subsystem("autoscaling")
                                    .get("state")
                                    .getAsString()
                                    .equals("active"),
                    () -> drover.subsystem("autoscaling").toString());

            cluster.kill();

            Await.until(
                    "the outage is said",
                    Duration.ofSeconds(40),
                    () ->
                            !drover.subsystem("kubernetes")
                                    .get("state")
                                    .getAsString()
                                    .equals("active"),
                    () -> drover.subsystem("kubernetes").toString());
            assertThat(drover.plain("health", "/ready").statusCode()).isEqualTo(200);

            cluster.revive();

            String name = "after-outage-" + ProcessHandle.current().pid();
            cluster.apply(autoscaler(name, "no-such-deployment"));
            Await.until(
                    "an object is served again",
                    Duration.ofSeconds(60),
                    () -> !conditions(name).isEmpty(),
                    () -> drover.subsystem("kubernetes") + "\n" + drover.subsystem("autoscaling"));
        }
    }

    /** Whether one is said to have stopped, and then another one to lead. */
    private static boolean led(String former, String next) {
        String events = cluster.events("drover-autoscaling").toString();
        return events.contains(former + " became leader in term")
                && events.contains(former + " stopped leading in term")
                && events.contains(next + " became leader in term");
    }

    private static RunningDrover.Start agent(String home) {
        return RunningDrover.start(home)
                .environment("DROVER_KUBERNETES_KUBECONFIG", cluster.kubeconfig().toString());
    }

    static String crd() throws IOException {
        Path folder =
                Path.of(System.getProperty("drover.itests"))
                        .resolve("../deploy/kubernetes/crd")
                        .normalize();
        try (var files = Files.list(folder)) {
            return Files.readString(
                    files.filter(file -> file.toString().endsWith(".yaml"))
                            .findFirst()
                            .orElseThrow());
        }
    }

    private static String autoscaler(String name, String target) {
        return """
                apiVersion: datadoghq.com/v1alpha2
                kind: DatadogPodAutoscaler
                metadata: {name: %s, namespace: default}
                spec:
                  owner: Local
                  targetRef: {apiVersion: apps/v1, kind: Deployment, name: %s}
                  objectives:
                  - type: PodResource
                    podResource: {name: cpu, value: {type: Utilization, utilization: 80}}
                """
                .formatted(name, target);
    }

    private static List<JsonObject> conditions(String name) {
        List<JsonObject> conditions = new ArrayList<>();
        JsonObject object =
                cluster.get(
                        "/apis/datadoghq.com/v1alpha2/namespaces/default/datadogpodautoscalers/"
                                + name);
        if (object.has("status") && object.getAsJsonObject("status").has("conditions")) {
            for (JsonElement condition :
                    object.getAsJsonObject("status").getAsJsonArray("conditions")) {
                conditions.add(condition.getAsJsonObject());
            }
        }
        return conditions;
    }
}
