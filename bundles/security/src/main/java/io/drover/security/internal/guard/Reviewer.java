package io.drover.security.internal.guard;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.Reviews;
import io.drover.api.security.Attempt;
import io.drover.api.security.Audience;
import io.drover.api.security.Caller;
import io.drover.api.security.Ruling;
import io.drover.api.security.Ruling.Reason;
import io.drover.api.security.Use;
import io.drover.security.internal.token.TokenDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the API server of Kubernetes say who a token belongs to (TokenReview) and what its owner may
 * do (SubjectAccessReview), as kube-rbac-proxy does. Answers are remembered by the token's digest.
 * Whatever goes wrong, nobody is let in. Any thread.
 */
final class Reviewer {

    private static final Logger LOG = LoggerFactory.getLogger(Reviewer.class);

    /** For a turn; the request itself has the time-out of the bundle kubernetes. */
    private static final long TURN_MILLIS = 1_000;

    /**
     * Before all paths but {@code /metrics}: every account may read {@code /api/*} by the role
     * {@code system:discovery}, which is meant for the API server's own.
     */
    private static final String OWN = "/drover";

    private final LongAdder asked = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Remembered<Optional<Reviews.User>> users;
    private final Remembered<Boolean> verdicts;
    private volatile ReviewRules rules;
    private volatile Semaphore turns;
    private volatile Reviews reviews;
    private volatile String problem = "";

    /**
     * @param nanos the monotonic clock
     */
    Reviewer(ReviewRules rules, LongSupplier nanos) {
        this.users = new Remembered<>(nanos);
        this.verdicts = new Remembered<>(nanos);
        this.rules = rules;
        this.turns = new Semaphore(rules.atOnceMax());
    }

    /** From now on by these rules; what was remembered by others is forgotten. */
    void rules(ReviewRules next) {
        rules = next;
        turns = new Semaphore(next.atOnceMax());
        users.clear();
        verdicts.clear();
    }

    /** Whom to ask; null for nobody. */
    void use(Reviews next) {
        reviews = next;
    }

    ReviewRules rules() {
        return rules;
    }

    boolean hasReviews() {
        return reviews != null;
    }

    /** Whether such a token is worth a question at this door. */
    boolean opens(Use use, String token) {
        boolean door =
                switch (rules.doors()) {
                    case OFF -> false;
                    case METRICS -> use == Use.METRICS;
                    case ALL -> true;
                };
        return door && Bearer.isJwt(token);
    }

    /**
     * What the API server says, or has said.
     *
     * @param mayAsk whether it may be asked now, or only remembered answers count
     * @return a refusal with {@link Reason#UNKNOWN} for nobody's token; empty if it would have to
     *     be asked and may not
     */
    Optional<Ruling> judge(Attempt attempt, String token, TokenDigest digest, boolean mayAsk) {
        String key = digest.hex();
        try {
            Optional<Optional<Reviews.User>> known = users.get(key);
            if (known.isEmpty() && !mayAsk) {
                return Optional.empty();
            }
            Optional<Reviews.User> user = known.isPresent() ? known.get() : userOf(token, key);
            return Optional.of(
                    user.isEmpty()
                            ? refused(Reason.UNKNOWN, "this needs a valid bearer token")
                            : ruling(attempt, user.get(), key));
        } catch (ClusterException e) {
            failed.increment();
            note(e.getMessage());
            return Optional.of(undecided());
        }
    }

    /** Why the newest question had no answer; empty when it had. */
    String problem() {
        return problem;
    }

    long asked() {
        return asked.sum();
    }

    long failed() {
        return failed.sum();
    }

    int remembered() {
        return users.size() + verdicts.size();
    }

    private Ruling ruling(Attempt attempt, Reviews.User user, String key) throws ClusterException {
        Reviews.PathAccess access = access(attempt);
        String question = key + ' ' + access.verb() + ' ' + access.path();
        Optional<Boolean> known = verdicts.get(question);
        boolean allowed = known.isPresent() ? known.get() : allowed(user, access, question);
        if (!allowed) {
            return refused(
                    Reason.OUTSIDE,
                    "%s may not %s %s: no role of the cluster allows it"
                            .formatted(user.name(), access.verb(), access.path()));
        }
        return new Ruling.Admitted(
                new Caller(
                        "kubernetes:" + user.name(),
                        attempt.audience() == Audience.PUBLIC
                                ? Set.of()
                                : Set.of(attempt.audience()),
                        Set.of(attempt.use())));
    }

    private Optional<Reviews.User> userOf(String token, String key) throws ClusterException {
        Optional<Reviews.User> user = inTurn(asks -> asks.authenticate(token, rules.audiences()));
        users.put(key, user, life(user.isPresent()), rules.answersMax());
        return user;
    }

    private boolean allowed(Reviews.User user, Reviews.PathAccess access, String question)
            throws ClusterException {
        Reviews.Verdict verdict = inTurn(asks -> asks.review(user, access));
        verdicts.put(question, verdict.allowed(), life(verdict.allowed()), rules.answersMax());
        return verdict.allowed();
    }

    private Duration life(boolean yes) {
        return yes ? rules.admittedFor() : rules.refusedFor();
    }

    @FunctionalInterface
    private interface Question<T> {
        T to(Reviews reviews) throws ClusterException;
    }

    private <T> T inTurn(Question<T> question) throws ClusterException {
        Reviews asks = reviews;
        if (asks == null) {
            throw new ClusterException(
                    ClusterException.Cause.UNAVAILABLE, "the bundle kubernetes is not there");
        }
        Semaphore turn = turns;
        take(turn);
        try {
            asked.increment();
            T answer = question.to(asks);
            note("");
            return answer;
        } finally {
            turn.release();
        }
    }

    private static void take(Semaphore turn) throws ClusterException {
        try {
            if (turn.tryAcquire(TURN_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new ClusterException(
                ClusterException.Cause.UNAVAILABLE,
                "more questions to the API server than security.kubernetes_reviews_max");
    }

    private void note(String now) {
        if (!now.equals(problem)) {
            if (!now.isEmpty()) {
                LOG.warn("tokens of Kubernetes cannot be judged: {}", now);
            }
            problem = now;
        }
    }

    private static Reviews.PathAccess access(Attempt attempt) {
        return switch (attempt.use()) {
            case METRICS -> new Reviews.PathAccess(attempt.path(), attempt.verb());
            case READ, CHANGE -> new Reviews.PathAccess(OWN + attempt.path(), attempt.verb());
            case GRPC -> new Reviews.PathAccess(OWN + "/grpc" + attempt.path(), attempt.verb());
        };
    }

    private static Ruling undecided() {
        return new Ruling.Refused(
                Reason.UNAVAILABLE,
                "the cluster cannot be asked about this token now",
                Duration.ofSeconds(1));
    }

    private static Ruling refused(Reason reason, String detail) {
        return new Ruling.Refused(reason, detail, Duration.ZERO);
    }
}
