package io.drover.http.internal;

import io.drover.api.http.Endpoint;
import io.drover.http.internal.listen.Binding;
import io.drover.http.internal.listen.Encryption;
import io.drover.http.internal.listen.Limits;
import io.drover.http.internal.route.Rates;
import io.drover.http.internal.serve.Door;
import io.drover.http.internal.serve.Terms;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The configuration of this bundle, checked.
 *
 * @param bindings the listeners in the order in which they are opened
 * @param limits of each listener
 * @param terms of each request
 * @param maxThreads of the server, all listeners together
 * @param maxSources whose rate is remembered
 * @param debugPages whether there are any
 */
record Settings(
        List<Binding> bindings,
        Limits limits,
        Terms terms,
        int maxThreads,
        int maxSources,
        boolean debugPages) {

    /** What an address looks like; a name would mean a look-up whose answer may change. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    /** sun_path of sockaddr_un (unix(7)), less its final zero. */
    private static final int SOCKET_PATH_BYTES = 107;

    /** The socket is bound in a folder beside its place, whose name is that much longer. */
    private static final int SOCKET_PLACE_BYTES = 24;

    /**
     * @param home from where relative paths are
     * @throws IllegalArgumentException with every wrong key, its rule and its value
     */
    static Settings from(HttpConfig config, Path home) {
        return new Check(config, home).settings();
    }

    /** One reading of a configuration; collects all that is wrong. */
    private static final class Check {

        private final List<String> wrong = new ArrayList<>();
        private final HttpConfig config;
        private final Path home;

        Check(HttpConfig config, Path home) {
            this.config = config;
            this.home = home;
        }

        Settings settings() {
            List<InetAddress> scraped = addresses(Endpoint.METRICS, config.metrics_bind());
            boolean beyond = !Binding.loopbackOnly(scraped);
            Binding api =
                    tcp(
                            Endpoint.API,
                            addresses(Endpoint.API, config.api_bind()),
                            config.api_port(),
                            engine());
            Binding metrics =
                    tcp(
                            Endpoint.METRICS,
                            scraped,
                            config.metrics_port(),
                            chosen("metrics_tls", config.metrics_tls(), beyond)
                                    ? engine()
                                    : Encryption.NONE);
            Binding health =
                    tcp(
                            Endpoint.HEALTH,
                            addresses(Endpoint.HEALTH, config.health_bind()),
                            config.health_port(),
                            Encryption.NONE);
            apart(api, metrics);
            apart(api, health);
            apart(metrics, health);
            List<Binding> bindings = new ArrayList<>(List.of(health, metrics, api));
            socket().ifPresent(file -> bindings.add(Binding.unix(Endpoint.API, file)));
            List<Door> doors =
                    bindings.stream()
                            .map(
                                    b ->
                                            new Door(
                                                    b.word(),
                                                    b.endpoint(),
                                                    guarded(b.endpoint(), beyond)))
                            .toList();
            Settings settings =
                    new Settings(
                            List.copyOf(bindings),
                            limits(),
                            terms(doors),
                            range("max_threads", config.max_threads(), 16, 1_024),
                            range("max_sources", config.max_sources(), 16, 1_000_000),
                            config.debug_pages());
            if (!wrong.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", new LinkedHashSet<>(wrong)));
            }
            return settings;
        }

        private Limits limits() {
            return new Limits(
                    range("max_connections", config.max_connections(), 8, 65_536),
                    millis("idle_timeout_ms", config.idle_timeout_ms(), 1_000, 3_600_000),
                    millis("header_timeout_ms", config.header_timeout_ms(), 100, 600_000),
                    range("max_header_bytes", config.max_header_bytes(), 1_024, 65_536),
                    range("max_h2_requests", config.max_h2_requests(), 1, 1_024),
                    range(
                            "max_h2_frames_per_second",
                            config.max_h2_frames_per_second(),
                            10,
                            10_000));
        }

        private Terms terms(List<Door> doors) {
            return new Terms(
                    doors,
                    new Rates.Allowed(
                            range("rate_per_second", config.rate_per_second(), 0, 1_000_000),
                            range(
                                    "rate_heavy_per_second",
                                    config.rate_heavy_per_second(),
                                    0,
                                    1_000_000),
                            range(
                                    "rate_change_per_second",
                                    config.rate_change_per_second(),
                                    0,
                                    1_000_000)),
                    millis("request_timeout_ms", config.request_timeout_ms(), 1_000, 3_600_000),
                    range("max_body_bytes", config.max_body_bytes(), 0, 67_108_864),
                    millis("hold_ms", config.hold_ms(), 0, 60_000),
                    range("max_held", config.max_held(), 0, 10_000),
                    millis("absent_ms", config.absent_ms(), 0, 3_600_000),
                    range("max_streams", config.max_streams(), 0, 10_000),
                    range("max_streams_per_source", config.max_streams_per_source(), 0, 10_000));
        }

        private boolean guarded(Endpoint endpoint, boolean beyond) {
            return switch (endpoint) {
                case API -> true;
                case METRICS -> chosen("metrics_token", config.metrics_token(), beyond);
                case HEALTH -> false;
            };
        }

        private Encryption engine() {
            return switch (config.tls_engine()) {
                case "auto" -> Encryption.AUTO;
                case "native" -> Encryption.NATIVE;
                case "jdk" -> Encryption.JDK;
                default -> {
                    wrong.add(
                            "http.tls_engine must be auto, native or jdk, is "
                                    + config.tls_engine());
                    yield Encryption.AUTO;
                }
            };
        }

        private boolean chosen(String key, String word, boolean auto) {
            return switch (word) {
                case "auto" -> auto;
                case "on" -> true;
                case "off" -> false;
                default -> {
                    wrong.add("http." + key + " must be auto, on or off, is " + word);
                    yield true;
                }
            };
        }

        private Optional<Binding.SocketFile> socket() {
            String mode = config.api_socket_mode();
            if (!mode.equals("0600") && !mode.equals("0660")) {
                wrong.add("http.api_socket_mode must be 0600 or 0660, is " + mode);
            }
            if (config.api_socket().isBlank()) {
                return Optional.empty();
            }
            try {
                Path path = home.resolve(config.api_socket()).toAbsolutePath().normalize();
                int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
                if (bytes + SOCKET_PLACE_BYTES > SOCKET_PATH_BYTES) {
                    wrong.add(
                            "http.api_socket must be at most "
                                    + (SOCKET_PATH_BYTES - SOCKET_PLACE_BYTES)
                                    + " bytes long with its folder, is "
                                    + path);
                }
                return Optional.of(
                        new Binding.SocketFile(
                                path,
                                PosixFilePermissions.fromString(
                                        mode.equals("0660") ? "rw-rw----" : "rw-------")));
            } catch (InvalidPathException e) {
                wrong.add("http.api_socket must be a path, is " + config.api_socket());
                return Optional.empty();
            }
        }

        private Binding tcp(
                Endpoint endpoint, List<InetAddress> addresses, int port, Encryption encryption) {
            range(Binding.word(endpoint) + "_port", port, 0, 65_535);
            return Binding.tcp(endpoint, addresses, port, encryption);
        }

        private List<InetAddress> addresses(Endpoint endpoint, String[] bind) {
            String key = "http." + Binding.word(endpoint) + "_bind";
            Set<InetAddress> addresses = new LinkedHashSet<>();
            for (String text : bind) {
                try {
                    addresses.add(address(text.strip()));
                } catch (UnknownHostException e) {
                    wrong.add(key + " must hold IPv4 or IPv6 addresses, is " + text);
                }
            }
            if (bind.length == 0) {
                wrong.add(key + " must hold at least one address");
            }
            if (addresses.size() > 1
                    && addresses.stream().anyMatch(InetAddress::isAnyLocalAddress)) {
                wrong.add(
                        key
                                + " must hold nothing beside an address that stands for all, is "
                                + String.join(", ", bind));
            }
            return List.copyOf(addresses);
        }

        private int range(String key, int value, int min, int max) {
            if (value < min || value > max) {
                wrong.add("http." + key + " must be from " + min + " to " + max + ", is " + value);
            }
            return value;
        }

        private Duration millis(String key, int value, int min, int max) {
            return Duration.ofMillis(range(key, value, min, max));
        }

        private void apart(Binding one, Binding other) {
            if (one.port() != 0 && one.port() == other.port() && one.overlaps(other)) {
                wrong.add(
                        one.portKey()
                                + " must not be "
                                + other.portKey()
                                + " on the same address, is "
                                + one.port());
            }
        }
    }

    private static InetAddress address(String text) throws UnknownHostException {
        if (!ADDRESS.matcher(text).matches()) {
            throw new UnknownHostException(text);
        }
        return InetAddress.getByName(text);
    }
}
