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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The rest of the table of {@link StartTableIT}: steps that are there only where a configuration
 * asks for them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StartTableOptionalIT {

    private static final StartTable TABLE = new StartTable();
    private static final Duration HANG = Duration.ofSeconds(30);
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final String CLUSTER_TOKEN = "0123456789abcdef".repeat(4);

    private static final List<String> STEPS =
            List.of(
                    "config/secrets",
                    "core/core-dumps",
                    "core/api-key",
                    "profiling/ring",
                    "link/cluster-agent");

    @Test
    @Order(1)
    void aKeyThatIsNeededAndHasNoValueEndsTheProcess() throws IOException {
        try (StubIntake intake = new StubIntake(KEY)) {
            RunningDrover.Start start = RunningDrover.start("table-secret-fails");
            Path backEnd = backEnd(start, "exit 1");
            RunningDrover drover = start.configuration(sending(intake, backEnd)).launch();

            TABLE.expectEnd(drover, FAILS, "core/api-key", 78, backEnd + " ended with exit code 1");
            TABLE.logged(drover, "config/secrets", "degraded");
            TABLE.note("config/secrets", FAILS, "degraded; fatal to who needs it");
        }
    }

    @Test
    @Order(2)
    void aBackEndAndAnIntakeThatHangHoldUpNobodyElse() throws IOException {
        try (StubIntake intake = new StubIntake(KEY)) {
            RunningDrover.Start start = RunningDrover.start("table-secret-hangs");
            Path go = start.home().resolve("go");
            Path backEnd =
                    backEnd(
                            start,
                            "while [ ! -e "
                                    + go
                                    + " ]; do sleep 0.1; done\ncat > /dev/null\n"
                                    + "printf '{\"key\": {\"value\": \""
                                    + KEY
                                    + "\", \"error\": null}}'");
            try (RunningDrover drover = start.configuration(sending(intake, backEnd)).launch()) {
                awaitHealth(drover, "starting config/secrets");
                awaitHealth(drover, "waiting core/api-key");
                awaitHealth(drover, "active profiling/ring");
                hangForLong(drover);
                assertThat(drover.plain("health", "/ready").statusCode()).isEqualTo(503);
                assertThat(drover.plain("health", "/live").statusCode()).isEqualTo(200);
                TABLE.note("config/secrets", HANGS, "starting, unready");
                TABLE.note("core/api-key", HANGS, "waits for the secrets, unready");

                Files.createFile(go);

                drover.awaitReady();
                TABLE.expect(drover, RECOVERS, "config/secrets", "active", "");
                TABLE.expect(drover, WORKS, "config/secrets", "active", "");
                TABLE.expect(drover, WORKS, "core/api-key", "active", "");
                TABLE.expect(drover, WORKS, "profiling/ring", "active", "");
                intake.revoke(KEY);
                TABLE.expect(drover, FAILS, "core/api-key", "degraded", "");
                intake.issue(KEY);
                TABLE.expect(drover, RECOVERS, "core/api-key", "active", "");
                assertThat(drover.stop()).isZero();
            }
        }
    }

    @Test
    @Order(3)
    void coreDumpsAndTheRingAreToldWhenTheyCannotBeAndTriedAgain() throws IOException {
        RunningDrover.Start start = RunningDrover.start("table-dumps");
        Path inTheWay = Files.createDirectories(start.home().resolve("crash/core"));
        Path profiles = Files.writeString(start.home().resolve("profiles"), "no folder");
        try (RunningDrover drover =
                start.configuration(
                                """
                                core:
                                  core_dump_enabled: true
                                  core_dump_min_free_bytes: 0
                                  core_dump_check_interval_ms: 1000
                                profiling:
                                  enabled: true
                                """)
                        .ready()) {
            TABLE.expect(drover, FAILS, "core/core-dumps", "degraded", "stands in its way");
            TABLE.expect(drover, FAILS, "profiling/ring", "degraded", "cannot be started");
            assertThat(drover.plain("health", "/ready").statusCode()).isEqualTo(200);

            Files.delete(inTheWay);
            Files.delete(profiles);
            drover.verb("profiling", "restart").orFail();

            TABLE.expect(drover, RECOVERS, "core/core-dumps", "active", "");
            TABLE.expect(drover, WORKS, "core/core-dumps", "active", "");
            TABLE.expect(drover, RECOVERS, "profiling/ring", "active", "");
            assertThat(drover.stop()).isZero();
        }
        TABLE.impossible("core/core-dumps", HANGS, "the kernel answers prlimit at once");
        TABLE.impossible("profiling/ring", HANGS, "the recorder is in the process itself");
    }

    @Test
    @Order(4)
    void theLinkIsTriedAgainForEverAndTheAgentIsReadyMeanwhile() throws IOException {
        RunningDrover.Start other = withClusterToken("table-cluster-agent");
        ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        int port = silent.getLocalPort();
        try {
            try (RunningDrover first = other.environment("DROVER_GRPC_PORT", "0").ready()) {
                // Its authority stays in the home, and with it what the node trusts.
                assertThat(first.stop()).isZero();
            }
            RunningDrover.Start node =
                    withClusterToken("table-node")
                            .configuration(
                                    """
                                    link:
                                      endpoints: ["127.0.0.1:%d"]
                                      ca_file: %s
                                      back_off_max_ms: 1000
                                    """
                                            .formatted(
                                                    port, other.home().resolve("secrets/ca.pem")));
            try (RunningDrover drover = node.ready()) {
                hangForLong(drover);
                TABLE.expect(drover, HANGS, "link/cluster-agent", "degraded|waiting", "");
                assertThat(drover.plain("health", "/ready").statusCode()).isEqualTo(200);

                silent.close();
                TABLE.expect(drover, FAILS, "link/cluster-agent", "degraded", "127.0.0.1:" + port);
                // The node has what it needs once the cluster agent knows the cluster.
                try (ControlPlane api = ControlPlane.start();
                        RunningDrover cluster =
                                other.environment("DROVER_GRPC_PORT", Integer.toString(port))
                                        .environment(
                                                "DROVER_KUBERNETES_KUBECONFIG",
                                                api.kubeconfig().toString())
                                        .ready()) {
                    TABLE.expect(drover, RECOVERS, "link/cluster-agent", "active", "");
                    TABLE.expect(drover, WORKS, "link/cluster-agent", "active", "");
                    assertThat(drover.stop()).isZero();
                    assertThat(cluster.stop()).isZero();
                }
            }
        } finally {
            silent.close();
        }
    }

    @Test
    @Order(9)
    void noCellOfTheTableIsEmpty() {
        TABLE.assertWhole(STEPS);
    }

    private static void awaitHealth(RunningDrover drover, String line) {
        Path ports = drover.home().resolve("run/ports.json");
        Await.until(
                "health says: " + line,
                RunningDrover.START_DEADLINE,
                () ->
                        Files.readString(ports).contains("\"health\"")
                                && drover.plain("health", "/ready?verbose").body().contains(line),
                drover::terminal);
    }

    private static void hangForLong(RunningDrover drover) {
        long began = System.nanoTime();
        Await.until(
                "it has hung for long",
                HANG.plusSeconds(5),
                () -> System.nanoTime() - began > HANG.toNanos(),
                drover::terminal);
    }

    /** A script that knows secrets, as a back end must be: nobody else may touch it. */
    private static Path backEnd(RunningDrover.Start start, String script) throws IOException {
        Path file = Files.createDirectories(start.home()).resolve("back-end");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    private static String sending(StubIntake intake, Path backEnd) {
        return """
                config:
                  secret_backend_command: %s
                  secret_backend_timeout_ms: 120000
                core:
                  api_key: ENC[key]
                  api_key_check_url: %s
                  api_key_check_interval_ms: 1000
                profiling:
                  enabled: true
                  upload: true
                  upload_url: %s
                """
                .formatted(backEnd, intake.url("/validate"), intake.url("/v1/input"));
    }

    private static RunningDrover.Start withClusterToken(String name) throws IOException {
        RunningDrover.Start start = RunningDrover.start(name);
        Path secrets = Files.createDirectories(start.home().resolve("secrets"));
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rwx------"));
        Path token = Files.writeString(secrets.resolve("cluster_token"), CLUSTER_TOKEN + "\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        return start;
    }
}
