package io.drover.profiling.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.profiling.internal.report.FlameGraph;
import io.drover.profiling.internal.report.Profile;
import io.drover.profiling.internal.report.Summary;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the flight recorder of this JVM, on one recording of some seconds. */
class FlightRingTest {

    private static final Settings.RingSettings SMALL =
            new Settings.RingSettings(4_194_304, Duration.ofMinutes(10), 1_048_576);

    @TempDir static Path folder;
    private static FlightRing ring;
    private static Path file;
    private static Profile profile;

    @BeforeAll
    static void record() throws Exception {
        ring = new FlightRing(folder.resolve("repository"));
        ring.start(SMALL);
        Instant begin = Instant.now();
        Thread worker = new Thread(() -> Busy.computeFor(1_500), "busy-worker-7");
        worker.start();
        Busy.allocate(200);
        worker.join();
        file = folder.resolve("drover.jfr");
        try (OutputStream out = Files.newOutputStream(file)) {
            assertThat(ring.write(begin, Instant.now(), out)).isTrue();
        }
        profile = Profile.read(file, begin, 100_000);
    }

    @AfterAll
    static void stop() {
        ring.stop();
    }

    @Test
    void makesARecordingThatTheJdksToolReads() throws Exception {
        Path jfr = Path.of(System.getProperty("java.home"), "bin", "jfr");
        Process tool =
                new ProcessBuilder(jfr.toString(), "summary", file.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(tool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(tool.exitValue()).as(output).isZero();
        assertThat(output).contains("Version: 2.").contains("jdk.ExecutionSample");
    }

    @Test
    void findsTheHotMethodAndItsThread() {
        assertThat(profile.samples()).isPositive();

        assertThat(Summary.of(profile))
                .contains("hot methods")
                .contains("io.drover.profiling.internal.Busy.theHotLoop")
                .contains("busy-worker-n");
    }

    @Test
    void findsWhoAllocates() {
        assertThat(profile.allocations()).isPositive();

        assertThat(Summary.of(profile))
                .contains("io.drover.profiling.internal.Busy.theGreedyMethod")
                .contains("byte[]");
    }

    @Test
    void drawsAFlameGraphThatNeedsNothingElse() throws Exception {
        String page = FlameGraph.ofCpu(profile);

        assertThat(page)
                .startsWith("<!doctype html>")
                .contains("Busy.theHotLoop")
                .contains("default-src 'none'")
                .doesNotContain("/*PROFILE*/null")
                .doesNotContain("src=")
                .doesNotContain("http://")
                .doesNotContain("https://");
        assertThat(FlameGraph.ofAllocation(profile)).contains("Busy.theGreedyMethod");
    }

    @Test
    void readsNoMoreThanItsBoundAndCountsTheRest() throws Exception {
        Profile bounded = Profile.read(file, Instant.EPOCH, 5);

        assertThat(bounded.samples() + bounded.allocations()).isEqualTo(5);
        assertThat(bounded.unread()).isPositive();
        assertThat(Summary.of(bounded)).contains("samples were not read");
    }

    @Test
    void recordsNothingThatMayHoldASecret() throws Exception {
        Set<String> types = new HashSet<>();
        try (RecordingFile events = new RecordingFile(file)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                types.add(event.getEventType().getName());
            }
        }

        assertThat(types)
                .contains("jdk.ExecutionSample", "jdk.ObjectAllocationSample")
                .doesNotContain(
                        "jdk.InitialEnvironmentVariable",
                        "jdk.InitialSystemProperty",
                        "jdk.InitialSecurityProperty",
                        "jdk.SocketRead",
                        "jdk.FileRead",
                        "jdk.ThreadPark");
    }

    @Test
    void keepsItsFilesFromOthersAndTakesThemAwayAtTheEnd() throws Exception {
        FlightRing other = new FlightRing(folder.resolve("repository"));
        other.start(SMALL);
        assertThat(other.bytes()).isNotNegative();

        other.stop();

        assertThat(other.bytes()).isZero();
        assertThat(Files.getPosixFilePermissions(folder.resolve("repository"))).hasSize(3);
    }
}
