package io.drover.kubernetes.internal.metadata;

import io.drover.api.metadata.Change;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * All entries, by name and by address, and the last changes. Memory is bounded: so many entries, so
 * many changes. Written under its lock; lookups take none.
 */
final class Store {

    private final int entriesMax;
    private final Change[] journal;
    private final Map<Kind, Map<Entry.Ref, Entry>> entries = new EnumMap<>(Kind.class);

    /** Who has an address, service before pod before node; each value made once. */
    private final Map<InetAddress, Optional<Entry>> services = new ConcurrentHashMap<>();

    private final Map<InetAddress, Optional<Entry>> pods = new ConcurrentHashMap<>();
    private final Map<InetAddress, Optional<Entry>> nodes = new ConcurrentHashMap<>();

    /** Who else has an address that is in an index: as a rule nobody. */
    private final Map<InetAddress, List<Entry.Ref>> alsoThere = new HashMap<>();

    /** Objects that are there and not kept, as many as are kept at most. */
    private final Set<Entry.Ref> leftOut = new HashSet<>();

    private volatile long revision;
    private volatile long dropped;
    private int size;

    /**
     * @param entriesMax entries that are kept
     * @param changesMax changes that are kept for readers that are behind
     */
    Store(int entriesMax, int changesMax) {
        this.entriesMax = entriesMax;
        this.journal = new Change[changesMax];
        for (Kind kind : Kind.values()) {
            entries.put(kind, new ConcurrentHashMap<>());
        }
    }

    /** An entry is there, or changed; left out when there are too many. */
    synchronized boolean put(Entry entry) {
        Map<Entry.Ref, Entry> all = entries.get(entry.kind());
        Entry before = all.get(entry.ref());
        if (entry.equals(before)) {
            return false; // what changed is none of the parts that are kept
        }
        if (before == null && size >= entriesMax) {
            if (leftOut.size() < entriesMax) {
                leftOut.add(entry.ref());
                dropped = leftOut.size();
            }
            return false;
        }
        if (leftOut.remove(entry.ref())) {
            dropped = leftOut.size();
        }
        if (before == null) {
            size++;
        } else {
            unlink(before);
        }
        all.put(entry.ref(), entry);
        link(entry);
        note(new Change.Put(entry));
        return true;
    }

    /** An entry is gone. */
    synchronized boolean remove(Entry.Ref ref) {
        Entry before = entries.get(ref.kind()).remove(ref);
        if (before == null) {
            if (leftOut.remove(ref)) {
                dropped = leftOut.size();
            }
            return false;
        }
        size--;
        unlink(before);
        note(new Change.Removed(ref));
        return true;
    }

    Optional<Entry> at(InetAddress address) {
        Optional<Entry> found = services.get(address);
        if (found == null) {
            found = pods.get(address);
        }
        if (found == null) {
            found = nodes.get(address);
        }
        return found == null ? Optional.empty() : found;
    }

    Optional<Entry> get(Entry.Ref ref) {
        return Optional.ofNullable(entries.get(ref.kind()).get(ref));
    }

    void visit(Kind kind, Predicate<Entry> visitor) {
        for (Entry entry : entries.get(kind).values()) {
            if (!visitor.test(entry)) {
                return;
            }
        }
    }

    /** The entries of a kind, as they come and go. */
    Iterable<Entry> all(Kind kind) {
        return entries.get(kind).values();
    }

    Map<Kind, Integer> counts() {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        entries.forEach((kind, all) -> counts.put(kind, all.size()));
        return counts;
    }

    long revision() {
        return revision;
    }

    /** How many objects are there and not kept; never more than are kept. */
    long dropped() {
        return dropped;
    }

    /**
     * The change after {@code seen}.
     *
     * @return empty when it is not kept any more
     */
    synchronized Optional<Change> after(long seen) {
        if (seen >= revision || revision - seen > journal.length) {
            return Optional.empty();
        }
        return Optional.of(journal[index(seen + 1)]);
    }

    /** Whether the changes after {@code seen} are all kept. */
    synchronized boolean keepsAfter(long seen) {
        return revision - seen <= journal.length;
    }

    private void note(Change change) {
        long next = revision + 1; // under the lock: there is one writer
        journal[index(next)] = change;
        revision = next;
    }

    private int index(long of) {
        return (int) (of % journal.length);
    }

    private void link(Entry entry) {
        for (InetAddress address : addresses(entry)) {
            Optional<Entry> other = index(entry).put(address, Optional.of(entry));
            if (other != null && !other.get().ref().equals(entry.ref())) {
                alsoThere.computeIfAbsent(address, a -> new ArrayList<>()).add(other.get().ref());
            }
        }
    }

    /** An address may belong to another entry by now: pods come and go in any order. */
    private void unlink(Entry entry) {
        Map<InetAddress, Optional<Entry>> index = index(entry);
        for (InetAddress address : addresses(entry)) {
            forget(address, entry.ref());
            Optional<Entry> has = index.get(address);
            if (has != null && has.get().ref().equals(entry.ref())) {
                Optional<Entry> next = next(address, index);
                if (next.isPresent()) {
                    index.put(address, next);
                } else {
                    index.remove(address);
                }
            }
        }
    }

    private void forget(InetAddress address, Entry.Ref ref) {
        List<Entry.Ref> others = alsoThere.get(address);
        if (others != null) {
            others.remove(ref);
            if (others.isEmpty()) {
                alsoThere.remove(address);
            }
        }
    }

    /** Of those of the same index that have the address too, the one that had it last. */
    private Optional<Entry> next(InetAddress address, Map<InetAddress, Optional<Entry>> index) {
        List<Entry.Ref> others = alsoThere.getOrDefault(address, List.of());
        for (int i = others.size() - 1; i >= 0; i--) {
            Entry.Ref ref = others.get(i);
            Entry other = entries.get(ref.kind()).get(ref);
            if (other != null && index(other) == index) {
                forget(address, ref);
                return Optional.of(other);
            }
        }
        return Optional.empty();
    }

    private Map<InetAddress, Optional<Entry>> index(Entry entry) {
        return switch (entry.kind()) {
            case SERVICE -> services;
            case POD -> pods;
            default -> nodes;
        };
    }

    private static List<InetAddress> addresses(Entry entry) {
        if (entry instanceof Entry.Service service) {
            return service.addresses();
        }
        if (entry instanceof Entry.Node node) {
            return node.addresses();
        }
        if (entry instanceof Entry.Pod pod) {
            boolean over = pod.phase().equals("Succeeded") || pod.phase().equals("Failed");
            return pod.hostNetwork() || over ? List.of() : pod.addresses();
        }
        return List.of();
    }
}
