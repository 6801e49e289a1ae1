package io.drover.conntrack.internal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The checked form of {@link ConntrackConfig}. An audit interval of zero means no audits. */
record Settings(
        boolean enabled,
        Optional<Path> namespace,
        boolean allNamespaces,
        int namespacesMax,
        boolean translatedOnly,
        boolean reliable,
        int receiveBufferBytes,
        int receiveBufferMaxBytes,
        boolean backPressure,
        Duration backPressureRecovery,
        Duration pollInterval,
        int sampleAboveRate,
        int tableMaxEntries,
        boolean updates,
        Duration drainInterval,
        Duration idleAfter,
        Duration auditInterval,
        Duration retryMax,
        int streamsMax,
        int streamQueueMax,
        int replayEvents,
        int talkers,
        int talkersWindowSeconds) {

    /**
     * The settings of a configuration.
     *
     * @throws IllegalArgumentException naming every bad key with its rule and value
     */
    static Settings from(ConntrackConfig config) {
        Findings findings = new Findings();
        findings.range("receive_buffer_bytes", config.receive_buffer_bytes(), 4096, 1_073_741_823);
        findings.range(
                "receive_buffer_max_bytes", config.receive_buffer_max_bytes(), 4096, 1_073_741_823);
        findings.range("namespaces_max", config.namespaces_max(), 1, 65_000);
        findings.range(
                "back_pressure_recovery_ms", config.back_pressure_recovery_ms(), 100, 3_600_000);
        findings.range("poll_interval_ms", config.poll_interval_ms(), 100, 600_000);
        findings.range("sample_above_rate", config.sample_above_rate(), 0, 10_000_000);
        findings.range("replay_events", config.replay_events(), 0, 1_048_576);
        findings.range("talkers", config.talkers(), 0, 65_536);
        findings.range("talkers_window_s", config.talkers_window_s(), 1, 86_400);
        boolean translatedOnly =
                findings.word("connections", config.connections(), "all", "translated");
        findings.range("table_max_entries", config.table_max_entries(), 1024, 16_777_216);
        findings.range("drain_interval_ms", config.drain_interval_ms(), 1, 50);
        findings.range("idle_after_ms", config.idle_after_ms(), 10, 10_000);
        findings.range("audit_interval_ms", config.audit_interval_ms(), 0, 86_400_000);
        findings.range("retry_max_ms", config.retry_max_ms(), 100, 3_600_000);
        findings.range("streams_max", config.streams_max(), 0, 10_000);
        findings.range("stream_queue_max", config.stream_queue_max(), 1, 65_536);
        Optional<Path> namespace = findings.file("namespace", config.namespace());
        findings.refuse();
        return new Settings(
                config.enabled(),
                namespace,
                config.all_namespaces(),
                config.namespaces_max(),
                translatedOnly,
                config.reliable(),
                config.receive_buffer_bytes(),
                config.receive_buffer_max_bytes(),
                config.back_pressure(),
                Duration.ofMillis(config.back_pressure_recovery_ms()),
                Duration.ofMillis(config.poll_interval_ms()),
                config.sample_above_rate(),
                config.table_max_entries(),
                config.updates(),
                Duration.ofMillis(config.drain_interval_ms()),
                Duration.ofMillis(config.idle_after_ms()),
                Duration.ofMillis(config.audit_interval_ms()),
                Duration.ofMillis(config.retry_max_ms()),
                config.streams_max(),
                config.stream_queue_max(),
                config.replay_events(),
                config.talkers(),
                config.talkers_window_s());
    }

    /** Collects what is wrong, so that all of it is said at once. */
    private static final class Findings {

        private final List<String> sentences = new ArrayList<>();

        void range(String key, long value, long min, long max) {
            if (value < min || value > max) {
                sentences.add(key + " must be " + min + " to " + max + ", is " + value);
            }
        }

        /** Whether it is the second of two words. */
        boolean word(String key, String value, String first, String second) {
            if (!value.equals(first) && !value.equals(second)) {
                sentences.add(key + " must be " + first + " or " + second + ", is " + value);
            }
            return value.equals(second);
        }

        Optional<Path> file(String key, String text) {
            if (text.isBlank()) {
                return Optional.empty();
            }
            try {
                Path file = Path.of(text);
                if (file.isAbsolute()) {
                    return Optional.of(file);
                }
            } catch (InvalidPathException e) {
                // Told below, with the same rule.
            }
            sentences.add(key + " must be an absolute path or empty, is " + text);
            return Optional.empty();
        }

        void refuse() {
            if (!sentences.isEmpty()) {
                throw new IllegalArgumentException("conntrack: " + String.join("; ", sentences));
            }
        }
    }
}
