package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A Deployment on a real API server follows the usage of its pods. Nothing acts on objects there,
 * so the test is the one that makes pods and measures them.
 */
class ScalingIT {

    private static final String APPS = "/apis/apps/v1/namespaces/default/deployments/";
    private static final String PODS = "/api/v1/namespaces/default/pods/";
    private static final String USAGE = "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/";
    private static final String HPAS =
            "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/";
    private static final String SCALERS =
            "/apis/datadoghq.com/v1alpha2/namespaces/default/datadogpodautoscalers/";

    /** What metrics-server would serve; tests write it. */
    static final String POD_METRICS =
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: pods.metrics.k8s.io
              annotations: {api-approved.kubernetes.io: "unapproved, a test stand-in"}
            spec:
              group: metrics.k8s.io
              scope: Namespaced
              names: {plural: pods, singular: pod, kind: PodMetrics, listKind: PodMetricsList}
              versions:
              - name: v1beta1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    /** Where the VerticalPodAutoscaler is installed its recommender writes the status. */
    private static final String VPA =
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: verticalpodautoscalers.autoscaling.k8s.io
              annotations: {api-approved.kubernetes.io: "unapproved, a test stand-in"}
            spec:
              group: autoscaling.k8s.io
              scope: Namespaced
              names: {plural: verticalpodautoscalers, singular: verticalpodautoscaler, kind: VerticalPodAutoscaler}
              versions:
              - name: v1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    private static final String ADVICE =
            "/apis/autoscaling.k8s.io/v1/namespaces/default/verticalpodautoscalers/web";
    private static final String ADVICE_OF_300M =
            """
            apiVersion: autoscaling.k8s.io/v1
            kind: VerticalPodAutoscaler
            metadata: {name: web, namespace: default}
            spec:
              targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              updatePolicy: {updateMode: "Off"}
            status: {recommendation: {containerRecommendations: [{containerName: app, target: {cpu: 300m}}]}}
            """;

    private static ControlPlane cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = ControlPlane.start();
        cluster.apply(
                Files.readString(
                        Path.of(System.getProperty("drover.itests"))
                                .resolve("../deploy/kubernetes/crd/datadogpodautoscalers.yaml")));
        cluster.apply(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/pods.metrics.k8s.io",
                POD_METRICS);
        cluster.apply(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/verticalpodautoscalers.autoscaling.k8s.io",
                VPA);
        until(
                "VerticalPodAutoscalers are served",
                () ->
                        !cluster.get("/apis/autoscaling.k8s.io/v1/verticalpodautoscalers")
                                .has("code"),
                "");
        until(
                "PodMetrics are served",
                () -> !cluster.get("/apis/metrics.k8s.io/v1beta1/pods").has("code"),
                "");
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aDeploymentGrowsAndShrinksWithTheUsageOfItsPodsAndSaysWhy() {
        deployment("web", 2);
        pods("web", 2, "90m");
        cluster.apply(SCALERS + "web", scaler("web"));
        try (RunningDrover drover =
                RunningDrover.start("scaling")
                        .environment(
                                "DROVER_KUBERNETES_KUBECONFIG", cluster.kubeconfig().toString())
                        .environment("DROVER_AUTOSCALING_USAGE_INTERVAL_MS", "500")
                        .ready()) {
            until("the Deployment has four replicas", () -> replicas("web") == 4, "web");
            until(
                    "the event",
                    () ->
                            cluster.events("web").stream()
                                    .anyMatch(
                                            event ->
                                                    event.toString()
                                                            .contains(
                                                                    "from 2 replicas to 4 replicas")),
                    "web");
            assertThat(drover.verb("explain", "default/web").orFail())
                    .startsWith("default/web: ")
                    .contains("cpu is at 90 %, the goal is 50 %");
            assertThat(drover.verb("explain", "default/web", "--if", "cpu=500%").orFail())
                    .contains("default/web would be: ")
                    .contains("limited to 10")
                    .contains("with spec.constraints.maxReplicas: ");

            pods("web", 4, "10m");

            until("the Deployment has one replica", () -> replicas("web") == 1, "web");
            // Figures of pods change one after another: it may take steps on the way down.
            until(
                    "the first and the last change are in the status",
                    () -> changes().startsWith("2 to 4,") && changes().endsWith(" to 1,"),
                    "web");

            cluster.apply(
                    SCALERS + "web",
                    scaler("web")
                            .replace(
                                    "namespace: default}",
                                    "namespace: default, annotations: {autoscaling.datadoghq.com/force-resources:"
                                            + " '[{\"name\": \"app\", \"requests\": {\"cpu\": \"200m\"}}]'}}"));

            until("the pods ask for more", () -> request("web-0").equals("200m"), "web");
            until(
                    "the status tells of all pods",
                    () -> status("web").toString().contains("ResizeCompleted"),
                    "web");

            cluster.apply(ADVICE, ADVICE_OF_300M);
            cluster.apply(
                    SCALERS + "web",
                    scaler("web")
                            .replace(
                                    "namespace: default}",
                                    "namespace: default, annotations: {autoscaling.drover.io/vertical-source: vpa}}"));

            until(
                    "the pods ask for what is recommended",
                    () -> request("web-0").equals("300m"),
                    "web");
        }
    }

    @Test
    void whatAHorizontalPodAutoscalerScalesIsLeftAloneUntilItGoes() {
        deployment("shared", 2);
        pods("shared", 2, "90m");
        cluster.apply(
                HPAS + "theirs",
                """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: theirs, namespace: default}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shared}
                  minReplicas: 1
                  maxReplicas: 5
                """);
        cluster.apply(SCALERS + "shared", scaler("shared"));
        try (RunningDrover drover =
                RunningDrover.start("contested")
                        .environment(
                                "DROVER_KUBERNETES_KUBECONFIG", cluster.kubeconfig().toString())
                        .environment("DROVER_AUTOSCALING_USAGE_INTERVAL_MS", "500")
                        .ready()) {
            until(
                    "the status says who else scales it",
                    () ->
                            status("shared")
                                    .toString()
                                    .contains(
                                            "HorizontalPodAutoscaler default/theirs scales Deployment shared too"),
                    "shared");
            until(
                    "the event",
                    () ->
                            cluster.events("shared").stream()
                                    .anyMatch(
                                            event -> event.toString().contains("TargetContested")),
                    "shared");
            assertThat(drover.verb("explain", "default/shared").orFail())
                    .contains("HorizontalPodAutoscaler default/theirs");
            assertThat(replicas("shared")).isEqualTo(2);

            cluster.delete(HPAS + "theirs");

            until("the Deployment has four replicas", () -> replicas("shared") == 4, "shared");
        }
    }

    private static void deployment(String name, int replicas) {
        cluster.apply(
                APPS + name,
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: default}
                spec:
                  replicas: %2$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec: {containers: [{name: app, image: none}]}
                """
                        .formatted(name, replicas));
    }

    private static void pods(String app, int count, String cpu) {
        pods(cluster, "default", app, count, cpu);
    }

    /** Makes running pods with a request of 100m, and what they use. */
    static void pods(ControlPlane cluster, String namespace, String app, int count, String cpu) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        String pods = PODS.replace("/default/", "/" + namespace + "/");
        String usage = USAGE.replace("/default/", "/" + namespace + "/");
        for (int i = 0; i < count; i++) {
            String name = app + "-" + i;
            cluster.apply(
                    pods + name,
                    """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: %s, labels: {app: %s}}
                    spec: {containers: [{name: app, image: none, resources: {requests: {cpu: 100m}}}]}
                    """
                            .formatted(name, app));
            cluster.apply(
                    pods + name + "/status",
                    """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: %s}
                    status:
                      phase: Running
                      startTime: "2026-01-01T00:00:00Z"
                      conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}]
                    """
                            .formatted(name));
            cluster.apply(
                    usage + name,
                    """
                    apiVersion: metrics.k8s.io/v1beta1
                    kind: PodMetrics
                    metadata: {name: %s, labels: {app: %s}}
                    timestamp: "%s"
                    window: 30s
                    containers: [{name: app, usage: {cpu: %s}}]
                    """
                            .formatted(name, app, now, cpu));
        }
    }

    private static String scaler(String target) {
        return """
                apiVersion: datadoghq.com/v1alpha2
                kind: DatadogPodAutoscaler
                metadata: {name: %1$s, namespace: default}
                spec:
                  owner: Local
                  targetRef: {apiVersion: apps/v1, kind: Deployment, name: %1$s}
                  constraints: {maxReplicas: 10}
                  objectives:
                  - type: PodResource
                    podResource: {name: cpu, value: {type: Utilization, utilization: 50}}
                """
                .formatted(target);
    }

    private static int replicas(String name) {
        return cluster.get(APPS + name).getAsJsonObject("spec").get("replicas").getAsInt();
    }

    private static String request(String pod) {
        return cluster.get(PODS + pod)
                .getAsJsonObject("spec")
                .getAsJsonArray("containers")
                .get(0)
                .getAsJsonObject()
                .getAsJsonObject("resources")
                .getAsJsonObject("requests")
                .get("cpu")
                .getAsString();
    }

    private static String changes() {
        StringBuilder changes = new StringBuilder();
        status("web")
                .getAsJsonObject("horizontal")
                .getAsJsonArray("lastActions")
                .forEach(
                        change ->
                                changes.append(change.getAsJsonObject().get("replicas"))
                                        .append(" to ")
                                        .append(change.getAsJsonObject().get("toReplicas"))
                                        .append(','));
        return changes.toString();
    }

    private static JsonObject status(String name) {
        return cluster.get(SCALERS + name).getAsJsonObject("status");
    }

    private static void until(String what, Callable<Boolean> condition, String name) {
        Await.until(
                what,
                Duration.ofSeconds(40),
                condition,
                () ->
                        name.isEmpty()
                                ? ""
                                : cluster.get(SCALERS + name) + "\n" + cluster.events(name));
    }
}
