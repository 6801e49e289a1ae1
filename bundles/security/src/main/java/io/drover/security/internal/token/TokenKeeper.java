package io.drover.security.internal.token;

import io.drover.api.security.Scope;
import io.drover.api.security.TokenException;
import io.drover.api.security.TokenException.Kind;
import io.drover.api.security.TokenStore;
import io.drover.security.internal.file.Listeners;
import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.file.UnsafeException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens on disk and in memory, kept alike. Any thread; whatever changes something holds the
 * folder's lock, so two never meet.
 */
public final class TokenKeeper implements TokenStore {

    private static final Logger LOG = LoggerFactory.getLogger(TokenKeeper.class);

    private static final Duration OVERLAP_MAX = Duration.ofDays(7);
    private static final Duration LIFE_MAX = Duration.ofDays(3650);
    private static final String PREFIX = "drover_";

    private final SecretsFolder folder;
    private final TokenDisk disk;
    private final Clock clock;
    private final KnownTokens known = new KnownTokens();
    private final Listeners<Optional<String>> listeners = new Listeners<>();
    private volatile TokenRules rules;
    private volatile Optional<String> clusterToken = Optional.empty();
    private volatile String problem = "";

    private TokenKeeper(SecretsFolder folder, TokenRules rules, Clock clock) {
        this.folder = folder;
        this.disk = new TokenDisk(folder);
        this.clock = clock;
        this.rules = rules;
    }

    /** Reads what is there, makes the local token if it is not. */
    public static TokenKeeper open(SecretsFolder folder, TokenRules rules, Clock clock)
            throws IOException, UnsafeException {
        TokenKeeper keeper = new TokenKeeper(folder, rules, clock);
        keeper.read(rules);
        return keeper;
    }

    /**
     * Reads all files again. A token that another one has taken the place of holds on for the
     * overlap. When it throws, what was known before is known still.
     */
    public void read(TokenRules next) throws IOException, UnsafeException {
        String local = disk.local();
        Optional<String> cluster = disk.cluster(next.clusterFile());
        if (cluster.isPresent() && cluster.get().equalsIgnoreCase(local)) {
            throw new UnsafeException(
                    "the cluster's token is this agent's local token, which opens more",
                    "give the cluster a token of its own");
        }
        Closeable lock = folder.lock();
        try {
            List<Known> kept = keptOrBefore();
            int before = kept.size();
            retire(LOCAL, Optional.of(local), next.overlap(), kept);
            retire(CLUSTER, cluster, next.overlap(), kept);
            if (kept.size() != before && problem.isEmpty()) {
                disk.keep(kept, clock.instant());
            }
            rules = next;
            show(local, cluster, kept);
        } finally {
            lock.close();
        }
    }

    public KnownTokens known() {
        return known;
    }

    /** Why the tokens with scopes could not be read; empty when they could. */
    public String problem() {
        return problem;
    }

    /** The cluster's newest token. */
    public Optional<String> clusterToken() {
        return clusterToken;
    }

    /** What has to be looked at for a change. */
    public List<Path> files() {
        return disk.files(rules.clusterFile());
    }

    /** Calls {@code listener} whenever the cluster's token is another one. */
    public AutoCloseable onClusterToken(Runnable listener) {
        return listeners.add(token -> listener.run());
    }

    @Override
    public List<Entry> tokens() {
        return known.all().stream().map(Known::entry).toList();
    }

    @Override
    public Issued create(String name, Set<Scope> scopes, Optional<Duration> life)
            throws TokenException {
        require(TokenLines.isName(name), "name", "must match [a-z0-9][a-z0-9._-]{0,62}", name);
        require(!Known.isOfFile(name), "name", "must not be local or cluster", name);
        require(!scopes.isEmpty(), "scope", "must be at least one of " + Scopes.ALL, "none");
        if (life.isPresent()) {
            Duration given = life.get();
            boolean sound = given.toSeconds() > 0 && given.compareTo(LIFE_MAX) <= 0;
            require(sound, "life", "must be from 1 s to 3650 days", given.toString());
        }
        return changing(
                kept -> {
                    long made = kept.stream().filter(one -> isCurrent(one)).count();
                    if (kept.stream().anyMatch(one -> isCurrent(one, name))) {
                        throw new TokenException(
                                Kind.CONFLICT, "there is a token '" + name + "' already");
                    }
                    if (made >= rules.madeMax()) {
                        throw new TokenException(
                                Kind.CONFLICT,
                                "there are as many tokens as security.tokens_max = %d allows"
                                        .formatted(rules.madeMax()));
                    }
                    return add(kept, name, scopes, life);
                });
    }

    @Override
    public void revoke(String name) throws TokenException {
        require(!Known.isOfFile(name), "name", "can be replaced, but not taken back", name);
        changing(
                kept -> {
                    current(kept, name);
                    kept.removeIf(one -> one.name().equals(name));
                    return null;
                });
        LOG.info("token taken back: name={}", name);
    }

    @Override
    public Issued rotate(String name, Duration overlap) throws TokenException {
        boolean sound = !overlap.isNegative() && overlap.compareTo(OVERLAP_MAX) <= 0;
        require(sound, "overlap", "must be from 0 s to 7 days", overlap.toString());
        Issued issued =
                Known.isOfFile(name) ? rotateFile(name, overlap) : rotateMade(name, overlap);
        LOG.info(
                "token replaced: name={} fingerprint={} overlap={}",
                name,
                issued.entry().fingerprint(),
                overlap);
        return issued;
    }

    private Issued rotateMade(String name, Duration overlap) throws TokenException {
        return changing(
                kept -> {
                    Known old = current(kept, name);
                    kept.remove(old);
                    kept.add(old.replacedUntil(clock.instant().plus(overlap)));
                    Optional<Duration> life =
                            old.expires()
                                    .map(end -> Duration.between(old.created().orElseThrow(), end));
                    return add(kept, name, old.scopes(), life);
                });
    }

    private Issued rotateFile(String name, Duration overlap) throws TokenException {
        if (CLUSTER.equals(name) && rules.clusterFile().isPresent()) {
            throw new TokenException(
                    Kind.INVALID,
                    "the cluster's token comes from %s: replace it there"
                            .formatted(rules.clusterFile().get()));
        }
        String token = TokenFile.random();
        changing(
                kept -> {
                    Instant end = clock.instant().plus(overlap);
                    known.all().stream()
                            .filter(one -> one.name().equals(name) && !one.replaced())
                            .forEach(one -> kept.add(one.replacedUntil(end)));
                    return null;
                });
        try {
            disk.replace(name, token);
            read(rules);
        } catch (IOException | UnsafeException e) {
            throw failed(e);
        }
        return new Issued(Known.ofFile(name, TokenDigest.of(token)).entry(), token);
    }

    private Issued add(List<Known> kept, String name, Set<Scope> scopes, Optional<Duration> life) {
        String token = PREFIX + TokenFile.random();
        Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        Known made = Known.made(name, TokenDigest.of(token), scopes, now, life.map(now::plus));
        kept.add(made);
        return new Issued(made.entry(), token);
    }

    /** What is done with the list of kept tokens, which is then written and known. */
    @FunctionalInterface
    private interface Change {
        Issued to(List<Known> kept) throws TokenException;
    }

    private Issued changing(Change change) throws TokenException {
        try {
            Closeable lock = folder.lock();
            try {
                List<Known> kept = disk.kept();
                Issued issued = change.to(kept);
                disk.keep(kept, clock.instant());
                List<Known> next = new ArrayList<>(kept);
                known.all().stream()
                        .filter(one -> one.ofFile() && !one.replaced())
                        .forEach(next::add);
                publish(next);
                return issued;
            } finally {
                lock.close();
            }
        } catch (IOException | UnsafeException e) {
            throw failed(e);
        }
    }

    private List<Known> keptOrBefore() throws IOException {
        try {
            List<Known> kept = disk.kept();
            problem = "";
            return kept;
        } catch (UnsafeException e) {
            // The file's own tokens still open the agent, so that somebody can mend this one.
            problem = e.getMessage() + "; " + e.remedy();
            return new ArrayList<>(
                    known.all().stream().filter(one -> !one.ofFile() || one.replaced()).toList());
        }
    }

    /** Lets the token that was known under this name hold on, if there is another one now. */
    private void retire(String name, Optional<String> now, Duration overlap, List<Known> kept) {
        Optional<TokenDigest> present = now.map(TokenDigest::of);
        for (Known one : known.all()) {
            boolean superseded =
                    one.name().equals(name)
                            && !one.replaced()
                            && present.filter(one.digest()::matches).isEmpty();
            if (superseded && kept.stream().noneMatch(k -> k.digest().matches(one.digest()))) {
                kept.add(one.replacedUntil(clock.instant().plus(overlap)));
                LOG.info("token replaced in its file: name={} overlap={}", name, overlap);
            }
        }
    }

    private void show(String local, Optional<String> cluster, List<Known> kept) {
        List<Known> next = new ArrayList<>(kept);
        next.add(Known.ofFile(LOCAL, TokenDigest.of(local)));
        cluster.ifPresent(token -> next.add(Known.ofFile(CLUSTER, TokenDigest.of(token))));
        publish(next);
        boolean another = !cluster.equals(clusterToken);
        clusterToken = cluster;
        if (another) {
            listeners.tell(cluster);
        }
    }

    /** The present ones last: what is both present and replaced is present. */
    private void publish(List<Known> tokens) {
        List<Known> sorted = new ArrayList<>(tokens);
        sorted.sort(Known.order());
        List<Known> byRank = new ArrayList<>(sorted.stream().filter(Known::replaced).toList());
        byRank.addAll(sorted.stream().filter(one -> !one.replaced()).toList());
        known.replace(byRank);
    }

    private static boolean isCurrent(Known one) {
        return !one.replaced();
    }

    private static boolean isCurrent(Known one, String name) {
        return isCurrent(one) && one.name().equals(name);
    }

    private static Known current(List<Known> kept, String name) throws TokenException {
        return kept.stream()
                .filter(one -> isCurrent(one, name))
                .findFirst()
                .orElseThrow(
                        () -> new TokenException(Kind.UNKNOWN, "there is no token '" + name + "'"));
    }

    private static void require(boolean sound, String key, String rule, String value)
            throws TokenException {
        if (!sound) {
            throw new TokenException(Kind.INVALID, key + " " + rule + ", is '" + value + "'");
        }
    }

    private static TokenException failed(Exception e) {
        LOG.warn("tokens not written", e);
        return new TokenException(Kind.FAILED, "nothing was changed: " + e.getMessage());
    }
}
