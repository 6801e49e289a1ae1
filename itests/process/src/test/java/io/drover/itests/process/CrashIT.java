package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent says whether a crash would leave a core, then it is killed with SIGABRT, and it was
 * right. Under the core_pattern that this machine has: where that names a program, the agent must
 * have said so.
 */
class CrashIT {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String ON =
            "core:\n  core_dump_enabled: true\n  core_dump_min_free_bytes: 0\n";
    private static final Path PATTERN = Path.of("/proc/sys/kernel/core_pattern");
    private static final long LEAST_CORE_BYTES = 50_000_000;

    @Test
    void leavesACoreWithinTheBudgetAndTellsOfItOnceAtTheNextStart() throws IOException {
        RunningDrover drover =
                RunningDrover.start("crash-budget")
                        .configuration(ON + "  core_dump_max_bytes: 1000000000\n")
                        .ready();
        Path core = drover.home().resolve("crash/core");
        String said = foretold(drover);
        crash(drover);

        if (!handedOver(said)) {
            assertThat(said).isEqualTo("pass");
            assertThat(core).exists();
            assertThat(Files.size(core)).isGreaterThan(LEAST_CORE_BYTES);
        }

        try (RunningDrover next = RunningDrover.again(drover).ready()) {
            awaitFact(next, "previous_crash", "pid " + drover.pid());
            if (!handedOver(said)) {
                assertThat(fact(next, "previous_crash")).contains("a core " + core);
            }
        }
        try (RunningDrover afterThat = RunningDrover.again(drover).ready()) {
            awaitFact(afterThat, "core_dump", "");
            assertThat(fact(afterThat, "previous_crash")).isEmpty();
        } finally {
            Files.deleteIfExists(core);
        }
    }

    @Test
    void leavesNoCoreUnderABudgetOfZero() {
        RunningDrover drover =
                RunningDrover.start("crash-zero")
                        .configuration(ON + "  core_dump_max_bytes: 0\n")
                        .ready();

        expectNone(drover, "skipped", "core_dump_max_bytes is 0");
    }

    @Test
    void leavesNoCoreOnADiskThatIsNearlyFull() throws IOException {
        Needs.root();
        RunningDrover.Start start =
                RunningDrover.start("crash-full")
                        .configuration(ON + "  core_dump_max_bytes: 100000000\n");
        Path folder = Files.createDirectories(start.home().resolve("crash"));
        Command.run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder.toString()).orFail();
        try {
            expectNone(start.ready(), "fail", "RLIMIT_CORE");
        } finally {
            Command.run("umount", "-l", folder.toString()).orFail();
        }
    }

    @Test
    void leavesNoCoreWhereAFolderIsInItsWay() throws IOException {
        RunningDrover.Start start = RunningDrover.start("crash-way").configuration(ON);
        Files.createDirectories(start.home().resolve("crash/core"));

        expectNone(start.ready(), "fail", "stands in its way");
    }

    @Test
    void leavesNoCoreUnderAHardLimitOfZero() {
        Needs.program("prlimit", "util-linux");
        RunningDrover drover =
                RunningDrover.start("crash-hard")
                        .configuration(ON)
                        .by("prlimit", "--core=0:0")
                        .ready();

        expectNone(drover, "fail", "hard limit");
    }

    /** The pattern is the machine's, not the agent's: set for the length of one crash. */
    @Test
    void givesItToTheProgramThatTheKernelNames(@TempDir Path folder) throws IOException {
        Needs.root();
        Path taker = folder.resolve("taker");
        Path taken = folder.resolve("taken");
        Files.writeString(
                taker,
                "#!/bin/sh\nhead -c 4 > "
                        + taken
                        + ".part\nmv "
                        + taken
                        + ".part "
                        + taken
                        + "\ncat > /dev/null\n");
        assertThat(taker.toFile().setExecutable(true)).isTrue();
        String before = Files.readString(PATTERN);
        Files.writeString(PATTERN, "|" + taker);
        try {
            RunningDrover drover = RunningDrover.start("crash-program").configuration(ON).ready();
            assertThat(foretold(drover)).isEqualTo("pass");
            assertThat(check(drover).get("finding").getAsString())
                    .contains("the kernel gives it to the program " + taker);
            crash(drover);
            Await.until(
                    "the program has the core",
                    DEADLINE,
                    () -> Files.readString(taken, StandardCharsets.ISO_8859_1).equals("\u007fELF"),
                    () -> Arrays.toString(folder.toFile().list()));
            assertThat(drover.home().resolve("crash/core")).doesNotExist();
        } finally {
            Files.writeString(PATTERN, before);
        }
    }

    @Test
    void leavesNoCoreWhereTheKernelNamesAProgramThatIsNotThere(@TempDir Path folder)
            throws IOException {
        Needs.root();
        String before = Files.readString(PATTERN);
        Files.writeString(PATTERN, "|" + folder.resolve("missing"));
        try {
            RunningDrover drover = RunningDrover.start("crash-missing").configuration(ON).ready();

            expectNone(drover, "fail", "which cannot be run");
        } finally {
            Files.writeString(PATTERN, before);
        }
    }

    private static void expectNone(RunningDrover drover, String verdict, String because) {
        String said = foretold(drover);
        String finding = check(drover).get("finding").getAsString();
        crash(drover);

        if (!handedOver(said)) {
            assertThat(said).as(finding).isEqualTo(verdict);
            assertThat(finding).contains("would not be written").contains(because);
        }
        assertThat(
                        drover.home()
                                .resolve("crash")
                                .toFile()
                                .list((dir, name) -> isCore(dir.toPath(), name)))
                .isEmpty();
    }

    private static boolean isCore(Path folder, String name) {
        return name.startsWith("core") && Files.isRegularFile(folder.resolve(name));
    }

    /** The verdict on the core, as soon as the agent has set its limits. */
    private static String foretold(RunningDrover drover) {
        awaitFact(drover, "core_dump", "");
        return check(drover).get("verdict").getAsString();
    }

    private static boolean handedOver(String verdict) {
        try {
            String pattern = Files.readString(PATTERN);
            return !pattern.startsWith("core") && verdict.equals("pass");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonObject check(RunningDrover drover) {
        return RunningDrover.json(drover.verb("diagnose", "core-dump", "--json").output())
                .getAsJsonArray("suites")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("checks")
                .get(0)
                .getAsJsonObject();
    }

    private static void crash(RunningDrover drover) {
        drover.signal("ABRT");
        assertThat(drover.exitCode(DEADLINE)).isEqualTo(128 + 6);
    }

    private static void awaitFact(RunningDrover drover, String name, String part) {
        Await.until(
                "the fact " + name + " holds " + part,
                DEADLINE,
                () -> {
                    String fact = fact(drover, name);
                    return !fact.isEmpty() && fact.contains(part);
                },
                () -> drover.subsystem("core").toString());
    }

    private static String fact(RunningDrover drover, String name) {
        JsonObject facts = drover.subsystem("core").getAsJsonObject("facts");
        return facts.has(name) ? facts.get(name).getAsString() : "";
    }
}
