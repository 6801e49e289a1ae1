package io.drover.shell.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.Tuple;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How people write addresses, ports and protocols of connections, both ways. Pure functions. */
final class Endpoints {

    static final Map<String, Integer> PROTOCOLS =
            new TreeMap<>(
                    Map.of(
                            "tcp", 6, "udp", 17, "icmp", 1, "icmpv6", 58, "sctp", 132, "dccp", 33,
                            "gre", 47, "udplite", 136));

    /** Those whose connections the kernel knows in states. */
    private static final Set<Integer> WITH_STATES = Set.of(6, 33, 132);

    // A literal alone: a name would be looked up, and the console would hang on the resolver.
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
    private static final Pattern LITERAL =
            Pattern.compile("(" + OCTET + "\\.){3}" + OCTET + "|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern END =
            Pattern.compile("(?:\\[([^\\]]+)]|([^:]+))(?::([0-9]{1,5}))?");

    private Endpoints() {}

    /** An address and a port; 0 where a protocol has none. */
    record End(InetAddress address, int port) {}

    static int protocol(String option, String word) {
        Integer number = PROTOCOLS.get(word);
        if (number == null) {
            throw new IllegalArgumentException(
                    option + " must be one of " + PROTOCOLS.keySet() + ", is " + word);
        }
        return number;
    }

    static InetAddress literal(String option, String text) {
        if (LITERAL.matcher(text).matches()) {
            try {
                return InetAddress.getByName(text);
            } catch (UnknownHostException e) {
                // Told below, with the same rule.
            }
        }
        throw new IllegalArgumentException(option + " must be an IPv4 or IPv6 address, is " + text);
    }

    /** Reads {@code 10.0.0.1:80}, {@code [fd00::1]:80}, or an address without a port. */
    static End end(String argument, String text) {
        Matcher parts = END.matcher(text);
        if (parts.matches()) {
            int port = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
            String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
            if (port <= 65_535 && LITERAL.matcher(host).matches()) {
                return new End(literal(argument, host), port);
            }
        }
        throw new IllegalArgumentException(
                argument + " must be ADDRESS:PORT, as 10.0.0.1:80 or [fd00::1]:80, is " + text);
    }

    static String show(InetAddress host, int port) {
        String shown = host.getHostAddress();
        return host instanceof Inet6Address ? "[" + shown + "]:" + port : shown + ":" + port;
    }

    static String show(Tuple tuple) {
        return show(tuple.source(), tuple.sourcePort())
                + " > "
                + show(tuple.destination(), tuple.destinationPort());
    }

    /** The protocol's state; "unknown" where there is one that the kernel has not told. */
    static String state(Connection connection) {
        boolean unknown =
                connection.state().isEmpty() && WITH_STATES.contains(connection.protocol());
        return unknown ? "unknown" : connection.state();
    }

    /** One line: protocol, the first packet's ends, and what became of them. */
    static String line(Connection connection) {
        String translated = connection.translated() ? "  as " + show(connection.effective()) : "";
        String state = connection.state().isEmpty() ? "" : "  " + connection.state();
        return connection.protocolName() + "  " + show(connection.original()) + translated + state;
    }
}
