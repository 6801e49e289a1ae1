package io.drover.shell.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.Connections;
import io.drover.api.conntrack.Tuple;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/**
 * {@code drover:conntrack-list}: the connections of the table, as their sender and as their
 * receiver see them.
 */
@Service
@Command(
        scope = "drover",
        name = "conntrack-list",
        description = "Lists the connections of the kernel's table, NAT resolved")
public final class ConntrackListCommand implements Action {

    static final Map<String, Integer> PROTOCOLS =
            new TreeMap<>(
                    Map.of(
                            "tcp", 6, "udp", 17, "icmp", 1, "icmpv6", 58, "sctp", 132, "dccp", 33,
                            "gre", 47, "udplite", 136));

    // A literal alone: a name would be looked up, and the console would hang on the resolver.
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
    private static final Pattern LITERAL =
            Pattern.compile("(" + OCTET + "\\.){3}" + OCTET + "|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    @Option(name = "--protocol", description = "only this protocol: tcp, udp, icmp, …")
    @Completion(ProtocolCompleter.class)
    String protocol;

    @Option(
            name = "--address",
            description = "only connections with this address at either end, translated or not")
    String address;

    @Option(
            name = "--port",
            description = "only connections with this port at either end, translated or not")
    Integer port;

    @Option(name = "--nat", description = "only connections that were translated")
    boolean translatedOnly;

    @Option(name = "--limit", description = "at most so many rows")
    int limit = 100;

    @Option(name = "--no-format", description = "no borders, for scripts")
    boolean plain;

    @Reference Connections connections;

    @Override
    public Object execute() {
        if (limit < 1) {
            throw new IllegalArgumentException("--limit must be 1 or more, is " + limit);
        }
        if (port != null && (port < 0 || port > 65_535)) {
            throw new IllegalArgumentException("--port must be from 0 to 65535, is " + port);
        }
        List<Connection> found = new ArrayList<>();
        connections.visit(
                filter(),
                connection -> {
                    found.add(connection);
                    return found.size() <= limit;
                });
        ShellTable table = new ShellTable();
        table.column("Protocol");
        table.column("Source");
        table.column("Destination");
        table.column("Translated to");
        table.column("Mark").alignRight();
        for (Connection connection : found.subList(0, Math.min(limit, found.size()))) {
            Tuple original = connection.original();
            table.addRow()
                    .addContent(
                            connection.protocolName(),
                            end(original.source(), original.sourcePort()),
                            end(original.destination(), original.destinationPort()),
                            connection.translated() ? translation(connection) : "",
                            connection.mark());
        }
        table.print(System.out, !plain);
        if (found.size() > limit) {
            System.out.println(
                    "There are more than " + limit + "; see them with --limit, or filter.");
        }
        return null;
    }

    private ConnectionFilter filter() {
        return new ConnectionFilter(
                protocol == null ? OptionalInt.empty() : OptionalInt.of(protocolNumber()),
                Optional.ofNullable(address).map(ConntrackListCommand::literal),
                port == null ? OptionalInt.empty() : OptionalInt.of(port),
                translatedOnly);
    }

    private int protocolNumber() {
        Integer number = PROTOCOLS.get(protocol);
        if (number == null) {
            throw new IllegalArgumentException(
                    "--protocol must be one of " + PROTOCOLS.keySet() + ", is " + protocol);
        }
        return number;
    }

    private static InetAddress literal(String text) {
        if (!LITERAL.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "--address must be an IPv4 or IPv6 address, is " + text);
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "--address must be an IPv4 or IPv6 address, is " + text, e);
        }
    }

    private static String translation(Connection connection) {
        Tuple effective = connection.effective();
        return end(effective.source(), effective.sourcePort())
                + " > "
                + end(effective.destination(), effective.destinationPort());
    }

    private static String end(InetAddress host, int hostPort) {
        String shown = host.getHostAddress();
        return host instanceof Inet6Address
                ? "[" + shown + "]:" + hostPort
                : shown + ":" + hostPort;
    }
}
