package io.drover.conntrack.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.Connections;
import io.drover.api.conntrack.Tuple;
import io.drover.api.http.Json;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The table over HTTP. */
final class ConnectionRoutes {

    /** Names of the bits of CTA_STATUS (enum ip_conntrack_status), from bit 0. */
    private static final List<String> STATUS =
            List.of(
                    "expected",
                    "seen_reply",
                    "assured",
                    "confirmed",
                    "src_nat",
                    "dst_nat",
                    "seq_adjust",
                    "src_nat_done",
                    "dst_nat_done",
                    "dying",
                    "fixed_timeout",
                    "template",
                    "untracked",
                    "helper",
                    "offload",
                    "hw_offload");

    private final Connections connections;
    private final Health health;

    ConnectionRoutes(Connections connections, Health health) {
        this.connections = connections;
        this.health = health;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                        "/api/v1/conntrack/connections",
                        Audience.LOCAL,
                        "The connections of this host, with their translated addresses.",
                        this::list,
                        ConnectionQuery.PARAMETERS));
    }

    private Reply list(Request request) throws ProblemException {
        ConnectionQuery query = ConnectionQuery.of(request);
        if (!health.serving()) {
            throw ProblemException.unavailable(health.whyNotServing());
        }
        return Reply.json(json -> write(query, json));
    }

    private void write(ConnectionQuery query, Json json) throws IOException {
        json.object().name("connections").array();
        Shown shown = new Shown(query.limit(), json);
        connections.visit(query.filter(), shown::take);
        shown.raise();
        json.end();
        json.field("count", shown.count);
        json.field("truncated", shown.more);
        json.field("table_size", connections.size());
        json.end();
    }

    /** Writes connections up to the limit, and looks whether there is one more. */
    private static final class Shown {

        private final int limit;
        private final Json json;
        private IOException failure;
        private long count;
        private boolean more;

        Shown(int limit, Json json) {
            this.limit = limit;
            this.json = json;
        }

        boolean take(Connection connection) {
            if (count == limit) {
                more = true;
                return false;
            }
            try {
                ConnectionRoutes.write(connection, json);
                count++;
                return true;
            } catch (IOException e) {
                // The client has gone; told to the server once the visit is over.
                failure = e;
                return false;
            }
        }

        void raise() throws IOException {
            if (failure != null) {
                throw failure;
            }
        }
    }

    private static void write(Connection connection, Json json) throws IOException {
        json.object();
        json.field("protocol", connection.protocolName());
        write("original", connection.original(), json);
        write("reply", connection.reply(), json);
        json.field("translated", connection.translated());
        write("effective", connection.effective(), json);
        json.field("zone", connection.zone());
        json.field("mark", connection.mark());
        json.field("status", names(connection.status()));
        json.field("id", connection.id());
        json.field("namespace", connection.namespace());
        json.end();
    }

    private static void write(String name, Tuple tuple, Json json) throws IOException {
        json.name(name).object();
        json.field("source", tuple.source().getHostAddress());
        json.field("source_port", tuple.sourcePort());
        json.field("destination", tuple.destination().getHostAddress());
        json.field("destination_port", tuple.destinationPort());
        json.end();
    }

    private static List<String> names(int status) {
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((status >>> bit & 1) != 0) {
                names.add(bit < STATUS.size() ? STATUS.get(bit) : "bit_" + bit);
            }
        }
        return names;
    }
}
