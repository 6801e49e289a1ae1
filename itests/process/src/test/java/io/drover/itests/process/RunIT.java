package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Starting and stopping, as a person at a terminal sees it. */
class RunIT {

    private static final Duration REFUSAL = Duration.ofSeconds(60);

    @Test
    void saysWhatListensWhereAndEndsWithZeroOnSigterm() {
        try (RunningDrover drover = RunningDrover.start("run").ready()) {
            assertThat(drover.terminal())
                    .contains("https://127.0.0.1:" + drover.port("api"))
                    .contains("127.0.0.1:" + drover.port("grpc"))
                    .contains("http://127.0.0.1:" + drover.port("metrics") + "/metrics")
                    .contains("http://127.0.0.1:" + drover.port("health") + "/ready")
                    .contains(drover.home().resolve("secrets/local_token").toString())
                    .contains(drover.authority().toString());

            assertThat(drover.stop()).isZero();

            assertThat(drover.home().resolve("run/ports.json")).doesNotExist();
        }
    }

    @Test
    void listsEverySubsystemWithItsState() {
        try (RunningDrover drover = RunningDrover.start("status").ready()) {
            List<String> names = new ArrayList<>();
            for (JsonElement subsystem :
                    drover.apiJson("/api/v1/status").getAsJsonArray("subsystems")) {
                names.add(subsystem.getAsJsonObject().get("name").getAsString());
                assertThat(subsystem.getAsJsonObject().get("state").getAsString()).isNotEmpty();
            }

            assertThat(names)
                    .containsExactly(
                            "config",
                            "core",
                            "kernel",
                            "profiling",
                            "security",
                            "http",
                            "metrics",
                            "grpc",
                            "conntrack",
                            "kubernetes",
                            "autoscaling",
                            "link");
        }
    }

    @Test
    void answersItsVerbsOnTheCommandLine() {
        try (RunningDrover drover = RunningDrover.start("verbs").ready()) {
            assertThat(drover.verb("version").orFail()).startsWith("drover 0.");
            assertThat(drover.verb("status").orFail()).contains("conntrack").contains("active");
            assertThat(drover.verb("startup").orFail()).contains("security/tokens");
            assertThat(drover.verb("health").orFail())
                    .contains("live true, ready true, started true");
            assertThat(
                            RunningDrover.json(drover.verb("status", "--json").orFail())
                                    .has("subsystems"))
                    .isTrue();
            assertThat(drover.verb("frobnicate").exitCode()).isEqualTo(2);
        }
        assertThat(
                        Command.run(
                                        RunningDrover.assembly().resolve("bin/drover").toString(),
                                        "status",
                                        "--home",
                                        "/nonexistent")
                                .exitCode())
                .isEqualTo(69);
    }

    @Test
    void keepsItsSecretsForItsUserAloneAndOverARestart() throws IOException {
        String token;
        String authority;
        try (RunningDrover drover = RunningDrover.start("secrets").ready()) {
            token = drover.token();
            authority = drover.read("secrets/ca.pem");
            assertThat(token).matches("[0-9a-f]{64}");
            assertThat(modeOf(drover.home().resolve("secrets"))).isEqualTo("rwx------");
            assertThat(modeOf(drover.home().resolve("secrets/local_token"))).isEqualTo("rw-------");
            assertThat(modeOf(drover.home().resolve("secrets/ca.key"))).isEqualTo("rw-------");
            drover.stop();

            try (RunningDrover next = RunningDrover.again(drover).ready()) {
                assertThat(next.token()).isEqualTo(token);
                assertThat(next.read("secrets/ca.pem")).isEqualTo(authority);
                assertThat(next.api("/api/v1/status").statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void runsTwiceSideBySideButNotInOneHome() {
        try (RunningDrover first = RunningDrover.start("first").ready();
                RunningDrover second = RunningDrover.start("second").ready()) {
            assertThat(first.api("/api/v1/status").statusCode()).isEqualTo(200);
            assertThat(second.api("/api/v1/status").statusCode()).isEqualTo(200);
            assertThat(first.api("GET", "/api/v1/status", second.token()).statusCode())
                    .isEqualTo(401);

            Command.Outcome third =
                    Command.run(
                            RunningDrover.assembly().resolve("bin/drover").toString(),
                            "run",
                            "--home",
                            first.home().toString());

            assertThat(third.exitCode()).isEqualTo(69);
            assertThat(third.output()).contains("in use by the process " + first.pid());
        }
    }

    @Test
    void refusesATakenPortNamingKeyPortAndOwner() throws IOException {
        for (String[] listener :
                new String[][] {{"HTTP_API_PORT", "http.api_port"}, {"GRPC_PORT", "grpc.port"}}) {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                RunningDrover drover =
                        RunningDrover.start("taken")
                                .environment(
                                        "DROVER_" + listener[0],
                                        Integer.toString(taken.getLocalPort()))
                                .launch();

                assertThat(drover.exitCode(REFUSAL)).as(drover.terminal()).isEqualTo(69);

                assertThat(drover.terminal())
                        .contains(listener[1])
                        .contains("port " + taken.getLocalPort())
                        .contains("(pid " + ProcessHandle.current().pid() + ")");
            }
        }
    }

    @Test
    void worksFromAReadOnlyDistribution() throws IOException {
        Path copy = Assemblies.copyOf("read-only");
        Command.run("chmod", "-R", "a-w", copy.toString()).orFail();
        String before = Command.run("find", copy.toString(), "-printf", "%p %s %T@\n").orFail();
        try (RunningDrover drover = RunningDrover.start("read-only").of(copy).ready()) {
            assertThat(drover.api("/api/v1/status").statusCode()).isEqualTo(200);
            drover.stop();
        } finally {
            Command.run("chmod", "-R", "u+w", copy.toString()).orFail();
        }

        // Root may write in spite of the mode, so that what counts is that nothing changed.
        assertThat(Command.run("find", copy.toString(), "-printf", "%p %s %T@\n").orFail())
                .isEqualTo(before);
    }

    @Test
    void startsWithTheArchiveOfItsClassesAndWithoutOneThatIsOfNoUse() throws IOException {
        Path copy = Assemblies.copyOf("archive");
        Path archive = archiveIn(copy);
        assertThat(archive.toFile().setWritable(true)).isTrue();
        // What a copy onto a full disk leaves; the JVM itself would die of it.
        try (FileChannel file = FileChannel.open(archive, StandardOpenOption.WRITE)) {
            file.truncate(file.size() / 2);
        }
        try (RunningDrover drover = RunningDrover.start("archive-cut").of(copy).ready()) {
            assertThat(mappedBy(drover)).doesNotContain(archive.toString());
        }

        Command.run(copy.resolve("bin/drover").toString(), "prepare").orFail();

        try (RunningDrover drover = RunningDrover.start("archive").of(copy).ready()) {
            assertThat(mappedBy(drover)).contains(archiveIn(copy).toString());
            assertThat(drover.api("/api/v1/status").statusCode()).isEqualTo(200);
        }
    }

    private static Path archiveIn(Path distribution) throws IOException {
        try (Stream<Path> files = Files.list(distribution.resolve("lib"))) {
            return files.filter(file -> file.getFileName().toString().matches("classes-\\d+\\.jsa"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String mappedBy(RunningDrover drover) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(drover.pid()), "maps"));
    }

    private static String modeOf(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
