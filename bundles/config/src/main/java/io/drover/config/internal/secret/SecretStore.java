package io.drover.config.internal.secret;

import io.drover.api.secret.Secret;
import io.drover.api.secret.SecretState;
import io.drover.api.secret.Secrets;
import io.drover.api.secret.UnresolvedSecretException;
import io.drover.config.internal.read.Findings;
import io.drover.config.internal.read.SourceWatch;
import io.drover.config.internal.secret.BackEnd.Answer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/**
 * The configured secrets with their newest values. {@link #take} is called by the thread that reads
 * the configuration, {@link #work} by the one that asks the sources; all else by any. No lock is
 * held while a source is asked.
 */
public final class SecretStore implements Secrets {

    private static final int ERROR_MAX = 200;
    private static final Duration IDLE = Duration.ofHours(1);

    /** Logs that may hold a replaced value are older than this, or rolled over. */
    private static final Duration FORMER_KEPT = Duration.ofDays(3);

    private static final int FORMER_MAX = 1000;

    private final BackEnd backEnd;
    private final Audit audit;
    private final Clock clock;
    private final DoubleSupplier random;
    private final SecretCounts counts = new SecretCounts();
    private final Map<String, Held> held = new ConcurrentSkipListMap<>();
    private final Map<Secret, Instant> former = new ConcurrentHashMap<>();
    private volatile SecretLimits limits;
    private volatile Runnable wake = () -> {};
    private SourceWatch watch = new SourceWatch(Map.of());

    /**
     * @param random from 0 to 1, for the first refresh
     */
    SecretStore(BackEnd backEnd, Audit audit, Clock clock, DoubleSupplier random) {
        this.backEnd = backEnd;
        this.audit = audit;
        this.clock = clock;
        this.random = random;
    }

    public SecretCounts counts() {
        return counts;
    }

    /** Lines of the record that could not be written. */
    public long auditLost() {
        return audit.lost();
    }

    /** What to call, on any thread, when there is work. */
    void onWork(Runnable waker) {
        wake = waker;
    }

    /**
     * The secrets that the configuration names from now on. Never blocks: what has to be asked for
     * is asked for later, and until then the former value of the key holds.
     */
    public void take(Collection<Target> targets, SecretLimits newLimits) {
        Instant now = clock.instant();
        limits = newLimits;
        Set<String> paths = targets.stream().map(Target::path).collect(Collectors.toSet());
        held.forEach((path, h) -> forget(paths.contains(path) ? null : h.secret(), null, now));
        held.keySet().retainAll(paths);
        for (Target target : targets) {
            held.compute(target.path(), (path, before) -> taken(target, before, now));
        }
        if (held.values().stream()
                .anyMatch(h -> !(h.target().reference() instanceof Reference.Literal))) {
            wake.run();
        }
    }

    private Held taken(Target target, Held before, Instant now) {
        if (before != null && before.target().reference().equals(target.reference())) {
            return before.with(target);
        }
        Secret older = before == null ? null : before.secret();
        if (target.reference() instanceof Reference.Literal literal) {
            Secret value = secret(target, literal.value(), older, now);
            forget(older, value, now);
            return Held.literal(target, value, now);
        }
        return Held.first(target, older, now);
    }

    /** Remembers a value that is replaced, so that it can still be redacted. */
    private void forget(Secret replaced, Secret by, Instant now) {
        if (replaced != null && replaced != by && former.size() < FORMER_MAX) {
            former.put(replaced, now);
        }
    }

    /** Whether a configuration was taken. */
    public boolean begun() {
        return limits != null;
    }

    /** Whether the source of each secret was asked once, with whatever answer. */
    public boolean settled() {
        return begun() && held.values().stream().noneMatch(Held::pending);
    }

    @Override
    public Optional<Secret> current(String section, String key) {
        Held found = held.get(section + "." + key);
        if (found == null) {
            return Optional.empty();
        }
        if (found.secret() == null) {
            throw new UnresolvedSecretException(
                    found.pending()
                            ? found.target().path() + " is still asked for"
                            : found.sentence());
        }
        return Optional.of(found.secret());
    }

    @Override
    public void refused(Secret secret) {
        Instant now = clock.instant();
        boolean[] caused = {false};
        held.computeIfPresent(
                secret.section() + "." + secret.key(),
                (path, h) -> {
                    if (h.secret() != secret
                            || h.target().reference() instanceof Reference.Literal) {
                        return h;
                    }
                    caused[0] = true;
                    Instant last = h.refusedAt();
                    Instant earliest = last == null ? now : last.plus(limits.refused());
                    return h.refused(earliest.isAfter(now) ? earliest : now);
                });
        if (caused[0]) {
            counts.refused.increment();
            wake.run();
        }
    }

    @Override
    public List<Secret> known() {
        Instant now = clock.instant();
        former.values().removeIf(replaced -> replaced.plus(FORMER_KEPT).isBefore(now));
        List<Secret> known = new ArrayList<>(former.keySet());
        held.values().stream().map(Held::secret).filter(Objects::nonNull).forEach(known::add);
        return known;
    }

    /** How all of them stand. */
    public List<SecretState> states() {
        return held.values().stream().map(Held::state).toList();
    }

    /** A sentence for each that has no newest value, and no value at all first. */
    public List<String> troubles() {
        return held.values().stream()
                .filter(h -> !h.error().isEmpty())
                .sorted((a, b) -> Boolean.compare(a.secret() != null, b.secret() != null))
                .map(Held::sentence)
                .toList();
    }

    /** Lets everything that has a source be asked at the next {@link #work}. */
    void allDue() {
        Instant now = clock.instant();
        held.replaceAll(
                (path, h) ->
                        h.target().reference() instanceof Reference.Literal ? h : h.dueAt(now));
    }

    /**
     * Asks whatever source is due. Blocks for as long as the back end takes.
     *
     * @param nanos as {@link System#nanoTime}
     * @return when to call again at the latest
     */
    Duration work(long nanos) throws InterruptedException {
        if (limits == null) {
            return IDLE;
        }
        lookAtFiles(nanos);
        Instant now = clock.instant();
        List<Held> due = held.values().stream().filter(h -> h.due(now)).toList();
        Map<String, Answer> answers = askBackEnd(due);
        for (Held one : due) {
            if (one.target().reference() instanceof Reference.InFile file) {
                settle(one, () -> SecretFile.read(file.path(), limits.secretBytes()));
            } else if (one.target().reference() instanceof Reference.Handle handle) {
                settle(one, () -> valueOf(answers, handle));
            }
        }
        return pause(clock.instant());
    }

    private void lookAtFiles(long nanos) {
        Map<String, String> marks = new TreeMap<>();
        held.forEach(
                (path, h) -> {
                    if (h.target().reference() instanceof Reference.InFile file) {
                        marks.put(path, SecretFile.mark(file.path()));
                    }
                });
        if (watch.due(marks, nanos, limits.settle())) {
            Instant now = clock.instant();
            marks.keySet().forEach(path -> held.computeIfPresent(path, (p, h) -> h.dueAt(now)));
        }
    }

    /** One run of the back end for all handles; what goes wrong goes wrong for each of them. */
    private Map<String, Answer> askBackEnd(List<Held> due) throws InterruptedException {
        Set<String> handles = new TreeSet<>();
        for (Held one : due) {
            if (one.target().reference() instanceof Reference.Handle handle) {
                handles.add(handle.name());
            }
        }
        if (handles.isEmpty()) {
            return Map.of();
        }
        try {
            return backEnd.ask(limits.program(), handles);
        } catch (FetchException e) {
            return handles.stream()
                    .collect(Collectors.toMap(h -> h, h -> new Answer(null, e.getMessage())));
        }
    }

    /** What the back end says of an error is shown, but no value that it gave with it. */
    private static String valueOf(Map<String, Answer> answers, Reference.Handle handle)
            throws FetchException {
        Answer answer = answers.get(handle.name());
        if (answer == null) {
            throw new FetchException("the back end's answer does not name it");
        }
        if (answer.error() != null && !answer.error().isBlank()) {
            String said = answer.error();
            for (Answer other : answers.values()) {
                if (other.value() != null && !other.value().isBlank()) {
                    said = said.replace(other.value().strip(), "[redacted]");
                }
            }
            throw new FetchException(Findings.shown(said, ERROR_MAX));
        }
        if (answer.value() == null) {
            throw new FetchException("the back end gives neither a value nor an error");
        }
        return answer.value();
    }

    private interface Fetch {
        String value() throws FetchException;
    }

    private void settle(Held asked, Fetch fetch) {
        Instant now = clock.instant();
        String value;
        try {
            value = checked(asked.target(), fetch.value().strip());
        } catch (FetchException e) {
            counts.failed.increment();
            Held after = replace(asked, h -> h.failed(e.getMessage(), now, limits));
            if (after != null && !e.getMessage().equals(asked.error())) {
                record(now, asked.target(), "failed", after.version(), e.getMessage());
            }
            return;
        }
        boolean same =
                asked.secret() != null
                        && MessageDigest.isEqual(bytes(asked.secret().reveal()), bytes(value));
        Secret secret = same ? asked.secret() : secret(asked.target(), value, asked.secret(), now);
        (same ? counts.unchanged : counts.changed).increment();
        forget(asked.secret(), secret, now);
        boolean first = asked.checkedAt() == null;
        Held after = replace(asked, h -> h.resolved(secret, now, next(h, first, now)));
        if (after != null && (!same || !asked.error().isEmpty())) {
            record(now, asked.target(), same ? "unchanged" : "new", secret.version(), "");
        }
    }

    /** Changes the entry unless the configuration names another source for it by now. */
    private Held replace(Held asked, java.util.function.UnaryOperator<Held> change) {
        Held[] after = {null};
        held.computeIfPresent(
                asked.target().path(),
                (path, h) -> {
                    if (!h.target().reference().equals(asked.target().reference())) {
                        return h;
                    }
                    after[0] = change.apply(h);
                    return after[0];
                });
        return after[0];
    }

    private String checked(Target target, String value) throws FetchException {
        if (value.isEmpty()) {
            throw new FetchException("it is empty");
        }
        if (bytes(value).length > limits.secretBytes()) {
            throw new FetchException(
                    "it must not be longer than "
                            + limits.secretBytes()
                            + " bytes (config.secret_bytes_max)");
        }
        if (value.indexOf('\0') >= 0) {
            throw new FetchException("it must not hold a NUL character");
        }
        if (!target.length().admit(BigDecimal.valueOf(value.length()))) {
            throw new FetchException(
                    "it must have a length of " + target.length().words() + " characters");
        }
        return value;
    }

    private Instant next(Held h, boolean first, Instant now) {
        Duration refresh = limits.refresh();
        if (refresh.isZero() || !(h.target().reference() instanceof Reference.Handle)) {
            return null;
        }
        double part = first && limits.scatter() ? random.getAsDouble() : 1;
        return now.plusMillis(Math.max(1000, (long) (refresh.toMillis() * part)));
    }

    private Duration pause(Instant now) {
        boolean files =
                held.values().stream()
                        .anyMatch(h -> h.target().reference() instanceof Reference.InFile);
        Duration longest = files ? watch.restless() ? limits.settle() : limits.look() : IDLE;
        return held.values().stream()
                .filter(h -> h.dueAt() != null)
                .map(h -> Duration.between(now, h.dueAt()))
                .map(d -> d.isNegative() ? Duration.ZERO : d)
                .filter(d -> d.compareTo(longest) < 0)
                .min(Duration::compareTo)
                .orElse(longest);
    }

    private void record(Instant at, Target target, String outcome, long version, String error) {
        audit.record(at, target, outcome, version, error, limits.auditBytes());
    }

    private static Secret secret(Target target, String value, Secret former, Instant now) {
        if (former != null && MessageDigest.isEqual(bytes(former.reveal()), bytes(value))) {
            return former;
        }
        long version = former == null ? 1 : former.version() + 1;
        return new Secret(target.section(), target.key(), target.source(), version, now, value);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
