package io.drover.grpc.internal;

import static java.util.Map.entry;

import com.google.common.net.InetAddresses;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The checked form of {@link GrpcConfig}; each part as it is described there, {@code port} empty
 * for the shared one.
 */
record Settings(
        List<InetAddress> bind,
        OptionalInt port,
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

    private static final String SHARED = "shared";

    private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");

    /** The keys that are about connections, each with what holds on the shared listener instead. */
    private static final Map<String, String> OF_CONNECTIONS =
            new TreeMap<>(
                    Map.ofEntries(
                            entry("bind", "http.api_bind"),
                            entry("tls_engine", "http.tls_engine"),
                            entry("header_max_bytes", "http.max_header_bytes"),
                            entry("connections_max", "http.max_connections"),
                            entry("connection_window_bytes", "1 MiB, 512 KiB for a stream"),
                            entry("connection_streams_max", "http.max_h2_requests"),
                            entry(
                                    "connection_resets_max_per_second",
                                    "http.max_h2_frames_per_second"),
                            entry("handshake_timeout_ms", "http.header_timeout_ms"),
                            entry(
                                    "keepalive_client_interval_min_ms",
                                    "http.max_h2_frames_per_second"),
                            entry("connection_idle_max_ms", "http.idle_timeout_ms"),
                            entry("connection_age_max_ms", "no bound"),
                            entry("connection_age_grace_ms", "no bound")));

    /** Whether calls come to the API listener. */
    boolean shared() {
        return port.isEmpty();
    }

    /**
     * The keys of {@code config} that are set and do not count, with what counts instead: {@code
     * grpc.bind (http.api_bind)}. None unless the port is the shared one.
     */
    static List<String> withoutEffect(GrpcConfig config) {
        if (!config.port().strip().equals(SHARED)) {
            return List.of();
        }
        List<String> keys = new ArrayList<>();
        OF_CONNECTIONS.forEach(
                (key, instead) -> {
                    if (isSet(config, key)) {
                        keys.add("grpc." + key + " (" + instead + ")");
                    }
                });
        return List.copyOf(keys);
    }

    private static boolean isSet(GrpcConfig config, String key) {
        try {
            Method method = GrpcConfig.class.getDeclaredMethod(key);
            return !Objects.deepEquals(method.invoke(config), method.getDefaultValue());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no key " + key, e);
        }
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
                        checks.port(config.port()),
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

        OptionalInt port(String text) {
            if (text.strip().equals(SHARED)) {
                return OptionalInt.empty();
            }
            if (NUMBER.matcher(text.strip()).matches()) {
                int port = Integer.parseInt(text.strip());
                if (port <= 65_535) {
                    return OptionalInt.of(port);
                }
            }
            findings.add("grpc.port must be shared or from 0 to 65535, is '" + text + "'");
            return OptionalInt.empty();
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
