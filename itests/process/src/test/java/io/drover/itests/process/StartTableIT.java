package io.drover.itests.process;

import static io.drover.itests.process.StartTable.Condition.FAILS;
import static io.drover.itests.process.StartTable.Condition.HANGS;
import static io.drover.itests.process.StartTable.Condition.RECOVERS;
import static io.drover.itests.process.StartTable.Condition.WORKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Every step of the start that works, fails, hangs and recovers, each with its state, exit code,
 * log line and health. One process shows several cells; the last test finds the cells that nobody
 * showed.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StartTableIT {

    private static final StartTable TABLE = new StartTable();
    private static final Duration HANG = Duration.ofSeconds(30);
    private static final String TOKEN = "0123456789abcdef".repeat(4);

    /** Those that are there without being asked for; the others are in StartTableOptionalIT. */
    private static final List<String> STEPS =
            List.of(
                    "config/configuration",
                    "security/tokens",
                    "security/certificates",
                    "http/listener-health",
                    "http/listener-metrics",
                    "http/listener-api",
                    "grpc/listener-grpc",
                    "kubernetes/client",
                    "kubernetes/identity",
                    "kubernetes/election",
                    "kubernetes/events",
                    "autoscaling/controller",
                    "conntrack/netlink");

    /** A failure of one of these ends the process, each with the code of its kind. */
    @Test
    @Order(1)
    void whatTheAgentCannotBeWithoutEndsItWithItsCode() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            // Two at a time: a start takes a processor for some seconds.
            RunningDrover wrongKey =
                    RunningDrover.start("table-key").configuration("core:\n  drain: 5\n").launch();
            RunningDrover notAFile = withFifo("table-fifo", "etc/drover.yaml").launch();
            TABLE.expectEnd(
                    wrongKey, FAILS, "config/configuration", 78, "drover.yaml:2:3", "core.drain");
            TABLE.expectEnd(notAFile, HANGS, "config/configuration", 78, "must be a regular file");

            RunningDrover badToken = withSecret("table-token", "local_token", "short").launch();
            RunningDrover.Start authority = withSecret("table-ca", "ca.key", "no key");
            Files.writeString(secret(authority, "ca.pem"), "no certificate\n");
            RunningDrover badAuthority = authority.launch();
            TABLE.expectEnd(badToken, FAILS, "security/tokens", 70, "local_token");
            TABLE.expectEnd(badAuthority, FAILS, "security/certificates", 70, "ca.");

            RunningDrover health = onPort("table-health", "HTTP_HEALTH_PORT", port).launch();
            RunningDrover api = onPort("table-api", "HTTP_API_PORT", port).launch();
            TABLE.expectEnd(health, FAILS, "http/listener-health", 69, "http.health_port", port);
            TABLE.expectEnd(api, FAILS, "http/listener-api", 69, "http.api_port", port);

            RunningDrover grpc = onPort("table-grpc", "GRPC_PORT", port).launch();
            TABLE.expectEnd(grpc, FAILS, "grpc/listener-grpc", 69, "grpc.port", port);
        }
        for (String step :
                List.of("http/listener-health", "http/listener-api", "grpc/listener-grpc")) {
            TABLE.impossible(step, RECOVERS, "its failure ends the process");
        }
        TABLE.impossible("http/listener-health", HANGS, "the kernel answers a bind at once");
        TABLE.impossible("http/listener-metrics", HANGS, "the kernel answers a bind at once");
        TABLE.impossible("conntrack/netlink", HANGS, "the kernel answers netlink at once");
    }

    /** A file system that hangs: the listeners that need keys wait, health and metrics serve. */
    @Test
    @Order(2)
    void aTokenFileThatHangsHoldsUpWhatNeedsItAndNothingElse() throws Exception {
        RunningDrover.Start start =
                withFifo("table-hang", "secrets/local_token")
                        .environment("DROVER_CORE_STUCK_OUTSIDE_AFTER_MS", "5000");
        try (RunningDrover drover = start.launch()) {
            Await.until(
                    "the health listener is bound",
                    RunningDrover.START_DEADLINE,
                    () ->
                            Files.readString(drover.home().resolve("run/ports.json"))
                                    .contains("\"health\""),
                    drover::terminal);
            Await.until(
                    "the health listener says what starts",
                    RunningDrover.START_DEADLINE,
                    () ->
                            drover.plain("health", "/startup?verbose")
                                    .body()
                                    .contains("starting security/tokens"),
                    drover::terminal);
            long began = System.nanoTime();
            Await.until(
                    "it has hung for long",
                    HANG.plusSeconds(5),
                    () -> System.nanoTime() - began > HANG.toNanos(),
                    drover::terminal);
            String verbose = drover.plain("health", "/ready?verbose").body();
            assertThat(verbose)
                    .contains("starting security/tokens", "active http/listener-health")
                    .contains("active http/listener-metrics")
                    .containsPattern("(waiting|starting) http/listener-api")
                    .containsPattern("(waiting|starting) grpc/listener-grpc");
            assertThat(drover.plain("health", "/ready").statusCode()).isEqualTo(503);
            assertThat(drover.plain("health", "/startup").statusCode()).isEqualTo(503);
            assertThat(drover.plain("health", "/live").statusCode()).isEqualTo(200);
            assertThat(drover.terminal())
                    .contains("a thread is stuck: thread=drover-security")
                    .containsPattern("at io\\.drover\\.security\\.internal\\..*SecretsFolder");
            assertThat(verbose).contains("degraded core/threads: the thread drover-security");
            assertThat(drover.plain("metrics", "/metrics").body())
                    .contains("drover_core_stuck_threads 1");
            TABLE.note("security/tokens", HANGS, "starting");
            for (String waiting :
                    List.of("security/certificates", "http/listener-api", "grpc/listener-grpc")) {
                TABLE.note(waiting, HANGS, "what it waits for hangs: not active, unready");
            }

            // The next one who reads it gets a plain file; who hangs gets what is written here.
            Path fresh = Files.writeString(drover.home().resolve("fresh"), TOKEN + "\n");
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
            Files.move(
                    fresh,
                    drover.home().resolve("secrets/local_token"),
                    StandardCopyOption.ATOMIC_MOVE);
            Files.writeString(drover.home().resolve("fifo"), TOKEN + "\n");

            drover.awaitReady();
            TABLE.expect(drover, RECOVERS, "security/tokens", "active", "");
            TABLE.expect(drover, RECOVERS, "security/certificates", "active", "");
            Await.until(
                    "no thread is stuck any more",
                    HANG,
                    () ->
                            StartTable.step(drover, "core/threads")
                                    .get("state")
                                    .getAsString()
                                    .equals("active"),
                    drover::terminal);
            assertThat(drover.stop()).isZero();
        }
    }

    /** What the agent can be without: it is ready with less, and says what is missing. */
    @Test
    @Order(3)
    void whatTheAgentCanBeWithoutIsToldAndTriedAgain() throws IOException {
        Needs.root();
        String namespace = "drover-table-" + ProcessHandle.current().pid();
        Path kubeconfig = Path.of(System.getProperty("drover.homes"), "table-no-kubeconfig");
        Files.deleteIfExists(kubeconfig);
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try (RunningDrover drover =
                onPort("table-less", "HTTP_METRICS_PORT", Integer.toString(taken.getLocalPort()))
                        .environment("DROVER_CONNTRACK_NAMESPACE", "/run/netns/" + namespace)
                        .environment("DROVER_CONNTRACK_RETRY_MAX_MS", "1000")
                        .environment("DROVER_KUBERNETES_KUBECONFIG", kubeconfig.toString())
                        .ready()) {
            TABLE.expect(
                    drover,
                    FAILS,
                    "http/listener-metrics",
                    "degraded",
                    "port " + taken.getLocalPort());
            TABLE.expect(drover, FAILS, "conntrack/netlink", "degraded", namespace);
            assertThat(StartTable.step(drover, "conntrack/netlink").get("remedy").getAsString())
                    .isNotEmpty();
            TABLE.expect(drover, FAILS, "kubernetes/client", "degraded", kubeconfig.toString());
            for (String after :
                    List.of("kubernetes/identity", "kubernetes/election", "kubernetes/events")) {
                TABLE.expect(drover, FAILS, after, "waiting", "the client");
            }
            assertThat(drover.plain("health", "/ready").statusCode()).isEqualTo(200);
            assertThat(drover.verb("health").orFail())
                    .contains("http is degraded since", "conntrack is degraded since");

            taken.close();
            Command.run("ip", "netns", "add", namespace).orFail();
            TABLE.expect(drover, RECOVERS, "http/listener-metrics", "active", "");
            TABLE.expect(drover, RECOVERS, "conntrack/netlink", "active", "");

            Path file = drover.home().resolve("etc/drover.yaml");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "core:\n  drain: 5\n");
            drover.api("POST", "/api/v1/reload", drover.token());
            TABLE.expect(drover, RECOVERS, "config/configuration", "degraded", "");
            Files.writeString(file, "core:\n  drain_ms: 300\n");
            drover.api("POST", "/api/v1/reload", drover.token());
            TABLE.expect(drover, RECOVERS, "config/configuration", "active", "");
            assertThat(drover.stop()).isZero();
        } finally {
            taken.close();
            Command.run("ip", "netns", "del", namespace);
        }
    }

    /** A real API server that is there, stopped in the midst of its work, dead and back. */
    @Test
    @Order(4)
    void whatNeedsTheClusterWaitsForItForEver() throws IOException {
        try (ControlPlane cluster = ControlPlane.start()) {
            cluster.deleteCrdIfThere();
            cluster.hang();
            try (RunningDrover drover =
                    RunningDrover.start("table-cluster")
                            .environment(
                                    "DROVER_KUBERNETES_KUBECONFIG", cluster.kubeconfig().toString())
                            .environment("DROVER_KUBERNETES_PROBE_INTERVAL_MS", "1000")
                            .environment("DROVER_KUBERNETES_BACK_OFF_MAX_MS", "1000")
                            .environment("DROVER_KUBERNETES_REQUEST_TIMEOUT_MS", "2000")
                            .ready()) {
                TABLE.expect(drover, HANGS, "kubernetes/client", "waiting", "tried again");
                TABLE.expect(drover, HANGS, "kubernetes/identity", "waiting", "");
                TABLE.expect(drover, HANGS, "kubernetes/election", "waiting|degraded", "");
                TABLE.expect(drover, HANGS, "kubernetes/events", "active", "");
                TABLE.expect(drover, HANGS, "autoscaling/controller", "waiting", "");
                long began = System.nanoTime();
                Await.until(
                        "the API server has hung for long",
                        HANG.plusSeconds(5),
                        () -> System.nanoTime() - began > HANG.toNanos(),
                        drover::terminal);
                assertThat(drover.plain("health", "/ready").statusCode()).isEqualTo(200);

                cluster.goOn();
                TABLE.expect(drover, RECOVERS, "kubernetes/client", "active", "");
                TABLE.expect(drover, RECOVERS, "kubernetes/identity", "active", "");
                TABLE.expect(drover, FAILS, "autoscaling/controller", "waiting", "autoscalers");
                cluster.apply(AutoscalingIT.crd());
                TABLE.expect(drover, RECOVERS, "autoscaling/controller", "active", "");
                TABLE.expect(drover, RECOVERS, "kubernetes/election", "active", "");
                TABLE.expect(drover, RECOVERS, "kubernetes/events", "active", "");
                for (String step : STEPS) {
                    TABLE.expect(drover, WORKS, step, "active", "");
                }

                cluster.kill();
                TABLE.expect(drover, FAILS, "kubernetes/client", "degraded", "tried again");
                TABLE.expect(drover, FAILS, "kubernetes/election", "waiting|degraded", "");
                assertThat(drover.plain("health", "/ready").statusCode()).isEqualTo(200);
                cluster.revive();
                TABLE.expect(drover, RECOVERS, "kubernetes/client", "active", "");
                TABLE.expect(drover, RECOVERS, "kubernetes/election", "active", "");
                assertThat(drover.stop()).isZero();
            } finally {
                cluster.goOn();
            }
        }
    }

    @Test
    @Order(9)
    void noCellOfTheTableIsEmpty() {
        TABLE.assertWhole(STEPS);
    }

    private static RunningDrover.Start onPort(String home, String key, String port) {
        return RunningDrover.start(home).environment("DROVER_" + key, port);
    }

    private static RunningDrover.Start withSecret(String home, String name, String content)
            throws IOException {
        RunningDrover.Start start = RunningDrover.start(home);
        Path file = secret(start, name);
        Files.writeString(file, content + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return start;
    }

    /** A file whose reader hangs until somebody writes into {@code fifo} of the home. */
    private static RunningDrover.Start withFifo(String home, String file) throws IOException {
        RunningDrover.Start start = RunningDrover.start(home);
        Path path = start.home().resolve(file);
        if (file.startsWith("secrets/")) {
            secret(start, path.getFileName().toString());
        }
        Files.createDirectories(path.getParent());
        Path fifo = start.home().resolve("fifo");
        Command.run("mkfifo", "-m", "600", fifo.toString()).orFail();
        Files.createLink(path, fifo);
        return start;
    }

    private static Path secret(RunningDrover.Start start, String name) throws IOException {
        Path folder = start.home().resolve("secrets");
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        return folder.resolve(name);
    }
}
