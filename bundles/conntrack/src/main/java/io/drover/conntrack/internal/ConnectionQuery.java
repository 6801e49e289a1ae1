package io.drover.conntrack.internal;

import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What a request asks of the table, checked.
 *
 * @param filter which connections
 * @param limit how many at most
 */
record ConnectionQuery(ConnectionFilter filter, int limit) {

    static final int LIMIT_DEFAULT = 1000;
    static final int LIMIT_MAX = 100_000;

    static final Route.Parameter[] PARAMETERS = {
        new Route.Parameter(
                "protocol",
                "tcp, udp, icmp, icmpv6, sctp, dccp, gre, udplite or a number from 0 to 255; absent: all"),
        new Route.Parameter(
                "address", "an IPv4 or IPv6 address, on any side of the connection; absent: all"),
        new Route.Parameter("port", "0 to 65535, on any side of the connection; absent: all"),
        new Route.Parameter("nat", "true for translated connections alone; false or absent: all"),
        new Route.Parameter(
                "limit", "how many at most, 1 to " + LIMIT_MAX + "; absent: " + LIMIT_DEFAULT)
    };

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,3}");
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /**
     * Reads the parameters of a request.
     *
     * @throws ProblemException 400, naming parameter, rule and value
     */
    static ConnectionQuery of(Request request) throws ProblemException {
        long port = request.query("port", -1, 0, 65_535);
        ConnectionFilter filter =
                new ConnectionFilter(
                        protocol(request.query("protocol")),
                        address(request.query("address")),
                        port < 0 ? OptionalInt.empty() : OptionalInt.of((int) port),
                        flag("nat", request.query("nat")));
        return new ConnectionQuery(
                filter, (int) request.query("limit", LIMIT_DEFAULT, 1, LIMIT_MAX));
    }

    private static OptionalInt protocol(Optional<String> text) throws ProblemException {
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        return switch (text.get()) {
            case "icmp" -> OptionalInt.of(1);
            case "tcp" -> OptionalInt.of(6);
            case "udp" -> OptionalInt.of(17);
            case "dccp" -> OptionalInt.of(33);
            case "gre" -> OptionalInt.of(47);
            case "icmpv6" -> OptionalInt.of(58);
            case "sctp" -> OptionalInt.of(132);
            case "udplite" -> OptionalInt.of(136);
            default -> OptionalInt.of(protocolNumber(text.get()));
        };
    }

    private static int protocolNumber(String text) throws ProblemException {
        if (NUMBER.matcher(text).matches() && Integer.parseInt(text) <= 255) {
            return Integer.parseInt(text);
        }
        throw refused(
                "protocol",
                "one of tcp, udp, icmp, icmpv6, sctp, dccp, gre, udplite or a number from 0 to 255",
                text);
    }

    private static Optional<InetAddress> address(Optional<String> text) throws ProblemException {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String literal = text.get();
        try {
            if (IPV4.matcher(literal).matches()) {
                return Optional.of(InetAddress.getByName(literal));
            }
            if (IPV6.matcher(literal).matches()) {
                // In brackets it is never taken for a name: no look-up can come of a request.
                return Optional.of(InetAddress.getByName("[" + literal + "]"));
            }
        } catch (UnknownHostException e) {
            // Told below, with the same rule.
        }
        throw refused("address", "an IPv4 or IPv6 address", literal);
    }

    private static boolean flag(String name, Optional<String> text) throws ProblemException {
        if (text.isEmpty() || text.get().equals("false")) {
            return false;
        }
        if (text.get().equals("true")) {
            return true;
        }
        throw refused(name, "true or false", text.get());
    }

    private static ProblemException refused(String name, String rule, String value) {
        String shown = value.length() > 64 ? value.substring(0, 64) + "…" : value;
        return ProblemException.badRequest(
                "query parameter " + name + " must be " + rule + ", is " + shown);
    }
}
