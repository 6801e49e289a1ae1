package io.drover.api.conntrack;

import java.util.Optional;
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

    /**
     * As {@link #stream(ConnectionFilter, int)}, but the stream begins behind {@code after}: what
     * came since then and is still kept ({@code conntrack.replay_events}) is told first. What is
     * not kept, or belongs to another numbering, is a {@link ConnectionEvent.Lost} of the cause
     * {@code replay} at the beginning. With room for fewer events than are kept it may begin with a
     * loss of the cause {@code reader}.
     */
    ConnectionStream stream(ConnectionFilter filter, int capacity, StreamPosition after);

    /**
     * The place behind the last event that was read from the kernel, or {@link
     * StreamPosition#UNKNOWN}.
     */
    StreamPosition position();

    /**
     * A page of what {@code filter} admits.
     *
     * @param limit how many at most, 1 or more
     * @param after {@link ConnectionPage#next} of the page before; empty for the first
     * @throws IllegalArgumentException if {@code after} does not come from a page in this order
     * @throws IllegalStateException as {@link #visit}
     */
    ConnectionPage page(
            ConnectionFilter filter, ConnectionOrder order, int limit, Optional<String> after);
}
