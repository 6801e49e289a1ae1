package io.drover.core.internal;

import io.drover.core.internal.flare.Bounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The checked form of {@link CoreConfig}. */
record Settings(
        Duration pollInterval,
        Duration calmInterval,
        Duration calmAfter,
        Duration absenceGrace,
        Duration drain,
        Duration stopDeadline,
        Duration slowStart,
        Duration diagnoseDeadline,
        long diskFreeMinBytes,
        Duration unreadyAfter,
        Duration readyAfter,
        Duration stuckAfter,
        Duration stuckOutsideAfter,
        Bounds flare) {

    static Settings from(CoreConfig config) {
        List<String> wrong = new ArrayList<>();
        check(wrong, "poll_interval_ms", config.poll_interval_ms(), 20, 10_000);
        check(wrong, "calm_interval_ms", config.calm_interval_ms(), 20, 10_000);
        check(wrong, "calm_after_ms", config.calm_after_ms(), 0, 600_000);
        check(wrong, "absence_grace_ms", config.absence_grace_ms(), 0, 600_000);
        check(wrong, "drain_ms", config.drain_ms(), 0, 600_000);
        check(wrong, "stop_deadline_ms", config.stop_deadline_ms(), 500, 600_000);
        check(wrong, "slow_start_ms", config.slow_start_ms(), 1_000, 3_600_000);
        check(wrong, "diagnose_deadline_ms", config.diagnose_deadline_ms(), 100, 600_000);
        check(wrong, "disk_free_min_mb", config.disk_free_min_mb(), 8, 1 << 20);
        check(wrong, "unready_after_ms", config.unready_after_ms(), 0, 600_000);
        check(wrong, "ready_after_ms", config.ready_after_ms(), 0, 600_000);
        check(wrong, "stuck_after_ms", config.stuck_after_ms(), 1_000, 3_600_000);
        check(wrong, "stuck_outside_after_ms", config.stuck_outside_after_ms(), 1_000, 3_600_000);
        check(wrong, "flare_max_mb", config.flare_max_mb(), 1, 1_024);
        check(wrong, "flare_file_max_mb", config.flare_file_max_mb(), 1, 64);
        check(wrong, "flare_deadline_ms", config.flare_deadline_ms(), 1_000, 100_000);
        check(wrong, "flare_source_deadline_ms", config.flare_source_deadline_ms(), 100, 600_000);
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", wrong));
        }
        return new Settings(
                Duration.ofMillis(config.poll_interval_ms()),
                Duration.ofMillis(config.calm_interval_ms()),
                Duration.ofMillis(config.calm_after_ms()),
                Duration.ofMillis(config.absence_grace_ms()),
                Duration.ofMillis(config.drain_ms()),
                Duration.ofMillis(config.stop_deadline_ms()),
                Duration.ofMillis(config.slow_start_ms()),
                Duration.ofMillis(config.diagnose_deadline_ms()),
                (long) config.disk_free_min_mb() << 20,
                Duration.ofMillis(config.unready_after_ms()),
                Duration.ofMillis(config.ready_after_ms()),
                Duration.ofMillis(config.stuck_after_ms()),
                Duration.ofMillis(config.stuck_outside_after_ms()),
                new Bounds(
                        (long) config.flare_max_mb() << 20,
                        config.flare_file_max_mb() << 20,
                        Duration.ofMillis(config.flare_deadline_ms()),
                        Duration.ofMillis(config.flare_source_deadline_ms())));
    }

    private static void check(List<String> wrong, String key, int value, int min, int max) {
        if (value < min || value > max) {
            wrong.add("core." + key + " must be from " + min + " to " + max + ", is " + value);
        }
    }
}
