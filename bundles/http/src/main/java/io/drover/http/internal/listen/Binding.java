package io.drover.http.internal.listen;

import io.drover.api.http.Endpoint;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/**
 * Where one listener is to listen.
 *
 * @param port 0 for any free one
 */
public record Binding(Endpoint endpoint, List<InetAddress> addresses, int port) {

    public Binding {
        addresses = List.copyOf(addresses);
    }

    /** An endpoint's name in the configuration, in series and for connectors: {@code api}. */
    public static String word(Endpoint endpoint) {
        return endpoint.name().toLowerCase(Locale.ROOT);
    }

    public String word() {
        return word(endpoint);
    }

    /** As people find it in the configuration: {@code http.api_port}. */
    public String portKey() {
        return "http." + word() + "_port";
    }

    /** As people find it in the configuration: {@code http.api_bind}. */
    public String bindKey() {
        return "http." + word() + "_bind";
    }

    /** Whether nobody outside of this host can reach it. */
    public boolean loopbackOnly() {
        return addresses.stream().allMatch(InetAddress::isLoopbackAddress);
    }

    /** The API always; the metrics once somebody else than this host can read along. */
    public boolean tls() {
        return endpoint == Endpoint.API || (endpoint == Endpoint.METRICS && !loopbackOnly());
    }

    /** Whether both want one and the same address. */
    public boolean overlaps(Binding other) {
        return addresses.stream()
                .anyMatch(
                        one ->
                                other.addresses.stream()
                                        .anyMatch(
                                                two ->
                                                        one.equals(two)
                                                                || one.isAnyLocalAddress()
                                                                || two.isAnyLocalAddress()));
    }
}
