package io.drover.testing;

import io.drover.api.security.Scope;
import io.drover.api.security.TokenException;
import io.drover.api.security.TokenException.Kind;
import io.drover.api.security.TokenStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tokens in memory, named by their number instead of by chance. Safe for many threads. */
public final class FakeTokenStore implements TokenStore {

    private final Clock clock;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<Entry> replaced = new ArrayList<>();
    private int made;

    public FakeTokenStore(Clock clock) {
        this.clock = clock;
        entries.put(LOCAL, entry(LOCAL, Set.of(), Optional.empty()));
    }

    @Override
    public synchronized List<Entry> tokens() {
        List<Entry> all = new ArrayList<>(entries.values());
        all.addAll(replaced);
        return all;
    }

    @Override
    public synchronized Issued create(String name, Set<Scope> scopes, Optional<Duration> life)
            throws TokenException {
        if (scopes.isEmpty()) {
            throw new TokenException(Kind.INVALID, "a token needs at least one scope");
        }
        if (entries.containsKey(name)) {
            throw new TokenException(Kind.CONFLICT, "there is a token '" + name + "' already");
        }
        return keep(entry(name, scopes, life.map(clock.instant()::plus)));
    }

    @Override
    public synchronized void revoke(String name) throws TokenException {
        if (LOCAL.equals(name)) {
            throw new TokenException(Kind.INVALID, "the token 'local' can only be replaced");
        }
        known(name);
        entries.remove(name);
    }

    @Override
    public synchronized Issued rotate(String name, Duration overlap) throws TokenException {
        Entry old = known(name);
        replaced.add(
                new Entry(
                        name,
                        old.fingerprint(),
                        old.scopes(),
                        old.created(),
                        Optional.of(clock.instant().plus(overlap)),
                        true));
        return keep(entry(name, old.scopes(), old.expires()));
    }

    private Entry known(String name) throws TokenException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new TokenException(Kind.UNKNOWN, "there is no token '" + name + "'");
        }
        return entry;
    }

    private Issued keep(Entry entry) {
        entries.put(entry.name(), entry);
        return new Issued(entry, "token-" + made);
    }

    private Entry entry(String name, Set<Scope> scopes, Optional<Instant> expires) {
        made++;
        return new Entry(
                name,
                "%012x".formatted(made),
                scopes,
                Optional.of(clock.instant()),
                expires,
                false);
    }
}
