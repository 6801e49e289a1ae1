package io.drover.link.internal;

/** The cluster agent cannot be reached; the message says why. */
final class UnreachableException extends Exception {

    UnreachableException(String message) {
        super(message);
    }
}
