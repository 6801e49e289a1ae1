package io.drover.api.security;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Makes, lists, replaces and takes back tokens. A service of the bundle {@code security}; any
 * thread. What changes something writes files and blocks until they are on disk; it holds from the
 * moment that the method returns, and after a restart.
 */
public interface TokenStore {

    /** This agent's own token, in {@code secrets/local_token}. */
    String LOCAL = "local";

    /** The token that the agents of one cluster share. */
    String CLUSTER = "cluster";

    /**
     * All tokens that open something now, and those that have expired but are not taken away yet.
     */
    List<Entry> tokens();

    /**
     * Makes a token with scopes of its own.
     *
     * @param name lower case letters, digits, {@code . _ -}, at most 63, unique
     * @param scopes at least one
     * @param life from now on; empty for no end
     */
    Issued create(String name, Set<Scope> scopes, Optional<Duration> life) throws TokenException;

    /** Takes a token back that {@link #create} has made; it opens nothing any more. */
    void revoke(String name) throws TokenException;

    /**
     * Replaces a token by a new one, which lies in its file afterwards; the old one goes on to hold
     * for {@code overlap}.
     *
     * @param name {@link #LOCAL}, {@link #CLUSTER} or one that {@link #create} has made
     */
    Issued rotate(String name, Duration overlap) throws TokenException;

    /**
     * What is known of one token.
     *
     * @param name {@link #LOCAL}, {@link #CLUSTER}, or as it was made
     * @param fingerprint the first 12 hex digits of its SHA-256, to tell tokens apart
     * @param scopes empty for {@link #LOCAL} and {@link #CLUSTER}
     * @param created empty when it is not known
     * @param expires empty when it has no end
     * @param replaced whether a newer one has taken its place and it holds only until {@code
     *     expires}
     */
    record Entry(
            String name,
            String fingerprint,
            Set<Scope> scopes,
            Optional<Instant> created,
            Optional<Instant> expires,
            boolean replaced) {
        public Entry {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(fingerprint, "fingerprint");
            scopes = Set.copyOf(scopes);
            Objects.requireNonNull(created, "created");
            Objects.requireNonNull(expires, "expires");
        }
    }

    /**
     * A new token.
     *
     * @param entry what is known of it
     * @param token the secret itself, shown this once and not kept where it could be read again
     */
    record Issued(Entry entry, String token) {
        public Issued {
            Objects.requireNonNull(entry, "entry");
            Objects.requireNonNull(token, "token");
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Issued[" + entry + "]";
        }
    }
}
