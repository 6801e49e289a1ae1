package io.drover.api.conntrack;

import java.util.function.Predicate;

/** The table of connections. Given by the bundle {@code conntrack}; any thread. */
public interface Connections {

    /** How many connections the table holds now. */
    int size();

    /**
     * Shows the connections that {@code filter} admits to {@code visitor}, one by one on the
     * calling thread, until it returns false. Entries that come or go meanwhile may or may not be
     * shown; none is shown twice.
     */
    void visit(ConnectionFilter filter, Predicate<Connection> visitor);

    /**
     * Opens a stream of the events that {@code filter} admits, from now on.
     *
     * @param capacity length of its queue in events, 1 to 65,536
     * @throws IllegalStateException if as many streams are open as configuration allows; the
     *     message says how many
     */
    ConnectionStream stream(ConnectionFilter filter, int capacity);
}
