package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The agent as a service account with the rights of its own manifests and no others, on a real API
 * server whose audit log tells what it asked for.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RbacIT {

    private static final Path MANIFESTS =
            Path.of(System.getProperty("drover.itests"))
                    .resolve("../deploy/kubernetes")
                    .normalize();
    private static final String ACCOUNT = "system:serviceaccount:drover:drover";

    /** Every account may ask what it may do: the ClusterRole system:basic-user. */
    private static final String OF_EVERYBODY =
            "create selfsubjectaccessreviews.authorization.k8s.io";

    private static final String SCALERS =
            "/apis/datadoghq.com/v1alpha2/namespaces/shop/datadogpodautoscalers/";
    private static final String APPS = "/apis/apps/v1/namespaces/shop/";

    /** The bar, and how many objects lie still meanwhile. */
    private static final double REQUESTS_PER_SECOND_MAX = 5;

    private static final int OBJECTS = Integer.getInteger("drover.quiet.objects", 100);
    private static final Duration QUIET =
            Duration.ofSeconds(Integer.getInteger("drover.quiet.seconds", 15));

    private static ControlPlane cluster;
    private static RunningDrover drover;

    @BeforeAll
    static void start() throws IOException {
        cluster = ControlPlane.loggingAccounts();
        cluster.kubectl("create", "namespace", "drover");
        cluster.kubectl("create", "namespace", "shop");
        cluster.kubectl("apply", "-f", MANIFESTS.resolve("rbac.yaml").toString());
        cluster.kubectl("apply", "-f", MANIFESTS.resolve("rbac-install-crd.yaml").toString());
        cluster.apply(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/pods.metrics.k8s.io",
                ScalingIT.POD_METRICS);
        RunningDrover.Start start = RunningDrover.start("rbac");
        Path kubeconfig = cluster.kubeconfig(start.home(), "drover", "drover");
        drover =
                start.environment("DROVER_KUBERNETES_KUBECONFIG", kubeconfig.toString())
                        .environment("DROVER_AUTOSCALING_INSTALL_CRD", "true")
                        .environment("DROVER_SECURITY_KUBERNETES_TOKENS", "all")
                        .ready();
        until(
                "the controller has made its kind and leads",
                () -> drover.subsystem("autoscaling").get("state").getAsString().equals("active"));
    }

    @AfterAll
    static void stop() {
        if (drover != null) {
            drover.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void theManifestsAreWhatTheCodeDeclares() throws IOException {
        try (RunningDrover plain = RunningDrover.start("rbac-plain").ready()) {
            Await.until(
                    "rbac.yaml is what the agent says (written anew by: ./drover rbac >"
                            + " deploy/kubernetes/rbac.yaml)",
                    Duration.ofSeconds(20),
                    () -> plain.verb("rbac").orFail().equals(read("rbac.yaml")),
                    () -> plain.verb("rbac").orFail());
            assertThat(plain.verb("rbac", "nothing").output())
                    .contains("no feature named nothing; there are: autoscaling, events, identity");
        }
        assertThat(drover.verb("rbac", "install-crd").orFail())
                .isEqualTo(read("rbac-install-crd.yaml"));
    }

    @Test
    @Order(2)
    void theAgentDoesAllItsWorkAndAsksForNothingElse() {
        List<String> kinds = List.of("Deployment", "StatefulSet", "ReplicaSet");
        kinds.forEach(RbacIT::busy);
        events();
        for (String kind : kinds) {
            until(kind + " has four replicas", () -> replicas(kind) == 4);
        }
        cluster.kubectl(
                "annotate",
                "datadogpodautoscaler",
                "deployment",
                "--namespace=shop",
                "autoscaling.datadoghq.com/force-resources=[{\"name\": \"app\", \"requests\": {\"cpu\": \"200m\"}}]");
        until("pods are resized", () -> used().contains("patch pods/resize"));
        assertThat(names()).contains("kube-system");
        assertThat(review()).isIn(401, 403);

        follow();
        assertThat(drover.verb("diagnose", "rights").orFail())
                .contains("autoscaling: datadogpodautoscalers/status")
                .doesNotContain("may not");

        assertThat(denied()).as("refused by the API server").isEmpty();
        Set<String> declared = declared(false);
        until(
                "each right is used or said to be used seldom; these are not: ",
                () -> used().containsAll(declared),
                () -> {
                    Set<String> unused = new TreeSet<>(declared);
                    unused.removeAll(used());
                    return unused.toString();
                });
        Set<String> more = used();
        more.removeAll(declared(true));
        more.remove(OF_EVERYBODY);
        assertThat(more).as("asked for by right of others").isEmpty();
    }

    @Test
    @Order(3)
    void objectsThatLieStillCostTheApiServerNextToNothing() {
        for (int i = 0; i < OBJECTS; i++) {
            cluster.apply(APPS + "deployments/still-" + i, workload("Deployment", "still-" + i));
            cluster.apply(SCALERS + "still-" + i, scaler("still-" + i, "Deployment", "still-" + i));
        }
        Await.until(
                "the last one has its status",
                Duration.ofSeconds(60).plusMillis(200L * OBJECTS), // 20 writes a second
                () -> cluster.get(SCALERS + "still-" + (OBJECTS - 1)).has("status"),
                () -> drover.verb("status").output());
        Await.until(
                "a quiet time",
                Duration.ofMinutes(4),
                () -> between(Instant.now().minusSeconds(5), Instant.now()) <= 25,
                () -> between(Instant.now().minusSeconds(5), Instant.now()) + " requests in 5 s");

        Instant from = Instant.now();
        Await.until(
                "the time of the measurement",
                QUIET.plusSeconds(30),
                () -> Instant.now().isAfter(from.plus(QUIET)),
                () -> "");

        double rate = between(from, from.plus(QUIET)) / (double) QUIET.toSeconds();
        System.out.printf(
                "at rest: %d autoscalers, %.2f requests/s in %d s, bar %.0f%n",
                OBJECTS, rate, QUIET.toSeconds(), REQUESTS_PER_SECOND_MAX);
        assertThat(rate).isLessThanOrEqualTo(REQUESTS_PER_SECOND_MAX);
    }

    @Test
    @Order(4)
    void theIdOfTheClusterIsKeptInAConfigMapWhereThatIsWanted() throws IOException {
        RunningDrover.Start start = RunningDrover.start("rbac-identity");
        try (RunningDrover other =
                start.environment("DROVER_KUBERNETES_KUBECONFIG", cluster.kubeconfig().toString())
                        .environment("DROVER_KUBERNETES_CLUSTER_ID_CONFIG_MAP", "the-id")
                        .ready()) {
            Files.writeString(
                    start.home().resolve("rbac.yaml"), other.verb("rbac", "identity").orFail());
            assertThat(
                            cluster.kubectl(
                                    "apply",
                                    "--dry-run=server",
                                    "-f",
                                    start.home().resolve("rbac.yaml").toString()))
                    .contains("role.rbac.authorization.k8s.io/drover-identity created");
            String uid =
                    cluster.get("/api/v1/namespaces/kube-system")
                            .getAsJsonObject("metadata")
                            .get("uid")
                            .getAsString();
            until(
                    "the ConfigMap has it",
                    () ->
                            cluster.get("/api/v1/namespaces/default/configmaps/the-id")
                                    .toString()
                                    .contains("\"id\":\"" + uid + "\""));
            assertThat(other.subsystem("kubernetes").toString()).contains(uid);
        }
    }

    /** An autoscaler whose target, named as its kind, is at twice its goal. */
    private static void busy(String kind) {
        String name = kind.toLowerCase(Locale.ROOT);
        cluster.apply(path(kind), workload(kind, name));
        ScalingIT.pods(cluster, "shop", name, 2, "100m");
        cluster.apply(SCALERS + name, scaler(name, kind, name));
    }

    private static int replicas(String kind) {
        return cluster.get(path(kind)).getAsJsonObject("spec").get("replicas").getAsInt();
    }

    private static String path(String kind) {
        String name = kind.toLowerCase(Locale.ROOT);
        return APPS + name + "s/" + name;
    }

    /** The same event twice: the second is a patch of the first. */
    private static void events() {
        String lost = SCALERS + "lost";
        cluster.apply(APPS + "deployments/still", workload("Deployment", "still"));
        for (int i = 0; i < 2; i++) {
            cluster.apply(lost, scaler("lost", "Deployment", "nowhere"));
            int seen = i + 1;
            until("event " + seen, () -> told("lost", "TargetNotFound") >= seen);
            cluster.apply(lost, scaler("lost", "Deployment", "still"));
            until("found " + seen, () -> told("lost", "TargetFound") >= seen);
        }
        cluster.delete(lost);
    }

    private static int told(String name, String reason) {
        int count = 0;
        for (JsonElement element :
                cluster.get("/apis/events.k8s.io/v1/namespaces/shop/events")
                        .getAsJsonArray("items")) {
            JsonObject event = element.getAsJsonObject();
            if (event.getAsJsonObject("regarding").get("name").getAsString().equals(name)
                    && event.get("reason").getAsString().equals(reason)) {
                JsonObject series = event.getAsJsonObject("series");
                count += series == null ? 1 : series.get("count").getAsInt();
            }
        }
        return count;
    }

    private static String names() {
        return Command.run(
                        "sh",
                        "-c",
                        Grpcurl.path()
                                + " -max-time 10 -cacert "
                                + drover.authority()
                                + " -H 'authorization: Bearer "
                                + drover.token()
                                + "' 127.0.0.1:"
                                + drover.port("grpc")
                                + " drover.v1.Metadata/WatchMetadata; true")
                .output();
    }

    /** A second replica watches the Lease of the first one. */
    private static void follow() {
        try (RunningDrover second =
                RunningDrover.start("rbac-second")
                        .environment(
                                "DROVER_KUBERNETES_KUBECONFIG",
                                drover.home().resolve("drover.kubeconfig").toString())
                        .ready()) {
            until(
                    "the second one watches the Lease",
                    () -> used().contains("watch leases.coordination.k8s.io"),
                    second::terminal);
        }
    }

    /** A caller with a token of the cluster, who may not read this. */
    private static int review() {
        cluster.kubectl("create", "serviceaccount", "caller");
        String token = cluster.kubectl("create", "token", "caller").strip();
        return drover.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "https://127.0.0.1:"
                                                        + drover.port("api")
                                                        + "/api/v1/status"))
                                .header("Authorization", "Bearer " + token))
                .statusCode();
    }

    /** What the agent declares, one word for each verb and resource. */
    private static Set<String> declared(boolean withSeldom) {
        Set<String> all = new TreeSet<>();
        JsonObject answer = RunningDrover.json(drover.api("/api/v1/kubernetes/rbac").body());
        for (JsonElement element : answer.getAsJsonArray("rights")) {
            JsonObject right = element.getAsJsonObject();
            for (JsonElement resource : right.getAsJsonArray("resources")) {
                for (JsonElement verb : right.getAsJsonArray("verbs")) {
                    if (withSeldom || !right.getAsJsonArray("seldom").contains(verb)) {
                        all.add(
                                word(
                                        verb.getAsString(),
                                        right.get("group").getAsString(),
                                        resource.getAsString()));
                    }
                }
            }
        }
        return all;
    }

    private static Set<String> used() {
        Set<String> all = new TreeSet<>();
        for (JsonObject request : requests()) {
            JsonObject object = request.getAsJsonObject("objectRef");
            if (object != null) {
                String sub = text(object, "subresource");
                all.add(
                        word(
                                text(request, "verb"),
                                text(object, "apiGroup"),
                                text(object, "resource") + (sub.isEmpty() ? "" : "/" + sub)));
            }
        }
        return all;
    }

    private static List<String> denied() {
        List<String> all = new ArrayList<>();
        for (JsonObject request : requests()) {
            int code = request.getAsJsonObject("responseStatus").get("code").getAsInt();
            if (code == 401 || code == 403) {
                all.add(text(request, "verb") + " " + text(request, "requestURI"));
            }
        }
        return all;
    }

    /** Requests that ended, and watches that began, in a time. */
    private static long between(Instant from, Instant to) {
        return requests().stream()
                .map(request -> Instant.parse(text(request, "stageTimestamp")))
                .filter(at -> !at.isBefore(from) && at.isBefore(to))
                .count();
    }

    /** Those of the agent alone. */
    private static List<JsonObject> requests() {
        return cluster.audit().stream()
                .filter(line -> text(line.getAsJsonObject("user"), "username").equals(ACCOUNT))
                .toList();
    }

    private static String word(String verb, String group, String resource) {
        return verb + " " + resource + (group.isEmpty() ? "" : "." + group);
    }

    private static String text(JsonObject object, String name) {
        return object.has(name) ? object.get(name).getAsString() : "";
    }

    private static String read(String manifest) throws IOException {
        return Files.readString(MANIFESTS.resolve(manifest));
    }

    private static String workload(String kind, String name) {
        return """
                apiVersion: apps/v1
                kind: %1$s
                metadata: {name: %2$s, namespace: shop}
                spec:
                  replicas: 2
                  %3$s
                  selector: {matchLabels: {app: %2$s}}
                  template:
                    metadata: {labels: {app: %2$s}}
                    spec: {containers: [{name: app, image: none}]}
                """
                .formatted(kind, name, kind.equals("StatefulSet") ? "serviceName: none" : "");
    }

    private static String scaler(String name, String kind, String target) {
        return """
                apiVersion: datadoghq.com/v1alpha2
                kind: DatadogPodAutoscaler
                metadata: {name: %s, namespace: shop}
                spec:
                  owner: Local
                  targetRef: {apiVersion: apps/v1, kind: %s, name: %s}
                  constraints: {maxReplicas: 10}
                  objectives:
                  - type: PodResource
                    podResource: {name: cpu, value: {type: Utilization, utilization: 50}}
                """
                .formatted(name, kind, target);
    }

    private static void until(String what, Callable<Boolean> condition) {
        until(what, condition, () -> drover.verb("status").output());
    }

    private static void until(String what, Callable<Boolean> condition, Supplier<String> found) {
        Await.until(what, Duration.ofSeconds(60), condition, found);
    }
}
