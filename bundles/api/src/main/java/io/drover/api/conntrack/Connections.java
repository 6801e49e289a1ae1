package io.drover.api.conntrack;

import java.util.function.Predicate;

/** The table of connections. Given by the bundle {@code conntrack}; any thread. */
public interface Connections {

    /** How many connections the table holds now; 0 while it cannot be read. */
    int size();

    /**
     * Shows the connections that {@code filter} admits to {@code visitor}, one by one on the
     * calling thread, until it returns false. Entries that come or go meanwhile may or may not be
     * shown; none is shown twice.
     *
     * @throws IllegalStateException while the table cannot be read, as before it was first read
     *     from the kernel or without the right to; the message says why. What it would show then
     *     would be no table but a guess.
     */
    void visit(ConnectionFilter filter, Predicate<Connection> visitor);

    /**
     * Opens a stream of the events that {@code filter} admits, from now on. While the table cannot
     * be read it is silent. It ends when the table goes away or has to begin anew.
     *
     * @param capacity length of its queue in events, 1 to 65,536; configuration may cut it
     * @throws IllegalStateException if as many streams are open as configuration allows; the
     *     message says how many
     */
    ConnectionStream stream(ConnectionFilter filter, int capacity);
}
