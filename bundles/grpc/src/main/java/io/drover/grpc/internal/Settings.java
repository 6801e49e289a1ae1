package io.drover.grpc.internal;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The checked form of {@link GrpcConfig}; each part as it is described there. */
record Settings(
        List<InetAddress> bind,
        int port,
        boolean reflection,
        boolean channelz,
        TlsEngine tlsEngine,
        int messageMaxBytes,
        int headerMaxBytes,
        int connectionsMax,
        int connectionWindowBytes,
        int connectionStreamsMax,
        int connectionResetsMaxPerSecond,
        Duration handshakeTimeout,
        Duration keepaliveTime,
        Duration keepaliveTimeout,
        Duration keepaliveClientIntervalMin,
        Optional<Duration> connectionIdleMax,
        Optional<Duration> connectionAgeMax,
        Duration connectionAgeGrace,
        int callsOpenMax,
        Optional<Duration> callTimeMax,
        Optional<Duration> streamTimeMax,
        int configChangesKept,
        Duration configPoll,
        int streamQueueEvents,
        int tableReadersMax,
        Duration tableReaderStallMax,
        Duration shutdownDeadline) {

    /** What encrypts. */
    enum TlsEngine {
        AUTO,
        NATIVE,
        JDK
    }

    /**
     * Checks every key.
     *
     * @throws IllegalArgumentException naming each bad key, its rule and its value
     */
    static Settings from(GrpcConfig config) {
        Checks checks = new Checks();
        Settings settings =
                new Settings(
                        checks.addresses(config.bind()),
                        checks.range("port", config.port(), 0, 65_535),
                        config.reflection(),
                        config.channelz(),
                        checks.tlsEngine(config.tls_engine()),
                        checks.range(
                                "message_max_bytes", config.message_max_bytes(), 1024, 1 << 27),
                        checks.range("header_max_bytes", config.header_max_bytes(), 1024, 1 << 20),
                        checks.range("connections_max", config.connections_max(), 1, 1_000_000),
                        checks.range(
                                "connection_window_bytes",
                                config.connection_window_bytes(),
                                65_535,
                                1 << 26),
                        checks.range(
                                "connection_streams_max",
                                config.connection_streams_max(),
                                1,
                                100_000),
                        checks.range(
                                "connection_resets_max_per_second",
                                config.connection_resets_max_per_second(),
                                1,
                                100_000),
                        checks.time(
                                "handshake_timeout_ms",
                                config.handshake_timeout_ms(),
                                100,
                                120_000),
                        checks.time(
                                "keepalive_time_ms", config.keepalive_time_ms(), 1000, 86_400_000),
                        checks.time(
                                "keepalive_timeout_ms",
                                config.keepalive_timeout_ms(),
                                100,
                                600_000),
                        checks.time(
                                "keepalive_client_interval_min_ms",
                                config.keepalive_client_interval_min_ms(),
                                0,
                                86_400_000),
                        checks.timeOrNever(
                                "connection_idle_max_ms",
                                config.connection_idle_max_ms(),
                                604_800_000),
                        checks.timeOrNever(
                                "connection_age_max_ms",
                                config.connection_age_max_ms(),
                                604_800_000),
                        checks.time(
                                "connection_age_grace_ms",
                                config.connection_age_grace_ms(),
                                0,
                                86_400_000),
                        checks.range("calls_open_max", config.calls_open_max(), 1, 1_000_000),
                        checks.timeOrNever(
                                "call_time_max_ms", config.call_time_max_ms(), 86_400_000),
                        checks.timeOrNever(
                                "stream_time_max_ms", config.stream_time_max_ms(), 604_800_000),
                        checks.range(
                                "config_changes_kept", config.config_changes_kept(), 1, 65_536),
                        checks.time("config_poll_ms", config.config_poll_ms(), 50, 60_000),
                        checks.range(
                                "stream_queue_events", config.stream_queue_events(), 1, 65_536),
                        checks.range("table_readers_max", config.table_readers_max(), 1, 256),
                        checks.time(
                                "table_reader_stall_max_ms",
                                config.table_reader_stall_max_ms(),
                                100,
                                600_000),
                        checks.time("shutdown_deadline_ms", config.shutdown_deadline_ms(), 0, 400));
        checks.finish();
        return settings;
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
                        "grpc.%s must be from %d to %d, is %d".formatted(key, min, max, value));
            }
            return value;
        }

        Duration time(String key, long millis, long min, long max) {
            return Duration.ofMillis(range(key, millis, min, max));
        }

        Optional<Duration> timeOrNever(String key, long millis, long max) {
            Duration time = time(key, millis, 0, max);
            return time.isZero() ? Optional.empty() : Optional.of(time);
        }

        TlsEngine tlsEngine(String value) {
            try {
                return TlsEngine.valueOf(value.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                findings.add("grpc.tls_engine must be auto, native or jdk, is '" + value + "'");
                return TlsEngine.AUTO;
            }
        }

        List<InetAddress> addresses(String[] texts) {
            Set<InetAddress> addresses = new LinkedHashSet<>();
            for (String text : texts) {
                try {
                    addresses.add(InetAddresses.forString(text));
                } catch (IllegalArgumentException e) {
                    // Not one at all, or its zone is no interface of this host.
                    findings.add("grpc.bind must hold literal IP addresses, has '" + text + "'");
                }
            }
            if (texts.length == 0) {
                findings.add("grpc.bind must hold at least one address, is empty");
            }
            return List.copyOf(addresses);
        }

        void finish() {
            if (!findings.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", findings));
            }
        }
    }
}
