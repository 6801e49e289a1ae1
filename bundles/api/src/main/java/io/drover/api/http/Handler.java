package io.drover.api.http;

/** Answers the requests of one route. */
@FunctionalInterface
public interface Handler {

    /**
     * Answers one request, on a thread of the server; may block for as long as the client may wait.
     *
     * @throws ProblemException for an answer that is not a success. Anything else that is thrown is
     *     logged and becomes a 500 without detail.
     */
    Reply answer(Request request) throws ProblemException;
}
