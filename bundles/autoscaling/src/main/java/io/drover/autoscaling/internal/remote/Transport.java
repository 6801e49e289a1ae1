package io.drover.autoscaling.internal.remote;

import java.util.concurrent.CompletableFuture;

/** Carries questions. Never blocks for an answer. */
interface Transport extends AutoCloseable {

    /**
     * One answer.
     *
     * @param status of HTTP
     * @param body its text, within the bound of the transport
     */
    record Answer(int status, String body) {}

    /** Sends one; to cancel the future ends the exchange. Ends with an IOException if it fails. */
    CompletableFuture<Answer> send(Question question);

    @Override
    void close();
}
