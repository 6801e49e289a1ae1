package io.drover.api.metadata;

/**
 * A reader's place in the changes: first a snapshot, then what changes. It has no queue of its own:
 * the changes are kept once, for all readers, up to a limit; a reader that falls further behind
 * gets a new snapshot ({@link Change.Begin}), so that nothing is lost in silence.
 */
public interface MetadataStream extends AutoCloseable {

    /** The next element, or null when there is none now. One thread at a time; never blocks. */
    Change poll();

    /**
     * Calls {@code ready}, on a thread of the giver, whenever there is something again after {@link
     * #poll} gave null, and at the end of the stream. It must not block. To be set once, before the
     * first {@link #poll}; if there is something already it is called at once.
     */
    void onReady(Runnable ready);

    /** Whether the giver has gone away: nothing will come any more. */
    boolean ended();

    /** Ends the stream. Idempotent. */
    @Override
    void close();
}
