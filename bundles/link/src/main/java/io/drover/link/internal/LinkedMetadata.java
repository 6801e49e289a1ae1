package io.drover.link.internal;

import io.drover.api.metadata.Change;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import io.drover.api.metadata.Metadata;
import io.drover.api.metadata.MetadataStream;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * What the cluster agent has told of the cluster. It stays when the link breaks, and is then called
 * stale; a new snapshot takes its place at once, when it is complete. The thread of the link
 * writes.
 */
final class LinkedMetadata implements Metadata {

    private final Clock clock;
    private final int entriesMax;
    private final int readersMax;
    private final List<MetadataReader> readers = new CopyOnWriteArrayList<>();

    private volatile Names names = new Names();
    private volatile Phase phase = Phase.UNAVAILABLE;
    private volatile String reason = "the cluster agent has not been reached yet";
    private volatile Instant since;
    private final AtomicLong dropped = new AtomicLong();

    /** What a snapshot has brought so far; null while none is under way. Its writer's alone. */
    private Names loading;

    private long droppedLoading;

    /** The newest changes, each at its number modulo the length. Guarded by this. */
    private final Change[] changes;

    private volatile long revision;

    /** The revision from which on a reader must begin anew. */
    private long beginning;

    LinkedMetadata(Settings settings, Clock clock) {
        this.clock = clock;
        this.entriesMax = settings.entriesMax();
        this.readersMax = settings.readersMax();
        this.changes = new Change[settings.changesKept()];
        this.since = clock.instant();
    }

    // ---- the link's thread

    /** What was known stays until the snapshot is complete; that may take the sender a while. */
    void begin() {
        loading = new Names();
        droppedLoading = 0;
        enter(
                known() ? Phase.STALE : Phase.LOADING,
                "the snapshot of the cluster agent is not complete yet");
    }

    void complete() {
        if (loading == null) {
            return;
        }
        synchronized (this) {
            names = loading;
            dropped.set(droppedLoading);
            revision++;
            beginning = revision;
            Arrays.fill(changes, null);
        }
        loading = null;
        enter(Phase.LIVE, "");
        callReaders();
    }

    void put(Entry entry) {
        Names target = loading != null ? loading : names;
        if (target.size() >= entriesMax && !target.holds(entry.ref())) {
            if (loading != null) {
                droppedLoading++;
            } else {
                dropped.incrementAndGet();
            }
            return;
        }
        target.put(entry);
        if (loading == null) {
            tell(new Change.Put(entry));
        }
    }

    void remove(Entry.Ref ref) {
        if (loading != null) {
            loading.remove(ref);
        } else if (names.remove(ref)) {
            tell(new Change.Removed(ref));
        }
    }

    /** Nothing comes now. */
    void away(String why) {
        loading = null;
        enter(known() ? Phase.STALE : Phase.UNAVAILABLE, why);
    }

    private void enter(Phase next, String why) {
        if (phase != next) {
            since = clock.instant();
        }
        reason = why;
        phase = next;
    }

    private void tell(Change change) {
        synchronized (this) {
            revision++;
            changes[slot(revision)] = change;
        }
        callReaders();
    }

    private void callReaders() {
        readers.forEach(MetadataReader::call);
    }

    /** It goes away with the link. */
    void end() {
        readers.forEach(MetadataReader::end);
        readers.clear();
    }

    // ---- readers

    /**
     * The change with a number.
     *
     * @return empty when it is not kept any more, or belongs to what a snapshot has replaced
     */
    synchronized Optional<Change> change(long number) {
        boolean kept = number > revision - changes.length && number <= revision;
        return kept && number > beginning ? Optional.of(changes[slot(number)]) : Optional.empty();
    }

    private int slot(long number) {
        return (int) (number % changes.length);
    }

    /** The newest change's number. */
    long revision() {
        return revision;
    }

    /** Whether there is a whole snapshot. */
    boolean known() {
        return phase == Phase.LIVE || phase == Phase.STALE;
    }

    List<Entry> all(Set<Kind> kinds) {
        return names.all(kinds);
    }

    void left(MetadataReader reader) {
        readers.remove(reader);
    }

    int size() {
        return names.size();
    }

    /** For how long what is known has not been kept up; zero while it is, or nothing is known. */
    Duration staleFor() {
        return phase == Phase.STALE ? Duration.between(since, clock.instant()) : Duration.ZERO;
    }

    long dropped() {
        return dropped.get();
    }

    // ---- any thread

    @Override
    public State state() {
        return new State(phase, since, reason, names.sizes(), revision, dropped.get());
    }

    @Override
    public Optional<Entry> at(InetAddress address) {
        return names.at(address);
    }

    @Override
    public Optional<Entry> get(Entry.Ref ref) {
        return names.get(ref);
    }

    @Override
    public void visit(Kind kind, Predicate<Entry> visitor) {
        names.visit(kind, visitor);
    }

    @Override
    public synchronized MetadataStream stream(Set<Kind> kinds) {
        if (readers.size() >= readersMax) {
            throw new IllegalStateException(
                    "link.readers_max is " + readersMax + " and as many streams are open");
        }
        MetadataReader reader =
                new MetadataReader(this, kinds.isEmpty() ? EnumSet.allOf(Kind.class) : kinds);
        readers.add(reader);
        return reader;
    }

    /** How many of each kind, for people. */
    Map<Kind, Integer> sizes() {
        return names.sizes();
    }
}
