package io.drover.core.internal.coredump;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.drover.api.agent.Home;
import io.drover.api.diagnosis.Check;
import io.drover.api.status.State;
import io.drover.testing.ManualClock;
import io.drover.testing.ScriptedLimits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoreDumpsTest {

    private static final long NO_LIMIT = Long.MAX_VALUE;

    @TempDir Path top;
    private final ManualClock clock = new ManualClock(Instant.now());
    private final ScriptedLimits kernel = new ScriptedLimits(0, NO_LIMIT);
    private Home home;
    private Path proc;

    /** A /proc of this process whose parts a test may change. */
    @BeforeEach
    void recordProc() throws IOException {
        home = new Home(top.resolve("home"));
        proc = top.resolve("proc");
        Files.createDirectories(proc.resolve("sys/kernel"));
        Files.createDirectories(proc.resolve("self/ns"));
        Files.createDirectories(home.crash());
        Files.writeString(proc.resolve("sys/kernel/core_pattern"), "core\n");
        Files.writeString(proc.resolve("sys/kernel/core_uses_pid"), "0\n");
        Files.writeString(proc.resolve("sys/kernel/hostname"), "node-1\n");
        for (String file : List.of("status", "maps", "coredump_filter")) {
            Files.copy(Path.of("/proc/self", file), proc.resolve("self").resolve(file));
        }
        limit("unlimited");
        Files.createSymbolicLink(proc.resolve("self/cwd"), home.crash());
        Files.createSymbolicLink(proc.resolve("self/ns/pid"), Path.of("pid:[4026531836]"));
    }

    @AfterEach
    void forbidHeapDumps() {
        new HeapDumps().forbid();
    }

    @Test
    void waitsForTheKernelThenSetsTheLimit() {
        CoreDumps dumps = dumps(true, 512L << 20);

        dumps.look();
        assertThat(dumps.step().status().state()).isEqualTo(State.WAITING);
        assertThat(dumps.step().status().reason()).contains("bundle kernel");

        dumps.use(kernel);
        dumps.look();
        assertThat(dumps.step().status().state()).isEqualTo(State.ACTIVE);
        assertThat(kernel.coreSize().soft()).isEqualTo(512L << 20);
        assertThat(dumps.facts()).containsEntry("core_dump", "written");
    }

    @Test
    void countsTheMappedFilesThatHotSpotPutsIntoACore() {
        CoreDumps dumps = dumps(true, 1L << 40);

        dumps.look();

        // The JDK's class library alone, lib/modules, has 129 MB.
        assertThat(dumps.view().orElseThrow().situation().needBytes()).isGreaterThan(129_000_000);
    }

    @Test
    void leavesEverythingAloneWhenItIsSwitchedOff() {
        CoreDumps dumps = dumps(false, 512L << 20);
        dumps.use(kernel);

        dumps.look();

        assertThat(dumps.step().status().state()).isEqualTo(State.SKIPPED);
        assertThat(kernel.coreSize().soft()).isZero();
        assertThat(jvmOption("HeapDumpOnOutOfMemoryError")).isEqualTo("false");
    }

    @Test
    void setsTheLimitOfAPageLessForFilesAndToOneForPrograms() throws IOException {
        CoreDumps files = dumps(true, 0);
        files.use(kernel);
        files.look();
        assertThat(kernel.coreSize().soft()).isZero();
        assertThat(files.step().status().state()).isEqualTo(State.ACTIVE);

        Files.writeString(proc.resolve("sys/kernel/core_pattern"), "|/bin/cat %p\n");
        CoreDumps programs = dumps(true, 0);
        programs.use(kernel);
        programs.look();
        assertThat(kernel.coreSize().soft()).isEqualTo(1);
    }

    @Test
    void isBoundByTheHardLimitAndSaysSo() throws IOException {
        ScriptedLimits low = new ScriptedLimits(0, 0);
        limit("0");
        CoreDumps dumps = dumps(true, 512L << 20);
        dumps.use(low);

        dumps.look();

        assertThat(dumps.step().status().state()).isEqualTo(State.DEGRADED);
        assertThat(dumps.step().status().reason()).contains("hard limit");
        assertThat(dumps.step().status().remedy()).contains("LimitCORE");
        assertThat(dumps.step().neededForReady()).isFalse();
    }

    @Test
    void allowsDumpsOfAProcessWithMoreRights() {
        kernel.dumpableIs(2);
        CoreDumps dumps = dumps(true, 512L << 20);
        dumps.use(kernel);

        dumps.look();

        assertThat(kernel.dumpable()).isEqualTo(1);
    }

    @Test
    void forbidsAnotherCoreWhileOldOnesFillTheBudgetAndAllowsOneWhenTheyExpire()
            throws IOException {
        Path old = core("core", 32_768);
        CoreDumps dumps = dumps(true, 512L << 20);
        dumps.use(kernel);

        dumps.look();
        assertThat(kernel.coreSize().soft()).isZero();
        assertThat(dumps.step().status().reason()).contains("core_dump_max_total_bytes");

        clock.advance(Duration.ofHours(169));
        dumps.look();
        assertThat(old).doesNotExist();
        assertThat(dumps.expired()).isEqualTo(1);
        assertThat(kernel.coreSize().soft()).isEqualTo(512L << 20);
        assertThat(dumps.step().status().state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void removesNothingThatIsNotOfACrash() throws IOException {
        Files.createDirectories(home.crash());
        Path note = Files.writeString(home.crash().resolve("core"), "the core of my notes");
        Path other = Files.writeString(home.crash().resolve("todo.txt"), "look at it");
        Path target = core("kept", 4_096);
        Path link = Files.createSymbolicLink(home.crash().resolve("hs_err_1.log"), target);
        CoreDumps dumps = dumps(true, 512L << 20);

        clock.advance(Duration.ofDays(365));
        dumps.look();

        assertThat(List.of(note, other, target)).allSatisfy(file -> assertThat(file).exists());
        assertThat(link).isSymbolicLink();
        assertThat(dumps.expired()).isZero();
    }

    @Test
    void switchesHeapDumpsOnWithinTheBudget() {
        CoreDumps dumps = dumps(true, 1L << 50);
        dumps.look();

        assertThat(jvmOption("HeapDumpOnOutOfMemoryError")).isEqualTo("true");
        assertThat(jvmOption("HeapDumpPath")).startsWith(home.crash() + "/heap-");

        dumps(true, 1_000_000).look();
        assertThat(jvmOption("HeapDumpOnOutOfMemoryError")).isEqualTo("false");
    }

    @Test
    void tellsOnceWhatTheCrashBeforeLeft() throws IOException {
        dumps(true, 1L << 30, 11).look();
        Path report =
                Files.writeString(
                        home.crash().resolve("hs_err_11.log"),
                        "#\n# A fatal error has been detected:\n#\n#  SIGSEGV (0xb) at pc=0x1\n");
        core("core", 8_192);

        CoreDumps next = dumps(true, 1L << 30, 12);
        next.look();
        assertThat(next.previous())
                .contains("pid 11", "did not end in order")
                .contains("the JVM's error report " + report)
                .contains("SIGSEGV (0xb)")
                .contains("a core " + home.crash().resolve("core"));
        next.look();
        next.end();

        CoreDumps afterThat = dumps(true, 1L << 30, 13);
        afterThat.look();
        assertThat(afterThat.previous()).isEmpty();
    }

    @Test
    void tellsOfAKillThatLeftNothing() {
        dumps(true, 1L << 30, 11).look();

        CoreDumps next = dumps(true, 1L << 30, 12);
        next.look();

        assertThat(next.previous()).contains("pid 11").contains("SIGKILL");
    }

    @Test
    void doesNotTakeAReplacementOfItsBundleForACrash() {
        dumps(true, 1L << 30, 11).look();

        CoreDumps replaced = dumps(true, 1L << 30, 11);
        replaced.look();

        assertThat(replaced.previous()).isEmpty();
    }

    @Test
    void keepsTheFolderFromOtherUsers() throws IOException {
        Files.delete(home.crash());

        dumps(true, 1L << 30).look();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.crash())))
                .isEqualTo("rwx------");
    }

    @Test
    void goesOnDegradedWhenTheFolderCannotBeMade() throws IOException {
        Files.delete(home.crash());
        Files.writeString(home.crash(), "in the way");
        CoreDumps dumps = dumps(true, 1L << 30);
        dumps.use(kernel);

        dumps.look();

        assertThat(dumps.step().status().state()).isEqualTo(State.DEGRADED);
        assertThat(dumps.step().status().remedy()).contains(home.crash().toString());
        assertThat(new CoreDumpSuite(dumps).run().get(0).verdict()).isEqualTo(Check.Verdict.FAIL);
    }

    @Test
    void theSuiteExplainsLimitPatternAndFiles() throws IOException {
        core("core", 8_192);
        CoreDumps dumps = dumps(true, 512L << 20);
        dumps.use(kernel);

        List<Check> checks = new CoreDumpSuite(dumps).run();

        assertThat(checks)
                .extracting(Check::name)
                .containsExactly(
                        "core dump",
                        "core pattern",
                        "core limit",
                        "heap dump",
                        "crash files",
                        "previous end");
        assertThat(checks.get(0).verdict()).isEqualTo(Check.Verdict.PASS);
        assertThat(checks.get(0).finding()).contains(home.crash().resolve("core").toString());
        assertThat(checks.get(1).finding()).contains("in the agent's working directory");
        assertThat(checks.get(4).verdict()).isEqualTo(Check.Verdict.WARN);
        assertThat(checks).allSatisfy(check -> assertThat(check.finding()).isNotEmpty());
    }

    @Test
    void theSuiteCallsNoCoreAFailureOnlyWhereOneIsWanted() throws IOException {
        limit("0");

        assertThat(verdict(dumps(true, 512L << 20))).isEqualTo(Check.Verdict.FAIL);
        assertThat(verdict(dumps(true, 0))).isEqualTo(Check.Verdict.SKIPPED);
        assertThat(verdict(dumps(false, 512L << 20))).isEqualTo(Check.Verdict.SKIPPED);
    }

    private static Check.Verdict verdict(CoreDumps dumps) {
        Check first = new CoreDumpSuite(dumps).run().get(0);
        assertThat(first.finding()).contains("would not be written: RLIMIT_CORE is 0 B");
        return first.verdict();
    }

    private CoreDumps dumps(boolean enabled, long maxBytes) {
        return dumps(enabled, maxBytes, 11);
    }

    private CoreDumps dumps(boolean enabled, long maxBytes, long pid) {
        return new CoreDumps(
                new CoreDumpSettings(
                        enabled,
                        new Budget(maxBytes, 0, maxBytes + 16_384, Duration.ofDays(7)),
                        Duration.ofMinutes(1)),
                home,
                new ProcSituation(proc, "self", Map.of()),
                pid,
                Instant.EPOCH,
                clock);
    }

    private void limit(String bytes) throws IOException {
        Files.writeString(
                proc.resolve("self/limits"),
                "Limit                     Soft Limit           Hard Limit           Units\n"
                        + "Max core file size        "
                        + bytes
                        + "            "
                        + bytes
                        + "            bytes\n");
    }

    /** The begin of an ELF file of the type ET_CORE; the rest is a hole. */
    private Path core(String name, long length) throws IOException {
        Path file = home.crash().resolve(name);
        byte[] head = new byte[64];
        head[0] = 0x7f;
        head[1] = 'E';
        head[2] = 'L';
        head[3] = 'F';
        head[16] = 4;
        Files.write(file, head);
        try (var channel = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
            channel.position(length - 1).write(ByteBuffer.wrap(new byte[1]));
        }
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        return file;
    }

    private static String jvmOption(String name) {
        return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption(name)
                .getValue();
    }
}
