package io.drover.core.internal.coredump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.core.internal.coredump.Prediction.Outcome;
import io.drover.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small processes that kill themselves with SIGABRT: what was predicted a moment before is what the
 * kernel of this machine then does, under the core_pattern that it has. Needs prlimit and setpriv
 * (util-linux) and, for other users and file systems, root.
 */
class PredictionAgainstTheKernelTest {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @TempDir Path top;
    private Path folder;

    @BeforeEach
    void makeAFolder() throws IOException {
        Files.setPosixFilePermissions(top, PosixFilePermissions.fromString("rwxr-xr-x"));
        folder = Files.createDirectory(top.resolve("crash"));
    }

    @Test
    void withoutALimit() throws Exception {
        expect(Outcome.WRITTEN, crash("unlimited", List.of()));
    }

    @Test
    void underALimitThatIsLargeEnough() throws Exception {
        expect(Outcome.WRITTEN, crash("50000000", List.of()));
    }

    @Test
    void underALimitOfZero() throws Exception {
        expect(Outcome.NONE, crash("0", List.of()));
    }

    @Test
    void underALimitBelowAPage() throws Exception {
        expect(Outcome.NONE, crash("4095", List.of()));
    }

    @Test
    void underALimitThatCutsItOff() throws Exception {
        expect(Outcome.CUT, crash("8192", List.of()));
    }

    @Test
    void overAnOldCore() throws Exception {
        Files.writeString(folder.resolve("core"), "old");

        expect(Outcome.WRITTEN, crash("unlimited", List.of()));
    }

    @Test
    void overALinkWhichIsReplacedAndNotFollowed() throws Exception {
        Path elsewhere = Files.writeString(top.resolve("elsewhere"), "kept");
        Files.createSymbolicLink(folder.resolve("core"), elsewhere);

        expect(Outcome.WRITTEN, crash("unlimited", List.of()));

        assertThat(Files.readString(elsewhere)).isEqualTo("kept");
    }

    @Test
    void whereAFolderIsInItsWay() throws Exception {
        Files.createDirectory(folder.resolve("core"));

        expect(Outcome.NONE, crash("unlimited", List.of()));
    }

    @Test
    void inAFolderThatWasRemoved() throws Exception {
        Crash crash = begin("unlimited", List.of());
        Files.delete(folder);

        expect(Outcome.NONE, end(crash));
    }

    @Test
    void inAFolderOfAnotherUser() throws Exception {
        assumeRoot();

        expect(Outcome.NONE, crash("unlimited", nobody()));
    }

    @Test
    void whereAnotherUsersFileCannotBeReplaced() throws Exception {
        assumeRoot();
        run("chmod", "1777", folder.toString());
        Files.writeString(folder.resolve("core"), "root's");

        Observed observed = crash("unlimited", nobody());

        assertThat(Files.readString(folder.resolve("core"))).isEqualTo("root's");
        Files.delete(folder.resolve("core"));
        expect(Outcome.NONE, new Observed(observed.prediction(), 0));
    }

    @Test
    void onADiskThatIsNearlyFull() throws Exception {
        assumeRoot();
        run("mount", "-t", "tmpfs", "-o", "size=24k", "tmpfs", folder.toString());
        try {
            expect(Outcome.CUT, crash("unlimited", List.of()));
        } finally {
            run("umount", "-l", folder.toString());
        }
    }

    @Test
    void onADiskThatIsFull() throws Exception {
        assumeRoot();
        run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder.toString());
        try {
            Files.write(folder.resolve("filler"), new byte[16 * 1_024]);

            expect(Outcome.NONE, crash("unlimited", List.of()));
        } finally {
            run("umount", "-l", folder.toString());
        }
    }

    /**
     * @param prediction made before
     * @param bytes of the core that was found after
     */
    private record Observed(Prediction prediction, long bytes) {}

    /**
     * @param prefix what makes the process another user's; empty for the test's own
     */
    private record Crash(Process process, List<String> prefix) {}

    private Observed crash(String limit, List<String> prefix) throws Exception {
        return end(begin(limit, prefix));
    }

    private Crash begin(String limit, List<String> prefix) throws Exception {
        List<String> words = new ArrayList<>(List.of("prlimit", "--core=" + limit + ":"));
        words.addAll(prefix);
        words.addAll(List.of("sh", "-c", "read go; kill -ABRT $$"));
        Process process =
                new ProcessBuilder(words)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(top.resolve("output").toFile())
                        .start();
        Await.until(
                "the process has become the shell",
                DEADLINE,
                () -> comm(process).equals("sh"),
                () -> comm(process));
        return new Crash(process, prefix);
    }

    private Observed end(Crash crash) throws Exception {
        Process process = crash.process();
        Situation situation =
                asItIsTold(
                        crash,
                        new ProcSituation(Path.of("/proc"), Long.toString(process.pid()), Map.of())
                                .read(OptionalInt.empty()));
        Prediction prediction = Prediction.of(situation);

        process.getOutputStream().write("go\n".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();

        assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("ended by SIGABRT").isEqualTo(128 + 6);
        Path core =
                prediction.where().isEmpty() ? folder.resolve("core") : Path.of(prediction.where());
        boolean file =
                situation.pattern().kind() == CorePattern.Kind.FILE && Files.isRegularFile(core);
        return new Observed(prediction, file ? Files.size(core) : 0);
    }

    /** What the process may write the kernel tells to itself alone, and this is not it. */
    private static Situation asItIsTold(Crash crash, Situation read) throws Exception {
        if (crash.prefix().isEmpty() || read.target().isEmpty()) {
            return read;
        }
        Situation.Target target = read.target().get();
        List<String> words = new ArrayList<>(crash.prefix());
        words.addAll(List.of("test", "-w", target.folder().toString()));
        boolean writable = new ProcessBuilder(words).start().waitFor() == 0;
        return new Situation(
                read.softLimit(),
                read.hardLimit(),
                read.dumpable(),
                read.pattern(),
                read.workingDirectory(),
                read.crasher(),
                Optional.of(
                        new Situation.Target(
                                target.folder(),
                                target.isFolder(),
                                writable,
                                target.existing(),
                                target.freeBytes())),
                read.program(),
                read.needBytes());
    }

    /** Where this machine gives cores to a program, that is what must have been predicted. */
    private static void expect(Outcome withFiles, Observed observed) throws IOException {
        Prediction prediction = observed.prediction();
        if (prediction.outcome() == Outcome.HANDED_OVER) {
            assertThat(Files.readString(Path.of("/proc/sys/kernel/core_pattern"))).startsWith("|");
            return;
        }
        assertThat(prediction.outcome()).as(prediction.toString()).isEqualTo(withFiles);
        if (withFiles == Outcome.NONE) {
            assertThat(observed.bytes()).as(prediction.toString()).isZero();
        } else {
            assertThat(observed.bytes()).as(prediction.toString()).isPositive();
        }
    }

    private static String comm(Process process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/comm")).strip();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static List<String> nobody() {
        return List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    }

    private static void assumeRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    }

    private static void run(String... words) throws Exception {
        Process process = new ProcessBuilder(words).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", words)).isZero();
    }
}
