package io.drover.security.internal.token;

import io.drover.api.security.Audience;
import io.drover.api.security.Caller;
import io.drover.api.security.Scope;
import io.drover.api.security.TokenStore;
import io.drover.api.security.Use;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One token that this agent knows: whose it is, what it opens and until when. Immutable. */
public final class Known {

    private final String name;
    private final TokenDigest digest;
    private final Set<Scope> scopes;
    private final Optional<Instant> created;
    private final Optional<Instant> expires;
    private final boolean replaced;
    private final Caller caller;

    private Known(
            String name,
            TokenDigest digest,
            Set<Scope> scopes,
            Optional<Instant> created,
            Optional<Instant> expires,
            boolean replaced) {
        this.name = name;
        this.digest = digest;
        this.scopes = scopes;
        this.created = created;
        this.expires = expires;
        this.replaced = replaced;
        this.caller = callerOf(name, scopes);
    }

    /** The present token of a file: this agent's own or the cluster's. */
    public static Known ofFile(String name, TokenDigest digest) {
        return new Known(name, digest, Set.of(), Optional.empty(), Optional.empty(), false);
    }

    /** One that was made with scopes. */
    public static Known made(
            String name,
            TokenDigest digest,
            Set<Scope> scopes,
            Instant created,
            Optional<Instant> expires) {
        return new Known(name, digest, scopes, Optional.of(created), expires, false);
    }

    /** As it was written down. */
    static Known written(
            String name,
            TokenDigest digest,
            Set<Scope> scopes,
            Optional<Instant> created,
            Optional<Instant> expires,
            boolean replaced) {
        return new Known(name, digest, scopes, created, expires, replaced);
    }

    /** This one, after a newer one has taken its place. */
    Known replacedUntil(Instant end) {
        Instant last = expires.filter(end::isAfter).orElse(end);
        return new Known(name, digest, scopes, created, Optional.of(last), true);
    }

    public String name() {
        return name;
    }

    public TokenDigest digest() {
        return digest;
    }

    public Caller caller() {
        return caller;
    }

    public boolean replaced() {
        return replaced;
    }

    public boolean expired(Instant now) {
        return expires.isPresent() && !now.isBefore(expires.get());
    }

    Set<Scope> scopes() {
        return scopes;
    }

    Optional<Instant> created() {
        return created;
    }

    Optional<Instant> expires() {
        return expires;
    }

    /** Whether it is the file's own, now or before. */
    boolean ofFile() {
        return isOfFile(name);
    }

    static boolean isOfFile(String name) {
        return TokenStore.LOCAL.equals(name) || TokenStore.CLUSTER.equals(name);
    }

    TokenStore.Entry entry() {
        return new TokenStore.Entry(name, digest.fingerprint(), scopes, created, expires, replaced);
    }

    /** Its name and fingerprint. */
    @Override
    public String toString() {
        return name + "(" + digest + ")";
    }

    private static Caller callerOf(String name, Set<Scope> scopes) {
        if (TokenStore.LOCAL.equals(name)) {
            return new Caller(name, audiences(Set.of(Scope.ADMIN)));
        }
        if (TokenStore.CLUSTER.equals(name)) {
            return new Caller(name, Set.of(Audience.CLUSTER));
        }
        return callerWith(name, scopes);
    }

    /** Somebody who may do what these scopes open, and nothing else. */
    public static Caller callerWith(String name, Set<Scope> scopes) {
        return new Caller(name, audiences(scopes), uses(scopes));
    }

    private static Set<Audience> audiences(Set<Scope> scopes) {
        if (scopes.contains(Scope.ADMIN)) {
            return EnumSet.of(Audience.LOCAL, Audience.CLUSTER, Audience.ADMIN);
        }
        boolean reads = scopes.contains(Scope.READ) || scopes.contains(Scope.GRPC);
        return reads ? EnumSet.of(Audience.LOCAL, Audience.CLUSTER) : Set.of();
    }

    private static Set<Use> uses(Set<Scope> scopes) {
        Set<Use> uses = EnumSet.noneOf(Use.class);
        for (Scope scope : scopes) {
            switch (scope) {
                case ADMIN -> uses.addAll(List.of(Use.values()));
                case READ -> uses.add(Use.READ);
                case METRICS -> uses.add(Use.METRICS);
                case GRPC -> uses.add(Use.GRPC);
            }
        }
        return uses;
    }

    /** In the order in which a person reads them: the agent's own, the cluster's, the others. */
    static Comparator<Known> order() {
        return Comparator.comparing((Known one) -> !TokenStore.LOCAL.equals(one.name))
                .thenComparing(one -> !TokenStore.CLUSTER.equals(one.name))
                .thenComparing(Known::name)
                .thenComparing(Known::replaced);
    }
}
