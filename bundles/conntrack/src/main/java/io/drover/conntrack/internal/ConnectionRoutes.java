package io.drover.conntrack.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionPage;
import io.drover.api.conntrack.Connections;
import io.drover.api.conntrack.StreamPosition;
import io.drover.api.http.Json;
import io.drover.api.http.ProblemException;
import io.drover.api.http.RateClass;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Schema;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The table over HTTP: pages of it, and what happens to it. */
final class ConnectionRoutes {

    private static final int QUEUE = 4096;

    private final Connections connections;
    private final Health health;
    private final ConnectionJson writer;

    ConnectionRoutes(Connections connections, Health health, ConnectionJson writer) {
        this.connections = connections;
        this.health = health;
        this.writer = writer;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                                "/api/v1/conntrack/connections",
                                Audience.LOCAL,
                                "The connections of this host, with their translated addresses, page by page.",
                                this::list,
                                ConnectionQuery.PARAMETERS)
                        .rated(RateClass.HEAVY)
                        .answering(
                                Schema.object()
                                        .with("connections", Schema.list(ConnectionJson.CONNECTION))
                                        .with("count", Schema.whole(0, ConnectionQuery.LIMIT_MAX))
                                        .with("truncated", Schema.bool())
                                        .with("next", Schema.text().orNull())
                                        .with("table_size", Schema.whole())),
                Route.get(
                                "/api/v1/conntrack/events",
                                Audience.LOCAL,
                                "Connections that open and close, as they do; the header Last-Event-ID resumes.",
                                this::events,
                                ConnectionQuery.OF_FILTER.toArray(Route.Parameter[]::new))
                        .rated(RateClass.STREAM)
                        .answering(200, "text/event-stream", Schema.text()));
    }

    private Reply list(Request request) throws ProblemException {
        ConnectionQuery query = ConnectionQuery.of(request);
        if (!health.serving()) {
            throw ProblemException.unavailable(health.whyNotServing());
        }
        try {
            ConnectionPage page =
                    connections.page(query.filter(), query.order(), query.limit(), query.after());
            return Reply.json(json -> write(page, json));
        } catch (IllegalArgumentException e) {
            throw Words.refused("after", "next of a page", query.after().orElse(""));
        } catch (IllegalStateException e) {
            throw ProblemException.unavailable(e.getMessage());
        }
    }

    private void write(ConnectionPage page, Json json) throws IOException {
        json.object().name("connections").array();
        for (Connection connection : page.connections()) {
            writer.write(connection, json);
        }
        json.end();
        json.field("count", page.connections().size());
        json.field("truncated", page.next().isPresent());
        json.field("next", page.next().orElse(null));
        json.field("table_size", connections.size());
        json.end();
    }

    private Reply events(Request request) throws ProblemException {
        Optional<String> last = request.header("Last-Event-ID");
        Optional<StreamPosition> after = last.flatMap(StreamPosition::parse);
        if (last.isPresent() && after.isEmpty()) {
            throw ProblemException.badRequest(
                    "header Last-Event-ID must be the id of an event, is " + shortened(last.get()));
        }
        var filter = ConnectionQuery.filter(request);
        try {
            return Reply.events(
                    new EventsForHttp(
                            after.isPresent()
                                    ? connections.stream(filter, QUEUE, after.get())
                                    : connections.stream(filter, QUEUE),
                            writer));
        } catch (IllegalStateException e) {
            throw ProblemException.unavailable(e.getMessage());
        }
    }

    private static String shortened(String text) {
        return text.length() > 64 ? text.substring(0, 64) + "…" : text;
    }
}
