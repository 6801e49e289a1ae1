package io.drover.config.internal.secret;

/** A secret could not be had; the message says why and holds no part of any output. */
final class FetchException extends Exception {

    private static final long serialVersionUID = 1L;

    FetchException(String message) {
        super(message, null, false, false);
    }
}
