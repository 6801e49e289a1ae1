package io.drover.core.internal.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.agent.Home;
import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Check.Verdict;
import io.drover.testing.FixedAgent;
import io.drover.testing.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The suites of core, each with something wrong and with all well. */
class SuitesTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir Path root;
    private Home home;

    @BeforeEach
    void makeHome() throws Exception {
        home = new Home(root.resolve("home"));
        for (Path folder :
                List.of(home.log(), home.run(), home.secrets(), home.state(), home.etc())) {
            Files.createDirectories(folder);
        }
        mode(home.secrets(), "rwx------");
    }

    @Test
    void aStepThatIsNotWellComesWithItsRemedy() {
        assertThat(new SubsystemsSuite(new FixedAgent()).run())
                .containsExactly(
                        Check.warn(
                                "conntrack/netlink",
                                "no privilege",
                                "add CAP_NET_ADMIN",
                                "./drover startup"));
    }

    @Test
    void aDiskWithRoomPasses() {
        assertThat(new DiskSuite(home, 1).run())
                .extracting(Check::name, Check::verdict)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("state", Verdict.PASS),
                        org.assertj.core.groups.Tuple.tuple("room", Verdict.PASS));
    }

    @Test
    void aDiskThatIsNearlyFullWarnsAndAFullOneFails() {
        long free = root.toFile().getUsableSpace();

        assertThat(named("room", new DiskSuite(home, free * 2).run()).verdict())
                .isEqualTo(Verdict.WARN);
        Check full = named("room", new DiskSuite(home, free * 16).run());
        assertThat(full.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(full.command()).startsWith("du -xh");
    }

    @Test
    void aFolderThatIsAwayCannotBeWritten() throws Exception {
        Files.delete(home.state());

        Check state = named("state", new DiskSuite(home, 1).run());

        assertThat(state.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(state.command()).contains("ls -ld " + home.state());
    }

    @Test
    void secretsThatOthersMayReadFailWithTheCommandThatMendsIt() throws Exception {
        Path token = Files.writeString(home.secrets().resolve("local_token"), "x");
        mode(token, "rw-r--r--");
        Path authority = Files.writeString(home.secrets().resolve("ca.pem"), "x");
        mode(authority, "rw-r--r--");

        List<Check> checks = new FilesSuite(home).run();

        assertThat(named("secrets/local_token", checks).command()).isEqualTo("chmod go= " + token);
        assertThat(checks).filteredOn(check -> check.verdict() == Verdict.FAIL).hasSize(1);

        mode(token, "rw-------");
        assertThat(new FilesSuite(home).run())
                .extracting(Check::verdict)
                .containsOnly(Verdict.PASS);
    }

    @Test
    void aConfigurationThatOthersMayWriteFails() throws Exception {
        Path file = Files.writeString(home.etc().resolve("drover.yaml"), "{}");
        mode(file, "rw-rw-r--");

        assertThat(named("etc/drover.yaml", new FilesSuite(home).run()).command())
                .isEqualTo("chmod go-w " + file);
    }

    @Test
    void aHeapThatIsNearlyFullWarns() {
        assertThat(MemorySuite.heap(80, 100).verdict()).isEqualTo(Verdict.PASS);
        assertThat(MemorySuite.heap(95L << 20, 100L << 20).command()).contains("-Xmx200m");
    }

    @Test
    void memoryIsJudgedBesideTheControlGroup() throws Exception {
        Path self = Files.createDirectories(root.resolve("self/fd")).getParent();
        Files.writeString(self.resolve("status"), "Name:\tx\nVmRSS:\t  122880 kB\n");
        Files.writeString(self.resolve("limits"), "Max open files            3   4096   files\n");
        Path group = Files.createDirectories(root.resolve("group"));
        Files.writeString(group.resolve("memory.max"), "134217728\n");
        Files.writeString(group.resolve("memory.events"), "oom 2\noom_kill 2\n");

        List<Check> checks = new MemorySuite(self, group).run();

        assertThat(named("resident", checks).finding())
                .isEqualTo("120 MiB of the control group's 128 MiB");
        assertThat(named("resident", checks).verdict()).isEqualTo(Verdict.WARN);
        assertThat(named("kills", checks).finding()).contains("has killed 2 processes");
        assertThat(named("files", checks).finding()).isEqualTo("0 of at most 3 are open");
    }

    @Test
    void realFilesOfThisProcessAreUnderstood() {
        assertThat(new MemorySuite().run())
                .filteredOn(check -> check.name().matches("resident|files"))
                .extracting(Check::verdict)
                .doesNotContain(Verdict.SKIPPED, Verdict.FAIL);
    }

    @Test
    void aClockBeforeTheProgramIsWrong() throws Exception {
        ManualClock clock = new ManualClock(T0);
        ClockSteps steps = new ClockSteps(clock, () -> 0);

        List<Check> wrong = new ClockSuite(clock, steps, T0.plusSeconds(1), root).run();
        List<Check> right = new ClockSuite(clock, steps, T0, root).run();

        assertThat(named("date", wrong).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(named("date", right).verdict()).isEqualTo(Verdict.PASS);
        assertThat(named("steps", right).verdict()).isEqualTo(Verdict.PASS);
        assertThat(named("service", right).verdict()).isEqualTo(Verdict.SKIPPED);
    }

    @Test
    void aClockThatWasSetIsNoticedWithWhenAndByHowMuch() throws Exception {
        ManualClock clock = new ManualClock(T0);
        AtomicLong nanos = new AtomicLong();
        ClockSteps steps = new ClockSteps(clock, nanos::get);
        clock.advance(Duration.ofSeconds(10));
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        steps.look();
        assertThat(steps.count()).isZero();

        clock.advance(Duration.ofSeconds(3));
        steps.look();

        assertThat(steps.count()).isEqualTo(1);
        assertThat(steps.largest()).isEqualTo(Duration.ofSeconds(3));
        assertThat(named("steps", new ClockSuite(clock, steps, T0, root).run()).finding())
                .contains("set by 3.000 s at 2026-01-01T00:00:13Z");
    }

    @Test
    void aTimeServiceAndAHeldBackProcessorAreSeen() throws Exception {
        Files.createDirectories(root.resolve("run/systemd/timesync"));
        Files.writeString(root.resolve("run/systemd/timesync/synchronized"), "");
        Files.createDirectories(root.resolve("sys/fs/cgroup"));
        Files.writeString(
                root.resolve("sys/fs/cgroup/cpu.stat"), "usage_usec 5\nnr_throttled 12\n");
        ManualClock clock = new ManualClock(T0);

        List<Check> checks = new ClockSuite(clock, new ClockSteps(clock, () -> 0), T0, root).run();

        assertThat(named("service", checks).verdict()).isEqualTo(Verdict.PASS);
        assertThat(named("processor", checks).finding()).contains("held the agent back 12 times");
    }

    private static Check named(String name, List<Check> checks) {
        return checks.stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no check " + name + " in " + checks));
    }

    private static void mode(Path file, String mode) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
