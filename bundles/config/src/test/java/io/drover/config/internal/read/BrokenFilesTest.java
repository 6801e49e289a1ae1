package io.drover.config.internal.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.drover.api.config.Finding;
import io.drover.testing.BrokenFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BrokenFilesTest {

    private static final ReadLimits LIMITS = new ReadLimits(1 << 20, 64, 10_000);
    private static final long MEMORY_MAX = 64 << 20;

    @TempDir Path etc;

    static List<BrokenFile> files() {
        return BrokenFile.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void isRefusedWithItsPlaceAndRuleInLittleMemory(BrokenFile file) throws IOException {
        List<String> expected = file.expected();
        Files.write(etc.resolve("drover.yaml"), file.content());
        long before = allocated();

        Sources sources = reader().read(LIMITS);

        assertThat(allocated() - before).isLessThan(MEMORY_MAX);
        assertThat(sources.findings()).extracting(Finding::source).allMatch(s -> !s.isEmpty());
        for (int i = 0; i < expected.size(); i++) {
            String[] parts = BrokenFile.placeAndRule(expected.get(i));
            assertThat(sources.findings()).as(file.name()).hasSizeGreaterThan(i);
            Finding finding = sources.findings().get(i);
            assertThat(finding.source())
                    .as(finding.sentence())
                    .isEqualTo("etc/drover.yaml:" + parts[0]);
            assertThat(finding.rule()).startsWith(parts[1]);
        }
        assertThat(sources.findings()).hasSize(expected.size());
    }

    @Test
    void aHugeFileIsRefusedByItsSizeWithoutBeingRead() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(etc.resolve("drover.yaml").toFile(), "rw")) {
            file.setLength(100L << 20);
        }
        long before = allocated();

        Sources sources = reader().read(LIMITS);

        assertThat(allocated() - before).isLessThan(8 << 20);
        assertThat(sources.findings())
                .extracting(Finding::sentence)
                .containsExactly(
                        "etc/drover.yaml:1:1: must not be larger than 1048576 bytes"
                                + " (config.file_bytes_max), is 104857600 bytes");
    }

    @Test
    void aFileOfNothingButMistakesGivesABoundedReport() throws IOException {
        Files.writeString(etc.resolve("drover.yaml"), BrokenFile.many("k%d: 1\n", 4_000));

        Sources sources = reader().read(LIMITS);

        assertThat(sources.findings()).hasSize(Findings.MAX + 1);
        assertThat(sources.findings().get(Findings.MAX).sentence())
                .isEqualTo("and 3900 more findings");
    }

    @Test
    void aFolderInPlaceOfTheFileIsRefused() throws IOException {
        Files.createDirectory(etc.resolve("drover.yaml"));

        assertThat(reader().read(LIMITS).findings())
                .extracting(Finding::sentence)
                .containsExactly("etc/drover.yaml: must be a regular file");
    }

    @Test
    void aLinkThatLeadsNowhereIsNotTakenForAnAbsentFile() throws IOException {
        Files.createSymbolicLink(etc.resolve("drover.yaml"), Path.of("gone.yaml"));

        assertThat(reader().read(LIMITS).findings())
                .extracting(Finding::sentence)
                .containsExactly("etc/drover.yaml: must be a regular file");
    }

    @Test
    void aPipeDoesNotBlockTheReading() throws IOException, InterruptedException {
        Files.createDirectory(etc.resolve("conf.d"));
        Path pipe = etc.resolve("conf.d/pipe.yaml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

        assertThat(reader().read(LIMITS).findings())
                .extracting(Finding::sentence)
                .containsExactly("etc/conf.d/pipe.yaml: must be a regular file");
    }

    @Test
    void moreFilesThanAllowedAreRefused() throws IOException {
        Files.createDirectory(etc.resolve("conf.d"));
        for (int i = 0; i < 5; i++) {
            Files.writeString(etc.resolve("conf.d/" + i + ".yaml"), "a:\n  b: 1\n");
        }

        Sources sources = reader().read(new ReadLimits(1000, 3, 100));

        assertThat(sources.findings())
                .extracting(Finding::sentence)
                .containsExactly("etc/conf.d: must not hold more than 3 files, is 5");
        assertThat(sources.files()).hasSize(3);
    }

    private SourceReader reader() {
        return new SourceReader(new SourceFolder(etc), Map.of());
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
