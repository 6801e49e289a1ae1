package io.drover.http.internal;

import io.drover.api.http.Endpoint;
import io.drover.http.internal.listen.Binding;
import io.drover.http.internal.listen.Limits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The configuration of this bundle, checked.
 *
 * @param maxThreads of the server, all listeners together
 * @param maxBodyBytes of one request
 */
record Settings(
        Binding api,
        Binding metrics,
        Binding health,
        Limits limits,
        int maxThreads,
        int maxBodyBytes) {

    /** The bindings in the order in which they are opened. */
    List<Binding> bindings() {
        return List.of(health, metrics, api);
    }

    /** What an address looks like; a name would mean a look-up whose answer may change. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    /**
     * @throws IllegalArgumentException with every wrong key, its rule and its value
     */
    static Settings from(HttpConfig config) {
        List<String> wrong = new ArrayList<>();
        Binding api = binding(Endpoint.API, config.api_bind(), config.api_port(), wrong);
        Binding metrics =
                binding(Endpoint.METRICS, config.metrics_bind(), config.metrics_port(), wrong);
        Binding health =
                binding(Endpoint.HEALTH, config.health_bind(), config.health_port(), wrong);
        range("max_threads", config.max_threads(), 16, 1_024, wrong);
        range("max_connections", config.max_connections(), 8, 65_536, wrong);
        range("idle_timeout_ms", config.idle_timeout_ms(), 1_000, 3_600_000, wrong);
        range("max_header_bytes", config.max_header_bytes(), 1_024, 65_536, wrong);
        range("max_body_bytes", config.max_body_bytes(), 0, 67_108_864, wrong);
        apart(api, metrics, wrong);
        apart(api, health, wrong);
        apart(metrics, health, wrong);
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", wrong));
        }
        return new Settings(
                api,
                metrics,
                health,
                new Limits(
                        config.max_connections(),
                        Duration.ofMillis(config.idle_timeout_ms()),
                        config.max_header_bytes()),
                config.max_threads(),
                config.max_body_bytes());
    }

    private static Binding binding(Endpoint endpoint, String[] bind, int port, List<String> wrong) {
        String word = Binding.word(endpoint);
        range(word + "_port", port, 0, 65_535, wrong);
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (String text : bind) {
            try {
                addresses.add(address(text.strip()));
            } catch (UnknownHostException e) {
                wrong.add("http." + word + "_bind must hold IPv4 or IPv6 addresses, is " + text);
            }
        }
        if (bind.length == 0) {
            wrong.add("http." + word + "_bind must hold at least one address");
        }
        if (addresses.size() > 1 && addresses.stream().anyMatch(InetAddress::isAnyLocalAddress)) {
            wrong.add(
                    "http."
                            + word
                            + "_bind must hold nothing beside an address that stands for all, is "
                            + String.join(", ", bind));
        }
        return new Binding(endpoint, List.copyOf(addresses), port);
    }

    private static InetAddress address(String text) throws UnknownHostException {
        if (!ADDRESS.matcher(text).matches()) {
            throw new UnknownHostException(text);
        }
        return InetAddress.getByName(text);
    }

    private static void range(String key, int value, int min, int max, List<String> wrong) {
        if (value < min || value > max) {
            wrong.add("http." + key + " must be from " + min + " to " + max + ", is " + value);
        }
    }

    private static void apart(Binding one, Binding other, List<String> wrong) {
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
