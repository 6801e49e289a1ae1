package io.drover.api.conntrack;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A part of the table in some order.
 *
 * @param connections in that order
 * @param next where the next page begins, to be given back as it is; empty when there is none
 */
public record ConnectionPage(List<Connection> connections, Optional<String> next) {

    public ConnectionPage {
        connections = List.copyOf(connections);
        Objects.requireNonNull(next, "next");
    }
}
