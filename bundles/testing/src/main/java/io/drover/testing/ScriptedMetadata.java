package io.drover.testing;

import io.drover.api.metadata.Change;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import io.drover.api.metadata.Metadata;
import io.drover.api.metadata.MetadataStream;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Metadata that a test puts together; streams are told on the thread that changes it. Safe for many
 * threads.
 */
public final class ScriptedMetadata implements Metadata {

    private final Map<Entry.Ref, Entry> entries = new LinkedHashMap<>();
    private final List<Stream> streams = new CopyOnWriteArrayList<>();
    private long revision;
    private Phase phase = Phase.LIVE;

    /** Adds an entry or changes one. */
    public synchronized void put(Entry entry) {
        entries.put(entry.ref(), entry);
        revision++;
        streams.forEach(stream -> stream.put(entry));
    }

    /** Removes an entry. */
    public synchronized void remove(Entry.Ref ref) {
        entries.remove(ref);
        revision++;
        streams.forEach(stream -> stream.add(ref.kind(), new Change.Removed(ref)));
    }

    /** Enters another phase. */
    public synchronized void enter(Phase now) {
        phase = now;
    }

    /** Every stream begins anew, as when its reader fell behind. */
    public synchronized void resync() {
        streams.forEach(Stream::snapshot);
    }

    /** Every stream ends, as when the giver goes away. */
    public synchronized void end() {
        streams.forEach(Stream::end);
    }

    /** How many streams are open. */
    public int streams() {
        return streams.size();
    }

    @Override
    public synchronized State state() {
        Map<Kind, Integer> counts = new HashMap<>();
        entries.keySet().forEach(ref -> counts.merge(ref.kind(), 1, Integer::sum));
        return new State(phase, Instant.EPOCH, "", counts, revision, 0);
    }

    @Override
    public synchronized Optional<Entry> at(InetAddress address) {
        return entries.values().stream()
                .filter(entry -> has(entry, address))
                .min(Comparator.comparing(ScriptedMetadata::rank));
    }

    @Override
    public synchronized Optional<Entry> get(Entry.Ref ref) {
        return Optional.ofNullable(entries.get(ref));
    }

    @Override
    public void visit(Kind kind, Predicate<Entry> visitor) {
        List<Entry> all;
        synchronized (this) {
            all = entries.values().stream().filter(entry -> entry.kind() == kind).toList();
        }
        for (Entry entry : all) {
            if (!visitor.test(entry)) {
                return;
            }
        }
    }

    @Override
    public synchronized MetadataStream stream(Set<Kind> kinds) {
        Stream stream = new Stream(kinds.isEmpty() ? Set.of(Kind.values()) : Set.copyOf(kinds));
        streams.add(stream);
        stream.snapshot();
        return stream;
    }

    private static boolean has(Entry entry, InetAddress address) {
        if (entry instanceof Entry.Service service) {
            return service.addresses().contains(address);
        }
        if (entry instanceof Entry.Pod pod) {
            return !pod.hostNetwork()
                    && !pod.phase().equals("Succeeded")
                    && !pod.phase().equals("Failed")
                    && pod.addresses().contains(address);
        }
        return entry instanceof Entry.Node node && node.addresses().contains(address);
    }

    private static int rank(Entry entry) {
        return switch (entry.kind()) {
            case SERVICE -> 0;
            case POD -> 1;
            default -> 2;
        };
    }

    private final class Stream implements MetadataStream {
        private final Set<Kind> kinds;
        private final Deque<Change> changes = new ArrayDeque<>();
        private Runnable ready = () -> {};
        private boolean ended;

        Stream(Set<Kind> kinds) {
            this.kinds = kinds;
        }

        void snapshot() {
            changes.clear();
            changes.add(new Change.Begin());
            entries.values().stream()
                    .filter(entry -> kinds.contains(entry.kind()))
                    .forEach(entry -> changes.add(new Change.Put(entry)));
            changes.add(new Change.Complete(revision));
            ready.run();
        }

        void put(Entry entry) {
            add(entry.kind(), new Change.Put(entry));
        }

        void add(Kind kind, Change change) {
            if (kinds.contains(kind)) {
                changes.add(change);
                ready.run();
            }
        }

        void end() {
            ended = true;
            streams.remove(this);
            ready.run();
        }

        @Override
        public Change poll() {
            synchronized (ScriptedMetadata.this) {
                return changes.poll();
            }
        }

        @Override
        public void onReady(Runnable ready) {
            synchronized (ScriptedMetadata.this) {
                this.ready = ready;
                if (!changes.isEmpty()) {
                    ready.run();
                }
            }
        }

        @Override
        public boolean ended() {
            synchronized (ScriptedMetadata.this) {
                return ended;
            }
        }

        @Override
        public void close() {
            streams.remove(this);
        }
    }
}
