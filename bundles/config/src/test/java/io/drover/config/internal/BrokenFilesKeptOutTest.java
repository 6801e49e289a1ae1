package io.drover.config.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.drover.api.config.Finding;
import io.drover.api.config.Reload;
import io.drover.api.config.Setting;
import io.drover.api.status.State;
import io.drover.config.internal.read.SourceFolder;
import io.drover.config.internal.read.SourceReader;
import io.drover.config.internal.schema.MetatypeXml;
import io.drover.config.internal.schema.Schema;
import io.drover.testing.BrokenFile;
import io.drover.testing.ManualClock;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a broken file does to an agent: nothing, at the start and at a reload. */
class BrokenFilesKeptOutTest {

    private static final long MEMORY_MAX = 64 << 20;

    private final List<String> published = new ArrayList<>();

    @TempDir Path etc;

    static List<BrokenFile> files() {
        return BrokenFile.all();
    }

    /**
     * In a JVM that fuzz tests share, their agent rewrites each class as it is loaded: not ours.
     */
    @BeforeAll
    static void loadEveryClassFirst(@TempDir Path folder) throws Exception {
        for (BrokenFile file : files()) {
            BrokenFilesKeptOutTest first = new BrokenFilesKeptOutTest();
            first.etc = folder;
            Files.write(folder.resolve("drover.yaml"), file.content());
            first.begun();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void nothingIsHandedOutWhenItIsThereAtTheStart(BrokenFile file) throws Exception {
        Files.write(etc.resolve("drover.yaml"), file.content());
        long before = allocated();

        Keeper keeper = begun();

        assertThat(allocated() - before).isLessThan(MEMORY_MAX);
        assertThat(keeper.view().status().state()).isEqualTo(State.FAILED);
        assertThat(published).isEmpty();
        assertTold(file, keeper.view().findings());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void allStaysAsItWasWhenItComesLater(BrokenFile file) throws Exception {
        Files.writeString(etc.resolve("drover.yaml"), "config: {settle_ms: 301}");
        Keeper keeper = begun();
        List<Setting> held = keeper.view().settings();
        published.clear();
        Files.write(etc.resolve("drover.yaml"), file.content());
        long before = allocated();

        Reload reload = keeper.read();

        assertThat(allocated() - before).isLessThan(MEMORY_MAX);
        assertThat(reload.outcome()).isEqualTo(Reload.Outcome.REFUSED);
        assertThat(published).isEmpty();
        assertThat(keeper.view().settings()).isEqualTo(held);
        assertThat(keeper.view().status().state()).isEqualTo(State.DEGRADED);
        assertTold(file, reload.findings());
    }

    private static void assertTold(BrokenFile file, List<Finding> findings) {
        for (String expected : file.expected()) {
            String[] placeAndRule = BrokenFile.placeAndRule(expected);
            assertThat(findings)
                    .as(file.name())
                    .anySatisfy(
                            finding -> {
                                assertThat(finding.source())
                                        .isEqualTo("etc/drover.yaml:" + placeAndRule[0]);
                                assertThat(finding.rule()).startsWith(placeAndRule[1]);
                                assertThat(finding.sentence().lines()).hasSize(1);
                            });
        }
    }

    private Keeper begun() throws Exception {
        Keeper keeper =
                new Keeper(
                        new SourceReader(new SourceFolder(etc), Map.of()),
                        new Published(),
                        (targets, limits) -> {},
                        new RunTimeFile(etc.resolve("none"), "test"),
                        reload -> {},
                        new Counts(),
                        new ManualClock(Instant.parse("2026-11-22T10:00:00Z")));
        Path own =
                Path.of("target/classes/OSGI-INF/metatype", ConfigConfig.class.getName() + ".xml");
        try (InputStream in = Files.newInputStream(own)) {
            keeper.begin(Schema.of(MetatypeXml.read(in)));
        }
        return keeper;
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private final class Published implements Publisher {

        @Override
        public boolean publish(String pid, Map<String, Object> properties) throws IOException {
            return published.add(pid);
        }

        @Override
        public void withdraw(String pid) {
            published.add("-" + pid);
        }

        @Override
        public Map<String, Optional<Object>> edited(String pid) {
            return Map.of();
        }

        @Override
        public void levels(Map<String, String> levels) {
            assertThat(levels).isEmpty();
        }
    }
}
