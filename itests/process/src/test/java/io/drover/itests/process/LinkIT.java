package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Two replicas of the cluster agent on a real API server, and a node agent that has no access to
 * it: three processes that know each other by configuration, token and a pinned authority. Each
 * story goes on where the one before it ended.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LinkIT {

    private static final String CLUSTER_TOKEN = "c1".repeat(32);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long BACK_OFF_MIN_MILLIS = 400;
    private static final long BACK_OFF_MAX_MILLIS = 1_000;

    private static final Map<Integer, RunningDrover> REPLICAS = new HashMap<>();
    private static ControlPlane cluster;
    private static RunningDrover node;

    @BeforeAll
    static void start() throws IOException, GeneralSecurityException {
        cluster = ControlPlane.start();
        cluster.apply(AutoscalingIT.crd());
        int one = freePort();
        int two = freePort();
        RunningDrover.Start first = home("link-one");
        REPLICAS.put(one, replica(first, one, one, two).launch());
        RunningDrover.Start second = home("link-two");
        for (String file : List.of("ca.pem", "ca.key")) {
            share(first.home().resolve("secrets"), second.home().resolve("secrets"), file);
        }
        REPLICAS.put(two, replica(second, two, one, two).launch());
        RunningDrover.Start third =
                home("link-node")
                        .configuration(
                                """
                                link:
                                  endpoints: ["127.0.0.1:%d", "127.0.0.1:%d"]
                                  ca_file: %s
                                  pins: ["%s"]
                                  back_off_min_ms: %d
                                  back_off_max_ms: %d
                                """
                                        .formatted(
                                                one,
                                                two,
                                                first.home().resolve("secrets/ca.pem"),
                                                fingerprint(first.home().resolve("secrets/ca.pem")),
                                                BACK_OFF_MIN_MILLIS,
                                                BACK_OFF_MAX_MILLIS));
        node = third.launch();
        REPLICAS.values().forEach(RunningDrover::awaitReady);
        node.awaitReady();
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
        REPLICAS.values().forEach(RunningDrover::close);
        if (cluster != null) {
            cluster.close();
        }
    }

    private static RunningDrover.Start home(String name) throws IOException {
        RunningDrover.Start start = RunningDrover.start(name);
        Path secrets = Files.createDirectories(start.home().resolve("secrets"));
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rwx------"));
        Path token = Files.writeString(secrets.resolve("cluster_token"), CLUSTER_TOKEN + "\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        return start;
    }

    private static RunningDrover.Start replica(
            RunningDrover.Start start, int port, int one, int two) {
        return start.environment("DROVER_GRPC_PORT", Integer.toString(port))
                .environment("DROVER_KUBERNETES_KUBECONFIG", cluster.kubeconfig().toString())
                .configuration(
                        """
                        link:
                          peers: ["127.0.0.1:%d", "127.0.0.1:%d"]
                        """
                                .formatted(one, two));
    }

    /** The replicas of one cluster have one authority, as a Secret gives it to them. */
    private static void share(Path from, Path to, String file) throws IOException {
        Await.until(
                from + " holds " + file,
                RunningDrover.START_DEADLINE,
                () -> Files.exists(from.resolve(file)),
                () -> "nothing");
        Files.copy(from.resolve(file), to.resolve(file));
        Files.setPosixFilePermissions(
                to.resolve(file), PosixFilePermissions.fromString("rw-------"));
    }

    private static String fingerprint(Path certificate)
            throws IOException, GeneralSecurityException {
        try (InputStream pem = Files.newInputStream(certificate)) {
            byte[] key =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(pem)
                            .getPublicKey()
                            .getEncoded();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    // ---- what only the leader can say

    @Test
    @Order(1)
    void aReplicaThatFollowsHasTheLeaderAnswer() throws IOException {
        until("one leads", () -> REPLICAS.values().stream().anyMatch(LinkIT::leads));
        RunningDrover leader = REPLICAS.values().stream().filter(LinkIT::leads).findFirst().get();
        RunningDrover follower =
                REPLICAS.values().stream().filter(each -> each != leader).findFirst().get();
        Path seen = follower.home().resolve("decisions.txt");
        Process watching =
                new ProcessBuilder(call(follower, "{}", "WatchDecisions"))
                        .redirectErrorStream(true)
                        .redirectOutput(seen.toFile())
                        .start();
        try {
            until(
                    "the follower shows the decisions of the leader",
                    () -> Files.readString(seen).contains("\"epoch\""));

            cluster.apply(autoscaler("asked-about"));

            until(
                    "the decision comes through",
                    () -> Files.readString(seen).contains("asked-about"));
        } finally {
            watching.destroy();
        }
        String question = "{\"namespace\":\"default\",\"name\":\"asked-about\"}";
        until("the leader explains", () -> explained(leader, question).contains("\"decision\""));
        until(
                "the follower has it explain",
                () -> explained(follower, question).contains("\"decision\""));
        assertThat(explained(follower, question.replace("asked", "never")))
                .contains("NotFound", "no autoscaler default/never-about");
        assertThat(figure(follower, "drover_link_forwarded_total{code=\"OK\"}")).isPositive();
        assertThat(figure(follower, "drover_link_forwarded_total{code=\"NOT_FOUND\"}"))
                .isPositive();
    }

    private static boolean leads(RunningDrover drover) {
        return drover.subsystem("autoscaling").toString().contains("leader in term");
    }

    private static String explained(RunningDrover drover, String question) {
        return Command.run(Map.of(), call(drover, question, "ExplainAutoscaler")).output();
    }

    private static List<String> call(RunningDrover drover, String request, String method) {
        return new ArrayList<>(
                List.of(
                        Grpcurl.path(),
                        "-cacert",
                        drover.authority().toString(),
                        "-H",
                        "authorization: Bearer " + drover.token(),
                        "-max-time",
                        "120",
                        "-d",
                        request,
                        "127.0.0.1:" + drover.port("grpc"),
                        "drover.v1.Autoscaling/" + method));
    }

    private static String autoscaler(String name) {
        return """
                apiVersion: datadoghq.com/v1alpha2
                kind: DatadogPodAutoscaler
                metadata: {name: %s, namespace: default}
                spec:
                  owner: Local
                  targetRef: {apiVersion: apps/v1, kind: Deployment, name: no-such-deployment}
                  objectives:
                  - type: PodResource
                    podResource: {name: cpu, value: {type: Utilization, utilization: 80}}
                """
                .formatted(name);
    }

    // ---- the node

    @Test
    @Order(2)
    void aNodeKnowsTheClusterWithoutAccessToIt() {
        until("the node follows a replica", () -> state().equals("active"));

        assertThat(facts().get("phase").getAsString()).isEqualTo("live");
        assertThat(namespaces()).isGreaterThanOrEqualTo(4);
        assertThat(node.plain("health", "/live?verbose").body()).contains("drover-link ");
        makeNamespace("made-later");
        until("a change reaches the node", () -> namespaces() >= 5);
    }

    @Test
    @Order(3)
    void whenTheReplicaThatItFollowsIsKilledItGoesToTheOther() {
        int killed = followed();
        int[] fewest = {namespaces()};
        REPLICAS.get(killed).signal("KILL");

        until(
                "the other is followed",
                () -> {
                    fewest[0] = Math.min(fewest[0], namespaces());
                    return followed() != killed && state().equals("active");
                });

        // Nobody has asked the other one before: it begins to read the cluster only now.
        assertThat(fewest[0]).as("known at any time meanwhile").isGreaterThanOrEqualTo(5);
        assertThat(namespaces()).as("known from the other").isGreaterThanOrEqualTo(5);
        assertThat(facts().get("stale_seconds").getAsLong()).isZero();
        assertThat(node.plain("health", "/ready").statusCode()).isEqualTo(200);
        makeNamespace("made-by-the-other");
        until("a change reaches the node", () -> namespaces() >= 6);
    }

    @Test
    @Order(4)
    void whenNobodyIsThereItTriesLessAndLessOftenAndKeepsWhatItKnows() {
        int last = followed();
        long attempts = attempts();
        long began = System.nanoTime();
        REPLICAS.get(last).signal("KILL");
        until("four attempts", () -> attempts() >= attempts + 4);
        Duration took = Duration.ofNanos(System.nanoTime() - began);

        // Two waits double up to the longest, each a quarter shorter at the most.
        assertThat(took).isGreaterThan(Duration.ofMillis(3 * BACK_OFF_MIN_MILLIS));
        assertThat(state()).isEqualTo("degraded");
        assertThat(facts().get("phase").getAsString()).isEqualTo("stale");
        assertThat(namespaces()).isGreaterThanOrEqualTo(6);
        assertThat(node.plain("health", "/ready").statusCode()).isEqualTo(200);

        int other =
                REPLICAS.keySet().stream()
                        .mapToInt(i -> i)
                        .filter(i -> i != last)
                        .findAny()
                        .getAsInt();
        REPLICAS.get(last).exitCode(SOON);
        REPLICAS.put(
                last, replica(RunningDrover.again(REPLICAS.get(last)), last, last, other).ready());

        until("the one that came back is followed", () -> state().equals("active"));
        assertThat(followed()).isEqualTo(last);
    }

    private static void makeNamespace(String name) {
        cluster.apply(
                "/api/v1/namespaces/" + name,
                "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + "}\n");
    }

    private static String state() {
        return node.subsystem("link").get("state").getAsString();
    }

    private static JsonObject facts() {
        return node.subsystem("link").getAsJsonObject("facts");
    }

    private static int namespaces() {
        JsonObject facts = facts();
        return facts.has("namespace_entries") ? facts.get("namespace_entries").getAsInt() : 0;
    }

    private static int followed() {
        String replica = facts().get("replica").getAsString();
        return Integer.parseInt(replica.substring(replica.lastIndexOf(':') + 1));
    }

    private static long attempts() {
        return (long) figure(node, "drover_link_attempts_total");
    }

    private static double figure(RunningDrover drover, String series) {
        return drover.plain("metrics", "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private static void until(String what, java.util.concurrent.Callable<Boolean> condition) {
        Await.until(
                what,
                SOON,
                condition,
                () -> {
                    StringBuilder all = new StringBuilder(node.subsystem("link").toString());
                    REPLICAS.forEach((port, each) -> all.append('\n').append(each.terminal()));
                    return all.toString();
                });
    }
}
