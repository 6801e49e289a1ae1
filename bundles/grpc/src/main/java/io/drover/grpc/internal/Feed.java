package io.drover.grpc.internal;

import io.drover.proto.v1.ResumePoint;
import java.util.Optional;

/**
 * Where the messages of one stream come from: bounded, whoever reads it and however slowly.
 *
 * @param <A> type of the messages
 */
interface Feed<A> extends AutoCloseable {

    /** The next message, or null when there is none now. One thread at a time; never blocks. */
    A next();

    /** Whether no message will be added any more. */
    boolean ended();

    /**
     * Calls {@code ready}, on any thread, whenever there is a message again after {@link #next}
     * gave null, and at the end. Set once, before the first {@link #next}.
     */
    void onReady(Runnable ready);

    /** Where a client can go on after the newest message; empty when it must begin anew. */
    Optional<ResumePoint> point();

    /** Ends it. Idempotent. */
    @Override
    void close();
}
