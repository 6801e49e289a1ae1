package io.drover.api.security;

import java.time.Duration;
import java.util.Objects;

/** What {@link Guard} says of one {@link Attempt}. */
public sealed interface Ruling {

    /** It may be done, by {@code caller}. */
    record Admitted(Caller caller) implements Ruling {
        public Admitted {
            Objects.requireNonNull(caller, "caller");
        }
    }

    /**
     * It may not.
     *
     * @param reason why, in one word
     * @param detail why, in one sentence for the client; never of a secret
     * @param retryAfter when it is worth another try; zero when waiting changes nothing
     */
    record Refused(Reason reason, String detail, Duration retryAfter) implements Ruling {
        public Refused {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(detail, "detail");
            Objects.requireNonNull(retryAfter, "retryAfter");
        }
    }

    /** Why somebody is refused, and what HTTP and gRPC call it. */
    enum Reason {
        /** No token, or more than one: 401, UNAUTHENTICATED. */
        ABSENT,
        /** Not of the form {@code Bearer <token>}: 401, UNAUTHENTICATED. */
        MALFORMED,
        /** Nobody's token: 401 with {@code error="invalid_token"}, UNAUTHENTICATED. */
        UNKNOWN,
        /** A token whose time is over: as {@link #UNKNOWN}. */
        EXPIRED,
        /** A caller who is known, but may not do this: 403, PERMISSION_DENIED. */
        OUTSIDE,
        /** Nobody's token, from where too many of them came: 429, RESOURCE_EXHAUSTED. */
        BACK_OFF,
        /** It cannot be found out now: 503, UNAVAILABLE. */
        UNAVAILABLE
    }
}
