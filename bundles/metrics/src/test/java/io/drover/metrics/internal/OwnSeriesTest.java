package io.drover.metrics.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.testing.FixedAgent;
import io.drover.testing.RecordedSamples;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnSeriesTest {

    @TempDir Path folder;

    @Test
    void saysWhatTheKernelSaysOfThisProcess() throws Exception {
        Map<String, Double> values = processValues(Path.of("/proc"));

        double start = ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3;
        assertThat(values.get("process_start_time_seconds")).isCloseTo(start, within(5.0));
        assertThat(values.get("process_resident_memory_bytes")).isGreaterThan(10e6);
        assertThat(values.get("process_virtual_memory_bytes"))
                .isGreaterThan(values.get("process_resident_memory_bytes"));
        assertThat(values.get("process_cpu_seconds_total")).isBetween(0.05, 1e5);
        assertThat(values.get("process_max_fds")).isGreaterThan(values.get("process_open_fds"));
    }

    @Test
    void countsADescriptorMoreWhenOneIsOpened() throws Exception {
        double before = processValues(Path.of("/proc")).get("process_open_fds");
        List<InputStream> open = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            open.add(Files.newInputStream(Path.of("/proc/self/stat")));
        }

        double after = processValues(Path.of("/proc")).get("process_open_fds");

        for (InputStream one : open) {
            one.close();
        }
        assertThat(after - before).isBetween(18.0, 22.0);
    }

    @Test
    void readsAProcessWhoseNameHoldsAnything() throws Exception {
        Path self = Files.createDirectories(folder.resolve("self/fd")).getParent();
        Files.writeString(
                self.resolve("stat"),
                "7 (a) b (c 1 2) S 1 1 1 0 -1 4194560 1 0 0 0 250 150 0 0 20 0 30 0 4200 1 1\n");
        Files.writeString(folder.resolve("stat"), "cpu 1 2 3\nbtime 1700000000\n");
        Files.writeString(self.resolve("status"), "VmSize:\t    2048 kB\nVmRSS:\t    1024 kB\n");
        Files.writeString(
                self.resolve("limits"),
                "Max open files            unlimited            unlimited            files\n");
        Files.createFile(self.resolve("fd/0"));
        Files.createFile(self.resolve("fd/1"));

        assertThat(processValues(folder))
                .containsEntry("process_cpu_seconds_total", 4.0)
                .containsEntry("process_start_time_seconds", 1_700_000_042.0)
                .containsEntry("process_virtual_memory_bytes", 2_097_152.0)
                .containsEntry("process_resident_memory_bytes", 1_048_576.0)
                .containsEntry("process_open_fds", 1.0)
                .containsEntry("process_max_fds", Double.POSITIVE_INFINITY);
    }

    @Test
    void saysWhatTheVirtualMachineSaysOfItself() {
        RecordedSamples samples = new RecordedSamples();

        new JvmSeries().collect(samples);

        assertThat(samples.values())
                .containsKeys(
                        "jvm_memory_max_bytes{area=\"heap\"}",
                        "jvm_memory_pool_used_bytes{pool=\"Metaspace\"}",
                        "jvm_buffer_pool_used_bytes{pool=\"direct\"}",
                        "jvm_compilation_time_seconds_total",
                        "jvm_threads_started_total")
                .anySatisfy(
                        (name, value) ->
                                assertThat(name).startsWith("jvm_gc_collection_seconds_count"));
        assertThat(samples.values().get("jvm_memory_used_bytes{area=\"heap\"}"))
                .isBetween(1e6, (double) Runtime.getRuntime().maxMemory());
        assertThat(samples.values().get("jvm_threads_current"))
                .isCloseTo(ManagementFactory.getThreadMXBean().getThreadCount(), within(20.0));
        assertThat(samples.values().get("jvm_classes_currently_loaded")).isGreaterThan(500);
    }

    @Test
    void takesTheVersionFromTheAgentOnceThereIsOne() {
        RecordedSamples alone = new RecordedSamples();
        RecordedSamples asked = new RecordedSamples();

        new BuildSeries("0.1.0", Optional::empty).collect(alone);
        new BuildSeries("0.1.0", () -> Optional.of(new FixedAgent())).collect(asked);

        assertThat(alone.values().keySet())
                .singleElement()
                .asString()
                .startsWith("drover_build_info{version=\"0.1.0\",revision=\"unknown\",jdk=\"17");
        assertThat(asked.values())
                .containsOnlyKeys(
                        "drover_build_info{version=\"1.2.3\",revision=\"abcdef\",jdk=\"17.0.1\","
                                + "karaf=\"4.4.10\"}");
    }

    @Test
    void isCleanForPromtool() throws Exception {
        assumeTrue(
                List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "promtool"))),
                "promtool is not installed (Debian: prometheus)");
        Registry registry = new Registry(Settings.DEFAULTS, Duration.ofSeconds(5));
        registry.add("jvm", new JvmSeries());
        registry.add("process", new ProcessSeries(Path.of("/proc")));
        registry.add("metrics", new RegistrySeries(registry));
        registry.add("build", new BuildSeries("0.1.0", Optional::empty));
        Scrape.of(registry);
        Scrape scrape = Scrape.of(registry);
        registry.stop();

        assertThat(registry.ledgers().values())
                .allSatisfy(ledger -> assertThat(ledger.dropped()).isEmpty())
                .allSatisfy(ledger -> assertThat(ledger.failures()).isZero());
        assertThat(scrape.samples()).hasSizeGreaterThan(60);
        assertThat(promtool(scrape.body())).isEqualTo("exit 0: ");
    }

    private static Map<String, Double> processValues(Path proc) {
        RecordedSamples samples = new RecordedSamples();
        new ProcessSeries(proc).collect(samples);
        return samples.values();
    }

    private static String promtool(byte[] page) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("promtool", "check", "metrics")
                        .redirectErrorStream(true)
                        .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(page);
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return "exit " + process.waitFor() + ": " + said;
    }
}
