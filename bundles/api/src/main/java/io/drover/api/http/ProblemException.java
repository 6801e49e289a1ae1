package io.drover.api.http;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An answer that is not a success; becomes {@code application/problem+json} (RFC 9457). Carries no
 * stack trace.
 */
public final class ProblemException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, Object> members;
    private final Duration retryAfter;

    /**
     * @param status the HTTP status, 400 to 599
     * @param detail one sentence that names key, rule and value; shown to the client, so never a
     *     secret
     * @param members further members of the document; values as {@link Json#value(Object)} takes
     *     them
     */
    public ProblemException(int status, String detail, Map<String, Object> members) {
        this(status, detail, members, null);
    }

    private ProblemException(
            int status, String detail, Map<String, Object> members, Duration retryAfter) {
        super(Objects.requireNonNull(detail, "detail"), null, false, false);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException(
                    "a problem has a status from 400 to 599, not " + status);
        }
        this.status = status;
        this.members = Map.copyOf(members);
        this.retryAfter = retryAfter;
    }

    /** The client asked for something that cannot be. */
    public static ProblemException badRequest(String detail) {
        return new ProblemException(400, detail, Map.of());
    }

    /** What was asked for is not there. */
    public static ProblemException notFound(String detail) {
        return new ProblemException(404, detail, Map.of());
    }

    /** It cannot be answered now; the detail says what is missing. */
    public static ProblemException unavailable(String detail) {
        return new ProblemException(503, detail, Map.of());
    }

    /** This with the time after which it may be asked again; becomes {@code Retry-After}. */
    public ProblemException retryAfter(Duration time) {
        return new ProblemException(status, getMessage(), members, time);
    }

    /** When it may be asked again; empty when nobody knows. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Further members of the document. */
    public Map<String, Object> members() {
        return members;
    }
}
