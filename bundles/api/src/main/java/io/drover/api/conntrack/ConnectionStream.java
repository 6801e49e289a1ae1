package io.drover.api.conntrack;

/**
 * A live stream of events for one reader, with a queue of bounded length. A reader that falls
 * behind loses the newest events and finds a {@link ConnectionEvent.Lost} in their place; it never
 * holds up the table or other readers.
 */
public interface ConnectionStream extends AutoCloseable {

    /** The next event, or null when there is none now. One thread at a time. */
    ConnectionEvent poll();

    /**
     * The numbering that the positions of its events are of: see {@link StreamPosition}. Known from
     * the first event that {@link #poll} gave; before it is no figure to rely on.
     */
    long epoch();

    /**
     * Calls {@code ready}, on a thread of the table, whenever the queue goes from empty to not
     * empty, and at the end of the stream. It must not block. To be set once, before the first
     * {@link #poll}; if events are there already it is called at once.
     */
    void onReady(Runnable ready);

    /**
     * Whether the table has gone away: no event will be added any more. What is queued can still be
     * polled.
     */
    boolean ended();

    /** Ends the stream. Idempotent. */
    @Override
    void close();
}
