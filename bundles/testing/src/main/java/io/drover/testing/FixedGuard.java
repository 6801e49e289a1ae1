package io.drover.testing;

import io.drover.api.security.Attempt;
import io.drover.api.security.Audience;
import io.drover.api.security.Caller;
import io.drover.api.security.Guard;
import io.drover.api.security.Ruling;
import io.drover.api.security.Ruling.Reason;
import io.drover.api.security.Use;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Knows one token of each kind, by the rules of the bundle {@code security} but without its
 * back-off. Remembers what it was asked. Any thread.
 */
public final class FixedGuard implements Guard {

    /** This agent's own: opens everything. */
    public static final String LOCAL = "token-of-this-host";

    /** Opens what is for CLUSTER alone. */
    public static final String CLUSTER = "token-of-the-cluster";

    /** With the scope {@code admin}: opens everything. */
    public static final String ADMIN = "token-of-the-admin";

    /** With the scope {@code read}. */
    public static final String READ = "token-of-a-reader";

    /** With the scope {@code metrics}. */
    public static final String METRICS = "token-of-a-scraper";

    /** With the scope {@code grpc}. */
    public static final String GRPC = "token-of-a-stub";

    /** Was good once. */
    public static final String EXPIRED = "token-of-yesterday";

    /** Nobody's, and one too many. */
    public static final String TOO_OFTEN = "token-of-nobody-again";

    /** Nobody can say now. */
    public static final String UNDECIDED = "token-of-somebody";

    private static final String SCHEME = "Bearer ";
    private static final Set<Audience> READABLE = Set.of(Audience.LOCAL, Audience.CLUSTER);

    private static final Map<String, Caller> CALLERS =
            Map.of(
                    LOCAL,
                    new Caller("local", Set.of(Audience.values())),
                    CLUSTER,
                    new Caller("cluster", Set.of(Audience.CLUSTER)),
                    ADMIN,
                    new Caller("admin", Set.of(Audience.values())),
                    READ,
                    new Caller("reader", READABLE, Set.of(Use.READ)),
                    METRICS,
                    new Caller("scraper", Set.of(), Set.of(Use.METRICS)),
                    GRPC,
                    new Caller("stub", READABLE, Set.of(Use.GRPC)));

    private static final Map<String, Ruling> REFUSALS =
            Map.of(
                    EXPIRED,
                    refused(Reason.EXPIRED),
                    TOO_OFTEN,
                    new Ruling.Refused(Reason.BACK_OFF, "too often", Duration.ofSeconds(7)),
                    UNDECIDED,
                    refused(Reason.UNAVAILABLE));

    private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();

    @Override
    public Ruling judge(Attempt attempt) {
        attempts.add(attempt);
        if (attempt.authorizations().size() != 1) {
            return refused(Reason.ABSENT);
        }
        String header = attempt.authorizations().get(0);
        if (!header.startsWith(SCHEME)) {
            return refused(Reason.MALFORMED);
        }
        String token = header.substring(SCHEME.length());
        Caller caller = CALLERS.get(token);
        if (caller == null) {
            return REFUSALS.getOrDefault(token, refused(Reason.UNKNOWN));
        }
        // The metrics have no audience: their door is for whoever may come by it.
        Audience audience = attempt.use() == Use.METRICS ? Audience.PUBLIC : attempt.audience();
        return caller.may(attempt.use(), audience)
                ? new Ruling.Admitted(caller)
                : refused(Reason.OUTSIDE);
    }

    /** All it was asked, oldest first. */
    public List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    private static Ruling refused(Reason reason) {
        return new Ruling.Refused(reason, "refused: " + reason, Duration.ZERO);
    }
}
