package io.drover.conntrack.internal;

import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionOrder;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Schema;
import io.drover.conntrack.internal.codec.States;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a request asks of the table, checked.
 *
 * @param filter which connections
 * @param order how they are sorted
 * @param limit how many at most
 * @param after where the page begins
 */
record ConnectionQuery(
        ConnectionFilter filter, ConnectionOrder order, int limit, Optional<String> after) {

    static final int LIMIT_DEFAULT = 1000;
    static final int LIMIT_MAX = 10_000;

    private static final String ORDERS =
            "since, protocol, source, source_port, destination, destination_port, state or namespace";

    /** Parameters of the filter alone. */
    static final List<Route.Parameter> OF_FILTER =
            List.of(
                    Words.PROTOCOL,
                    new Route.Parameter(
                            "address",
                            "an IPv4 or IPv6 address, on any side of the connection; absent: all",
                            Words.ADDRESS_SCHEMA),
                    new Route.Parameter(
                            "port",
                            "0 to 65535, on any side of the connection; absent: all",
                            Schema.whole(0, 65_535)),
                    new Route.Parameter(
                            "nat",
                            "true for translated connections alone; false or absent: all",
                            Schema.bool()),
                    new Route.Parameter(
                            "namespace",
                            "inode of a network namespace; absent: all that are followed",
                            Schema.whole(0, Long.MAX_VALUE)),
                    new Route.Parameter(
                            "state",
                            "the protocol's own state, as established; absent: all",
                            Schema.words(Words.lower(States.names()))));

    static final Route.Parameter[] PARAMETERS = withPaging();

    private static Route.Parameter[] withPaging() {
        List<Route.Parameter> all = new ArrayList<>(OF_FILTER);
        all.add(
                new Route.Parameter(
                        "sort",
                        ORDERS + ", with - before it for the largest first; absent: -since",
                        Schema.words(Words.orders())));
        all.add(
                new Route.Parameter(
                        "limit",
                        "how many at most, 1 to " + LIMIT_MAX + "; absent: " + LIMIT_DEFAULT,
                        Schema.whole(1, LIMIT_MAX)));
        all.add(
                new Route.Parameter(
                        "after",
                        "next of the page before, with the same sort; absent: the first page",
                        Schema.text()
                                .plus("pattern", "^[0-9a-f]{1,16}-[0-9a-f]{1,16}-[0-9a-f]{1,9}$")));
        return all.toArray(Route.Parameter[]::new);
    }

    /**
     * Reads the parameters of a request.
     *
     * @throws ProblemException 400, naming parameter, rule and value
     */
    static ConnectionQuery of(Request request) throws ProblemException {
        return new ConnectionQuery(
                filter(request),
                order(request.query("sort")),
                (int) request.query("limit", LIMIT_DEFAULT, 1, LIMIT_MAX),
                request.query("after"));
    }

    /** Reads the parameters of the filter alone. */
    static ConnectionFilter filter(Request request) throws ProblemException {
        long port = request.query("port", -1, 0, 65_535);
        long namespace = request.query("namespace", -1, 0, Long.MAX_VALUE);
        return new ConnectionFilter(
                Words.protocol(request.query("protocol")),
                Words.address("address", request.query("address")),
                port < 0 ? OptionalInt.empty() : OptionalInt.of((int) port),
                Words.flag("nat", request.query("nat")),
                namespace < 0 ? OptionalLong.empty() : OptionalLong.of(namespace),
                state(request.query("state")));
    }

    private static Optional<String> state(Optional<String> text) throws ProblemException {
        if (text.isEmpty()) {
            return text;
        }
        String state = text.get().toUpperCase(Locale.ROOT);
        if (!States.names().contains(state)) {
            throw Words.refused(
                    "state",
                    "one of " + String.join(", ", Words.lower(States.names())),
                    text.get());
        }
        return Optional.of(state);
    }

    private static ConnectionOrder order(Optional<String> text) throws ProblemException {
        if (text.isEmpty()) {
            return ConnectionOrder.YOUNGEST;
        }
        boolean descending = text.get().startsWith("-");
        String word = text.get().substring(descending ? 1 : 0);
        return Arrays.stream(ConnectionOrder.Key.values())
                .filter(key -> key.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .map(key -> new ConnectionOrder(key, descending))
                .orElseThrow(
                        () ->
                                Words.refused(
                                        "sort",
                                        ORDERS + ", with or without - before it",
                                        text.get()));
    }
}
