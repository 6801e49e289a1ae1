package io.drover.autoscaling.internal;

import io.drover.autoscaling.internal.journal.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The checked limits of the journal. Every finding is reported at once. Pure functions. */
final class JournalSettings {

    private JournalSettings() {}

    /**
     * @throws IllegalArgumentException naming each bad key, its rule and its value
     */
    static Limits from(AutoscalingConfig config) {
        List<String> findings = new ArrayList<>();
        range(findings, "journal.bytes.max", config.journal_bytes_max(), 65_536, 1L << 40);
        range(
                findings,
                "journal.file.bytes.max",
                config.journal_file_bytes_max(),
                16_384,
                Math.max(16_384, config.journal_bytes_max() / 2));
        range(findings, "journal.queue", config.journal_queue(), 16, 1_000_000);
        range(findings, "journal.sync.ms", config.journal_sync_ms(), 0, 60_000);
        if (!findings.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", findings));
        }
        return new Limits(
                config.journal_bytes_max(),
                config.journal_file_bytes_max(),
                config.journal_queue(),
                Duration.ofMillis(config.journal_sync_ms()));
    }

    private static void range(List<String> findings, String key, long value, long min, long max) {
        if (value < min || value > max) {
            findings.add(key + " must be from " + min + " to " + max + ", is " + value);
        }
    }
}
