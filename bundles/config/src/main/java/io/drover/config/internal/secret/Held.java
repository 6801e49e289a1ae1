package io.drover.config.internal.secret;

import io.drover.api.secret.Secret;
import io.drover.api.secret.SecretState;
import java.time.Instant;

/**
 * One configured secret as it stands. Immutable.
 *
 * @param secret the value that holds; null while there never was one
 * @param checkedAt when its source last gave a value; null while it did not
 * @param error why the newest question failed; empty when it did not
 * @param dueAt when it is asked again; null for not by time
 * @param failures in a row
 * @param refusedAt when a refusal last caused a question; null while none did
 */
record Held(
        Target target,
        Secret secret,
        Instant checkedAt,
        String error,
        Instant dueAt,
        int failures,
        Instant refusedAt) {

    private static final int DOUBLINGS_MAX = 20;

    /** A new target; {@code former} is the value that holds until there is a newer one. */
    static Held first(Target target, Secret former, Instant now) {
        return new Held(target, former, null, "", now, 0, null);
    }

    /** A secret that stands in the configuration itself. */
    static Held literal(Target target, Secret secret, Instant now) {
        return new Held(target, secret, now, "", null, 0, null);
    }

    /** Whether its source was never asked to the end. */
    boolean pending() {
        return checkedAt == null && error.isEmpty();
    }

    boolean due(Instant now) {
        return dueAt != null && !dueAt.isAfter(now);
    }

    long version() {
        return secret == null ? 0 : secret.version();
    }

    Held with(Target same) {
        return new Held(same, secret, checkedAt, error, dueAt, failures, refusedAt);
    }

    Held dueAt(Instant at) {
        return new Held(target, secret, checkedAt, error, at, failures, refusedAt);
    }

    Held refused(Instant at) {
        Instant due = dueAt != null && dueAt.isBefore(at) ? dueAt : at;
        return new Held(target, secret, checkedAt, error, due, failures, at);
    }

    Held resolved(Secret value, Instant now, Instant nextAt) {
        return new Held(target, value, now, "", nextAt, 0, refusedAt);
    }

    Held failed(String why, Instant now, SecretLimits limits) {
        long ms = 1000L << Math.min(failures, DOUBLINGS_MAX);
        Instant again = now.plusMillis(Math.min(ms, limits.retryMax().toMillis()));
        return new Held(target, secret, checkedAt, why, again, failures + 1, refusedAt);
    }

    SecretState state() {
        return new SecretState(
                target.section(),
                target.key(),
                target.source(),
                target.origin(),
                version(),
                secret == null ? null : secret.since(),
                checkedAt,
                error,
                dueAt);
    }

    /** How it stands, for people. */
    String sentence() {
        return target.path()
                + " from "
                + target.source()
                + (secret == null ? " has no value: " : " keeps its older value: ")
                + error;
    }
}
