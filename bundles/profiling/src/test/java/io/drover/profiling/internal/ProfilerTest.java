package io.drover.profiling.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.profiling.Profiling;
import io.drover.api.status.State;
import io.drover.testing.Configured;
import io.drover.testing.FixedIntake;
import io.drover.testing.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfilerTest {

    @TempDir Path folder;
    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final FixedIntake intake = new FixedIntake();
    private final List<String> log = new ArrayList<>();

    /** A ring that only notes what is asked of it. */
    private final class NotedRing implements Ring {

        @Override
        public void start(Settings.RingSettings settings) throws IOException {
            log.add("start " + settings.maxBytes());
            if (settings.maxBytes() == 3_000_000) {
                throw new IOException("no space left");
            }
        }

        @Override
        public void stop() {
            log.add("stop");
        }

        @Override
        public boolean write(Instant from, Instant to, OutputStream out) throws IOException {
            out.write((from + " " + to).getBytes(StandardCharsets.UTF_8));
            return true;
        }

        @Override
        public long bytes() {
            return 42;
        }
    }

    @Test
    void recordsNothingAndTouchesNoRecorderWhileItIsOff() {
        Profiler profiler = profiler(Map.of());

        assertThat(log).isEmpty();
        assertThat(profiler.view().running()).isFalse();
        assertThat(profiler.steps().get(0).status().state()).isEqualTo(State.SKIPPED);
        assertThatThrownBy(() -> profiler.summary(Duration.ofMinutes(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("drover profiling on");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void takesTrueFalseAndRestartWhileItRuns() throws Exception {
        Profiler profiler = profiler(Map.of());

        profiler.change(Profiling.Change.ON);
        profiler.change(Profiling.Change.ON);
        assertThat(profiler.view().running()).isTrue();
        assertThat(profiler.view().since()).contains(clock.instant());
        profiler.change(Profiling.Change.RESTART);
        profiler.change(Profiling.Change.OFF);
        profiler.change(Profiling.Change.OFF);
        profiler.change(Profiling.Change.RESTART);

        assertThat(log)
                .containsExactly(
                        "start 16777216", "stop", "start 16777216", "stop", "start 16777216");
        assertThat(profiler.steps().get(0).status().state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void followsTheConfiguration() throws Exception {
        Profiler profiler = profiler(Map.of("enabled", true));
        profiler.apply(settings(Map.of("enabled", true)));
        profiler.apply(settings(Map.of("enabled", true, "service", "other")));
        assertThat(log).as("another name is no reason to lose the ring").hasSize(1);

        profiler.apply(settings(Map.of("enabled", true, "ring_max_bytes", 4_000_000L)));
        profiler.apply(settings(Map.of("enabled", false)));

        assertThat(log).containsExactly("start 16777216", "stop", "start 4000000", "stop");
    }

    @Test
    void goesOnDegradedWithoutARecorder() {
        Profiler profiler = profiler(Map.of());
        profiler.apply(settings(Map.of("enabled", true, "ring_max_bytes", 3_000_000L)));

        assertThat(profiler.steps().get(0).status().state()).isEqualTo(State.DEGRADED);
        assertThat(profiler.steps().get(0).status().reason()).contains("no space left");
        assertThat(profiler.steps().get(0).neededForReady()).isFalse();
        assertThatThrownBy(() -> profiler.change(Profiling.Change.ON))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no space left");

        Profiler without =
                new Profiler(
                        settings(Map.of()),
                        () -> {
                            throw new NoClassDefFoundError("jdk/jfr/Recording");
                        },
                        folder,
                        List.of(),
                        clock);
        without.apply(settings(Map.of("enabled", true)));
        assertThat(without.steps().get(0).status().reason()).contains("module jdk.jfr");
    }

    @Test
    void holdsUpTheStartUntilItHasSaidThatItSends() throws Exception {
        Profiler profiler = profiler(Map.of("enabled", true, "upload", true));
        assertThat(profiler.steps().get(1).neededForReady()).isTrue();
        assertThat(profiler.steps().get(1).status().state()).isEqualTo(State.WAITING);
        assertThat(profiler.steps().get(1).status().reason()).contains("bundle core");

        profiler.use(intake);
        profiler.tick();

        assertThat(intake.open()).containsExactly("profile upload");
        assertThat(profiler.steps().get(1).status().state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void sendsEachPeriodWhatTheRingRecordedInIt() throws Exception {
        Profiler profiler = profiler(Map.of("upload", true));
        profiler.use(intake);
        profiler.change(Profiling.Change.ON);
        profiler.tick();
        assertThat(intake.posts()).isEmpty();

        clock.advance(Duration.ofMinutes(5));
        profiler.tick();
        clock.advance(Duration.ofMinutes(5));
        profiler.tick();

        assertThat(intake.posts()).hasSize(2);
        assertThat(intake.posts().get(0).text())
                .contains("\"start\":\"2026-01-01T00:00:00Z\",\"end\":\"2026-01-01T00:05:00Z\"");
        assertThat(intake.posts().get(1).text())
                .contains("\"start\":\"2026-01-01T00:05:00Z\",\"end\":\"2026-01-01T00:10:00Z\"");
    }

    @Test
    void sendsNoMoreWhenUploadIsSwitchedOff() throws Exception {
        Profiler profiler = profiler(Map.of("upload", true));
        profiler.use(intake);
        profiler.tick();

        profiler.apply(settings(Map.of()));
        clock.advance(Duration.ofHours(1));
        profiler.tick();

        assertThat(intake.open()).isEmpty();
        assertThat(intake.posts()).isEmpty();
        assertThat(profiler.steps().get(1).status().state()).isEqualTo(State.SKIPPED);
    }

    @Test
    void waitsAgainWhenCoreIsReplaced() throws Exception {
        Profiler profiler = profiler(Map.of("upload", true));
        profiler.use(intake);
        profiler.tick();

        profiler.lose(intake);
        profiler.tick();
        assertThat(profiler.steps().get(1).status().state()).isEqualTo(State.WAITING);

        FixedIntake next = new FixedIntake();
        profiler.use(next);
        profiler.tick();
        assertThat(next.open()).hasSize(1);
    }

    @Test
    void givesARecordingOfTheTimeThatIsAskedFor() throws Exception {
        Profiler profiler = profiler(Map.of());
        profiler.change(Profiling.Change.ON);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        profiler.recording(Duration.ofSeconds(90), out);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("2025-12-31T23:58:30Z 2026-01-01T00:00:00Z");
        assertThat(folder).as("nothing is left behind").isEmptyDirectory();
    }

    @Test
    void keepsTheNewestDumps() throws Exception {
        Profiler profiler = profiler(Map.of("dumps_max", 2));
        profiler.change(Profiling.Change.ON);
        List<Path> dumps = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clock.advance(Duration.ofSeconds(1));
            dumps.add(profiler.dump(Duration.ofSeconds(9)));
        }

        assertThat(dumps.get(3)).hasFileName("drover-20260101T000004.000Z.jfr").exists();
        assertThat(dumps.get(2)).exists();
        assertThat(dumps.get(1)).doesNotExist();
        assertThat(dumps.get(0)).doesNotExist();
    }

    private Profiler profiler(Map<String, Object> values) {
        return new Profiler(settings(values), NotedRing::new, folder, List.of(), clock);
    }

    private static Settings settings(Map<String, Object> values) {
        return Settings.from(Configured.with(ProfilingConfig.class, values));
    }
}
