package io.drover.kubernetes.internal.watch;

import io.drover.api.kubernetes.ObjectKind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The versions that this process wrote itself: who decides by a cache that is older than its own
 * last write decides twice (read your own writes). Remembers so many objects, those written last.
 * Any thread.
 */
public final class OwnWrites {

    private static final int REMEMBERED_MAX = 4_096;

    private final LongSupplier nanos;
    private final Map<String, Write> writes =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Write> eldest) {
                    return size() > REMEMBERED_MAX;
                }
            };

    private static final class Write {
        private final String kind;
        private final String key;
        private final String version;
        private long sinceNanos;
        private boolean seen;

        Write(String kind, String key, String version, long nanos) {
            this.kind = kind;
            this.key = key;
            this.version = version;
            this.sinceNanos = nanos;
        }
    }

    public OwnWrites(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** This process wrote an object. */
    public synchronized void wrote(ObjectKind kind, String key, String version) {
        String id = id(kind, key);
        Write before = writes.get(id);
        if (version.isEmpty() || (before != null && !Versions.older(before.version, version))) {
            return;
        }
        writes.remove(id); // so that it becomes the youngest
        writes.put(id, new Write(kind.toString(), key, version, nanos.getAsLong()));
    }

    /** A watch showed an object. */
    public synchronized void saw(ObjectKind kind, String key, String version) {
        Write write = writes.get(id(kind, key));
        if (write != null && !Versions.older(version, write.version)) {
            write.seen = true;
        }
    }

    /** An object is gone. */
    public synchronized void gone(ObjectKind kind, String key) {
        writes.remove(id(kind, key));
    }

    /** Whether this process wrote a newer version of an object than the given one. */
    public synchronized boolean newerThan(ObjectKind kind, String key, String version) {
        Write write = writes.get(id(kind, key));
        return write != null && Versions.older(version, write.version);
    }

    /**
     * Whether a watch that is live should have shown a write of ours for longer than {@code limit};
     * says so once for each such time, and once at all for an object that it has never shown: when
     * everything was read anew without it, somebody has deleted it.
     *
     * @param namespace that is watched; empty for all
     * @param versions the version of an object that the watch knows; empty when it knows none
     */
    public boolean overdue(
            ObjectKind kind, String namespace, Function<String, String> versions, Duration limit) {
        boolean overdue = false;
        for (Write write : unseen(kind, namespace, limit)) {
            // Not under the lock: a watch tells what it saw while it holds its own, which this
            // needs.
            overdue |= late(write, versions.apply(write.key));
        }
        return overdue;
    }

    private synchronized List<Write> unseen(ObjectKind kind, String namespace, Duration limit) {
        long now = nanos.getAsLong();
        return writes.values().stream()
                .filter(write -> !write.seen)
                .filter(write -> write.kind.equals(kind.toString()))
                .filter(write -> namespace.isEmpty() || write.key.startsWith(namespace + "/"))
                .filter(write -> now - write.sinceNanos >= limit.toNanos())
                .toList();
    }

    private synchronized boolean late(Write write, String known) {
        if (write.seen || !(known.isEmpty() || Versions.older(known, write.version))) {
            return false;
        }
        write.sinceNanos = nanos.getAsLong();
        write.seen = known.isEmpty();
        return true;
    }

    private static String id(ObjectKind kind, String key) {
        return kind + " " + key;
    }
}
