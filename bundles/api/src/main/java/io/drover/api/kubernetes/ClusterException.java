package io.drover.api.kubernetes;

import java.time.Duration;
import java.util.Objects;

/** A request to the cluster that was not fulfilled. The message names the request and the cause. */
public final class ClusterException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Cause cause;
    private final Duration retryAfter;

    /** Why a request was not fulfilled; tells what the caller may do. */
    public enum Cause {
        /**
         * No cluster is configured, or it does not answer, or not in time. A write may have been
         * done.
         */
        UNAVAILABLE,
        /** The object, its kind or its namespace is not there. */
        NOT_FOUND,
        /** The object has another version than the request was made for, or is there already. */
        CONFLICT,
        /** The agent's account may not do it; the message names verb and resource. */
        FORBIDDEN,
        /** The API server refuses the document, or the request cannot be one. */
        INVALID,
        /** Too many requests; see {@link ClusterException#retryAfter()}. */
        THROTTLED,
        /** The term that the write was made in is over. Nothing was sent. */
        TERM_OVER
    }

    /**
     * @param cause why
     * @param message the request and the cause, for people
     * @param retryAfter how long the API server asks to wait; zero when it does not say
     * @param origin what was caught; may be null
     */
    public ClusterException(Cause cause, String message, Duration retryAfter, Throwable origin) {
        super(Objects.requireNonNull(message, "message"), origin);
        this.cause = Objects.requireNonNull(cause, "cause");
        this.retryAfter = Objects.requireNonNull(retryAfter, "retryAfter");
    }

    /** Without a wish of the server. */
    public ClusterException(Cause cause, String message) {
        this(cause, message, Duration.ZERO, null);
    }

    /** Why. */
    public Cause why() {
        return cause;
    }

    /** How long the API server asks to wait; zero when it does not say. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
