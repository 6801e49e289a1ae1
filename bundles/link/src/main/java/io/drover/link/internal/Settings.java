package io.drover.link.internal;

import com.google.common.net.HostAndPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The checked form of {@link LinkConfig}; each part as it is described there. */
record Settings(
        List<HostAndPort> endpoints,
        List<HostAndPort> peers,
        Optional<String> serverName,
        Optional<Path> caFile,
        Set<String> pins,
        Duration backOffMin,
        Duration backOffMax,
        Duration connectTimeout,
        Duration keepaliveTime,
        Duration keepaliveTimeout,
        Duration snapshotWait,
        int messageMaxBytes,
        int entriesMax,
        int changesKept,
        int readersMax) {

    /**
     * Checks every key.
     *
     * @throws IllegalArgumentException naming each bad key, its rule and its value
     */
    static Settings from(LinkConfig config) {
        Checks checks = new Checks();
        Settings settings =
                new Settings(
                        checks.endpoints("endpoints", config.endpoints()),
                        checks.endpoints("peers", config.peers()),
                        text(config.server_name()),
                        text(config.ca_file()).map(Path::of),
                        checks.pins(config.pins()),
                        checks.time("back_off_min_ms", config.back_off_min_ms(), 10, 60_000),
                        checks.time("back_off_max_ms", config.back_off_max_ms(), 100, 3_600_000),
                        checks.time(
                                "connect_timeout_ms", config.connect_timeout_ms(), 100, 120_000),
                        checks.time(
                                "keepalive_time_ms", config.keepalive_time_ms(), 10_000, 3_600_000),
                        checks.time(
                                "keepalive_timeout_ms",
                                config.keepalive_timeout_ms(),
                                100,
                                600_000),
                        checks.time("snapshot_wait_ms", config.snapshot_wait_ms(), 100, 3_600_000),
                        checks.range(
                                "message_max_bytes", config.message_max_bytes(), 1024, 1 << 27),
                        checks.range("entries_max", config.entries_max(), 1, 10_000_000),
                        checks.range("changes_kept", config.changes_kept(), 16, 1_000_000),
                        checks.range("readers_max", config.readers_max(), 1, 4096));
        checks.finish();
        return settings;
    }

    private static Optional<String> text(String value) {
        return Optional.of(value.strip()).filter(stripped -> !stripped.isEmpty());
    }

    /** Collects every finding, so that a person mends all of them at once. */
    private static final class Checks {

        private final List<String> findings = new ArrayList<>();

        int range(String key, int value, int min, int max) {
            return (int) range(key, (long) value, min, max);
        }

        long range(String key, long value, long min, long max) {
            if (value < min || value > max) {
                findings.add(
                        "link.%s must be from %d to %d, is %d".formatted(key, min, max, value));
            }
            return value;
        }

        Duration time(String key, long millis, long min, long max) {
            return Duration.ofMillis(range(key, millis, min, max));
        }

        List<HostAndPort> endpoints(String key, String[] texts) {
            List<HostAndPort> endpoints = new ArrayList<>();
            for (String text : texts) {
                try {
                    HostAndPort endpoint = HostAndPort.fromString(text.strip());
                    if (endpoint.hasPort() && !endpoint.getHost().isEmpty()) {
                        endpoints.add(endpoint);
                        continue;
                    }
                } catch (IllegalArgumentException e) {
                    // Said below, in our words.
                }
                findings.add("link." + key + " must hold host:port, has '" + text + "'");
            }
            return List.copyOf(endpoints);
        }

        Set<String> pins(String[] texts) {
            Set<String> pins = new TreeSet<>();
            for (String text : texts) {
                String pin = text.replace(":", "").strip().toLowerCase(Locale.ROOT);
                if (pin.matches("[0-9a-f]{64}")) {
                    pins.add(pin);
                } else {
                    findings.add(
                            "link.pins must hold SHA-256 fingerprints of 64 hexadecimal digits, has"
                                    + " '"
                                    + text
                                    + "'");
                }
            }
            return pins;
        }

        void finish() {
            if (!findings.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", findings));
            }
        }
    }
}
