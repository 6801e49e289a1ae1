package io.drover.kubernetes.internal.election;

import io.drover.api.kubernetes.Elections;
import io.drover.api.kubernetes.Standing;
import io.drover.api.kubernetes.Term;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * The elections of this process. A Lease is held by this bundle, not by the bundle that asked for
 * it: it outlives the last candidacy by the linger.
 */
public final class NamedElections implements Elections, Fence, AutoCloseable {

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?");

    private final Function<String, Elector> electors;
    private final LongSupplier nanos;
    private final ScheduledExecutorService notifier;
    private final Duration linger;
    private final Consumer<Standing> witness;
    private final Map<String, Entry> entries = new TreeMap<>();
    private boolean begun;
    private boolean closed;

    /** One election and the number of candidacies in it. */
    private static final class Entry {
        final Candidate candidate;
        int candidacies;
        long generation;

        Entry(Candidate candidate) {
            this.candidate = candidate;
        }
    }

    /**
     * @param electors makes the state machine of an election
     * @param ready when there is a cluster to elect in; no candidate begins before
     * @param nanos the monotonic clock
     * @param notifier tells listeners and ends lingering; owned by the caller
     * @param linger how long a Lease is kept after its last candidacy
     * @param witness is told how each election stands, on the notifier; must not block
     */
    public NamedElections(
            Function<String, Elector> electors,
            CompletionStage<?> ready,
            LongSupplier nanos,
            ScheduledExecutorService notifier,
            Duration linger,
            Consumer<Standing> witness) {
        this.electors = electors;
        this.nanos = nanos;
        this.notifier = notifier;
        this.linger = linger;
        this.witness = witness;
        // Once for all: a stage that never comes must not keep each candidate that was given up.
        ready.thenRun(this::beginAll);
    }

    @Override
    public synchronized Candidacy enter(String election, Consumer<Standing> onChange) {
        if (!LABEL.matcher(election).matches()) {
            throw new IllegalArgumentException(
                    "an election's name is a DNS label of at most 52 characters: " + election);
        }
        if (closed) {
            throw new IllegalStateException("the elections of this process are over");
        }
        Entry entry = entries.computeIfAbsent(election, this::begin);
        entry.candidacies++;
        entry.generation++;
        return new Part(election, entry, entry.candidate.listen(onChange));
    }

    @Override
    public synchronized List<Standing> standings() {
        List<Standing> standings = new ArrayList<>();
        entries.values().forEach(entry -> standings.add(entry.candidate.standing()));
        return standings;
    }

    @Override
    public boolean leads(String election) {
        return candidate(election).flatMap(Candidate::term).isPresent();
    }

    @Override
    public Optional<Permit> permit(Term term) {
        return candidate(term.election())
                .filter(candidate -> candidate.writeBegins(term))
                .map(candidate -> candidate::writeEnded);
    }

    /** Says that the Lease of an election may have changed. */
    public void hint(String election) {
        candidate(election).ifPresent(Candidate::hint);
    }

    /** Ends all candidacies; their claims are released by their own threads. */
    @Override
    public synchronized void close() {
        closed = true;
        entries.values().forEach(entry -> entry.candidate.end());
    }

    /** Waits until every claim is released or left to expire. */
    public boolean ended(Duration bound) {
        long until = System.nanoTime() + bound.toNanos();
        List<Entry> all;
        synchronized (this) {
            all = List.copyOf(entries.values());
        }
        return all.stream()
                .allMatch(
                        entry ->
                                entry.candidate.ended(Duration.ofNanos(until - System.nanoTime())));
    }

    private synchronized Optional<Candidate> candidate(String election) {
        return Optional.ofNullable(entries.get(election)).map(entry -> entry.candidate);
    }

    private Entry begin(String election) {
        Candidate candidate =
                new Candidate(
                        electors.apply(election),
                        nanos,
                        notifier,
                        "drover-kubernetes-lease-" + election);
        candidate.listen(witness);
        if (begun) {
            candidate.start();
        }
        return new Entry(candidate);
    }

    private synchronized void beginAll() {
        begun = true;
        entries.values().forEach(entry -> entry.candidate.start());
    }

    private synchronized void leave(String election, Entry entry) {
        entry.candidacies--;
        long generation = entry.generation;
        if (entry.candidacies == 0 && !closed) {
            try {
                notifier.schedule(
                        () -> endIfUnused(election, entry, generation),
                        linger.toNanos(),
                        TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                endIfUnused(election, entry, generation);
            }
        }
    }

    private synchronized void endIfUnused(String election, Entry entry, long generation) {
        if (entry.candidacies == 0 && entry.generation == generation) {
            entries.remove(election, entry);
            entry.candidate.end();
        }
    }

    /** What {@link #enter} hands out. */
    private final class Part implements Candidacy {
        private final String election;
        private final Entry entry;
        private final Candidate.Listener listener;
        private boolean left;

        Part(String election, Entry entry, Candidate.Listener listener) {
            this.election = election;
            this.entry = entry;
            this.listener = listener;
        }

        @Override
        public Standing standing() {
            return entry.candidate.standing();
        }

        @Override
        public Optional<Term> term() {
            return entry.candidate.term();
        }

        @Override
        public void close() {
            synchronized (this) {
                if (left) {
                    return;
                }
                left = true;
            }
            entry.candidate.forget(listener);
            leave(election, entry);
        }
    }
}
