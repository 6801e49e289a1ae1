package io.drover.security.internal.guard;

import io.drover.api.kubernetes.Reviews;
import io.drover.api.security.Attempt;
import io.drover.api.security.Audience;
import io.drover.api.security.Audit;
import io.drover.api.security.Caller;
import io.drover.api.security.Guard;
import io.drover.api.security.Ruling;
import io.drover.api.security.Ruling.Reason;
import io.drover.api.security.Tokens;
import io.drover.api.security.Use;
import io.drover.security.internal.token.Known;
import io.drover.security.internal.token.KnownTokens;
import io.drover.security.internal.token.TokenDigest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one check. Tokens in memory are always compared, also for a source that has to wait: who has
 * a right token cannot be locked out by somebody behind the same address. What the wait spares is
 * everything that costs: questions to Kubernetes, lines in the logs.
 */
public final class Gatekeeper implements Guard, Tokens {

    private static final Logger LOG = LoggerFactory.getLogger(Gatekeeper.class);

    /** One subscriber has this much of IPv6 (RFC 6177); single addresses cost nothing. */
    private static final int V6_PREFIX_BYTES = 8;

    private static final String NEEDED = "this needs a valid bearer token";

    private final KnownTokens known;
    private final Clock clock;
    private final Audit audit;
    private final BackOff backOff;
    private final Reviewer reviewer;
    private final Digests digests = new Digests();
    private final Map<Reason, LongAdder> refused = new EnumMap<>(Reason.class);
    private final Map<String, LongAdder> admitted = new ConcurrentHashMap<>();
    private volatile ClientNames clients;

    public Gatekeeper(
            KnownTokens known, GuardRules rules, Audit audit, Clock clock, LongSupplier nanos) {
        this.known = known;
        this.audit = audit;
        this.clock = clock;
        this.backOff = new BackOff(limits(rules), nanos);
        this.reviewer = new Reviewer(rules.reviews(), nanos);
        this.clients = rules.clients();
        for (Reason reason : Reason.values()) {
            refused.put(reason, new LongAdder());
        }
    }

    /** By these rules from now on. */
    public void rules(GuardRules next) {
        backOff.limits(limits(next));
        reviewer.rules(next.reviews());
        clients = next.clients();
    }

    /** Who answers for Kubernetes from now on; null for nobody. */
    public void use(Reviews reviews) {
        reviewer.use(reviews);
    }

    @Override
    public Ruling judge(Attempt attempt) {
        Ruling ruling = decide(attempt);
        if (ruling instanceof Ruling.Refused no) {
            refused.get(no.reason()).increment();
        } else if (ruling instanceof Ruling.Admitted yes) {
            admitted.computeIfAbsent(counted(yes.caller()), name -> new LongAdder()).increment();
        }
        return ruling;
    }

    /** For whoever knows nothing of doors yet: only callers who may come by every one. */
    @Override
    public Optional<Caller> callerOf(String authorization) {
        Attempt attempt =
                new Attempt(
                        Use.CHANGE,
                        Audience.PUBLIC,
                        "",
                        "",
                        authorization == null || authorization.isEmpty()
                                ? List.of()
                                : List.of(authorization),
                        Optional.empty(),
                        List.of());
        return judge(attempt) instanceof Ruling.Admitted yes
                        && yes.caller().uses().containsAll(List.of(Use.values()))
                ? Optional.of(yes.caller())
                : Optional.empty();
    }

    /** How often each caller was let in. */
    public Map<String, LongAdder> admitted() {
        return Collections.unmodifiableMap(admitted);
    }

    /** How often somebody was not, by reason. */
    public Map<Reason, LongAdder> refused() {
        return Collections.unmodifiableMap(refused);
    }

    public BackOffFigures backOff() {
        return new BackOffFigures(
                backOff.size(), backOff.begun(), backOff.refused(), backOff.forgotten());
    }

    /** What is known of sources that sent wrong tokens. */
    public record BackOffFigures(int sources, long begun, long refused, long forgotten) {}

    public ReviewFigures reviews() {
        return new ReviewFigures(
                reviewer.rules().doors(),
                reviewer.hasReviews(),
                reviewer.problem(),
                reviewer.asked(),
                reviewer.failed(),
                reviewer.remembered());
    }

    /** How it goes with the API server. */
    public record ReviewFigures(
            ReviewRules.Doors doors,
            boolean present,
            String problem,
            long asked,
            long failed,
            int remembered) {}

    private Ruling decide(Attempt attempt) {
        List<String> headers = attempt.authorizations();
        if (headers.isEmpty()) {
            return clients.callerOf(attempt.peer())
                    .map(caller -> rule(caller, attempt))
                    .orElseGet(() -> absent());
        }
        if (headers.size() > 1) {
            return absent();
        }
        Optional<TokenDigest> digest = digests.of(headers.get(0));
        if (digest.isEmpty()) {
            return failed(attempt, Reason.MALFORMED, "this needs Authorization: Bearer <token>");
        }
        Optional<Known> owner = known.find(digest.get());
        if (owner.isPresent()) {
            return owner.get().expired(clock.instant())
                    ? failed(attempt, Reason.EXPIRED, "the time of this token is over")
                    : rule(owner.get().caller(), attempt);
        }
        String token = Bearer.token(headers.get(0)).orElseThrow();
        if (reviewer.opens(attempt.use(), token)) {
            return reviewed(attempt, token, digest.get());
        }
        return failed(attempt, Reason.UNKNOWN, NEEDED);
    }

    private Ruling reviewed(Attempt attempt, String token, TokenDigest digest) {
        boolean mayAsk = backOff.left(source(attempt)).isZero();
        Optional<Ruling> ruling = reviewer.judge(attempt, token, digest, mayAsk);
        boolean nobody =
                ruling.isEmpty()
                        || (ruling.get() instanceof Ruling.Refused no
                                && no.reason() == Reason.UNKNOWN);
        return nobody ? failed(attempt, Reason.UNKNOWN, NEEDED) : ruling.get();
    }

    private static Ruling rule(Caller caller, Attempt attempt) {
        // Whoever may read the metrics may read all of them: they have no audience.
        Audience audience = attempt.use() == Use.METRICS ? Audience.PUBLIC : attempt.audience();
        return caller.may(attempt.use(), audience)
                ? new Ruling.Admitted(caller)
                : new Ruling.Refused(
                        Reason.OUTSIDE,
                        "the token '%s' does not open this".formatted(caller.name()),
                        Duration.ZERO);
    }

    private static Ruling absent() {
        return new Ruling.Refused(
                Reason.ABSENT,
                "this needs one Authorization header: Bearer <token>",
                Duration.ZERO);
    }

    private Ruling failed(Attempt attempt, Reason reason, String detail) {
        String source = source(attempt);
        BackOff.Effect effect = backOff.fail(source);
        if (effect == BackOff.Effect.BORNE) {
            return new Ruling.Refused(reason, detail, Duration.ZERO);
        }
        Duration left = backOff.left(source);
        if (effect == BackOff.Effect.BEGINS) {
            LOG.warn("too many wrong tokens: source={} wait={}", source, left);
            audit.write(new Audit.Action("", door(attempt.use()), source, "wrong tokens", "wait"));
        }
        return new Ruling.Refused(
                Reason.BACK_OFF, "too many wrong tokens come from here; wait and try again", left);
    }

    private static String door(Use use) {
        return switch (use) {
            case READ, CHANGE -> "api";
            case METRICS -> "metrics";
            case GRPC -> "grpc";
        };
    }

    /** Bounded: accounts of the cluster are counted together. */
    private static String counted(Caller caller) {
        return caller.name().startsWith("kubernetes:") ? "kubernetes" : caller.name();
    }

    /** From where it comes; a network of IPv6 counts as one. */
    private static String source(Attempt attempt) {
        Optional<InetAddress> source = attempt.source();
        if (source.isEmpty()) {
            return "local";
        }
        InetAddress address = source.get();
        return address instanceof Inet6Address v6 && !v6.isLoopbackAddress()
                ? HexFormat.of().formatHex(Arrays.copyOf(v6.getAddress(), V6_PREFIX_BYTES)) + "/64"
                : address.getHostAddress();
    }

    private static BackOff.Limits limits(GuardRules rules) {
        return new BackOff.Limits(rules.wrongTokensFree(), rules.backOffMax(), rules.sourcesMax());
    }

    /** For metrics: that a name is not there any more shall not leave its count behind for ever. */
    public void forgetCallersBut(Set<String> names) {
        admitted.keySet()
                .removeIf(
                        name ->
                                !names.contains(name)
                                        && !name.contains(":")
                                        && !"kubernetes".equals(name));
    }
}
