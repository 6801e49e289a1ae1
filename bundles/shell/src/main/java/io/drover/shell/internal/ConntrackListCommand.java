package io.drover.shell.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.Connections;
import io.drover.api.conntrack.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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

    @Option(name = "--namespace", description = "only this network namespace, by its inode")
    Long namespace;

    @Option(name = "--state", description = "only in this state of the protocol: established, …")
    @Completion(StateCompleter.class)
    String state;

    @Option(name = "--limit", description = "at most so many rows")
    int limit = 100;

    @Option(name = "--no-format", description = "no borders, for scripts")
    boolean plain;

    @Reference(optional = true)
    Connections connections;

    @Override
    public Object execute() {
        Needed.from("conntrack", connections);
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
        table.column("State");
        table.column("Last told of");
        table.column("Mark").alignRight();
        for (Connection connection : found.subList(0, Math.min(limit, found.size()))) {
            Tuple original = connection.original();
            table.addRow()
                    .addContent(
                            connection.protocolName(),
                            Endpoints.show(original.source(), original.sourcePort()),
                            Endpoints.show(original.destination(), original.destinationPort()),
                            connection.translated() ? Endpoints.show(connection.effective()) : "",
                            Endpoints.state(connection),
                            connection.told() == 0 ? "" : Instant.ofEpochSecond(connection.told()),
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
                protocol == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(Endpoints.protocol("--protocol", protocol)),
                Optional.ofNullable(address).map(text -> Endpoints.literal("--address", text)),
                port == null ? OptionalInt.empty() : OptionalInt.of(port),
                translatedOnly,
                namespace == null ? OptionalLong.empty() : OptionalLong.of(namespace),
                Optional.ofNullable(state).map(word -> word.toUpperCase(Locale.ROOT)));
    }
}
