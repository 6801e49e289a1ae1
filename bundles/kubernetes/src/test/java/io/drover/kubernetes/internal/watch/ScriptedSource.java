package io.drover.kubernetes.internal.watch;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** An API server in memory: a journal of changes, watches that a test ends, hangs or expires. */
final class ScriptedSource implements ListWatch {

    final List<String> requests = new ArrayList<>();
    Presence presence = Presence.SERVED;
    ClusterException failure;
    boolean streams = true;

    /** With which each watch ends before it begins; null for none. */
    Why refusal;

    private final Map<String, KubeObject> objects = new TreeMap<>();
    private final List<Entry> journal = new ArrayList<>();
    private long oldest;
    private long version = 10;
    private Listener open;
    private boolean hanging;

    private record Entry(long version, boolean removed, KubeObject object) {}

    /** Creates or changes an object. */
    KubeObject put(String name) {
        version++;
        KubeObject object = object(name, version);
        objects.put(name, object);
        tell(new Entry(version, false, object));
        return object;
    }

    /** Deletes an object. */
    void delete(String name) {
        version++;
        objects.remove(name);
        tell(new Entry(version, true, object(name, version)));
    }

    /** The open watch brings nothing any more, and does not end either. */
    void hang() {
        hanging = true;
    }

    /** What was before now is forgotten: a watch from there is refused with 410. */
    void compact() {
        oldest = version;
    }

    /** Ends the open watch. */
    void end(Why why) {
        Listener ended = open;
        open = null;
        ended.ended(new End(why, Duration.ZERO, "as told"));
    }

    void bookmark() {
        open.bookmark(String.valueOf(version));
    }

    /** Tells the open watch of an object as another API server, which is behind, has it. */
    void tellStale(String name, long old) {
        open.put(object(name, old));
    }

    boolean watched() {
        return open != null;
    }

    static KubeObject object(String name, long version) {
        return new KubeObject(
                Map.of(
                        "kind",
                        "Thing",
                        "metadata",
                        Map.of(
                                "name",
                                name,
                                "namespace",
                                "default",
                                "uid",
                                name,
                                "resourceVersion",
                                String.valueOf(version))));
    }

    @Override
    public Presence presence() throws ClusterException {
        if (failure != null) {
            throw failure;
        }
        return presence;
    }

    @Override
    public void forget() {
        requests.add("forget");
    }

    @Override
    public String problem() {
        return "no cluster";
    }

    @Override
    public String list(Consumer<KubeObject> to) throws ClusterException {
        requests.add("list");
        if (failure != null) {
            throw failure;
        }
        objects.values().forEach(to);
        return String.valueOf(version);
    }

    @Override
    public Runnable watch(String from, Duration duration, Listener listener) {
        requests.add(from.isEmpty() ? "watch all" : "watch from " + from);
        if (refusal != null) {
            listener.ended(new End(refusal, Duration.ZERO, "refused"));
            return () -> {};
        }
        if (from.isEmpty() && !streams) {
            listener.ended(new End(Why.NO_STREAMED_LIST, Duration.ZERO, "422"));
            return () -> {};
        }
        if (!from.isEmpty() && Long.parseLong(from) < oldest) {
            listener.ended(new End(Why.EXPIRED, Duration.ZERO, "too old"));
            return () -> {};
        }
        open = listener;
        hanging = false;
        listener.opened();
        if (from.isEmpty()) {
            objects.values().forEach(listener::put);
            listener.complete(String.valueOf(version));
        } else {
            journal.stream()
                    .filter(entry -> entry.version > Long.parseLong(from))
                    .forEach(entry -> tell(listener, entry));
        }
        return () -> {
            if (open == listener) {
                open = null;
            }
        };
    }

    private void tell(Entry entry) {
        journal.add(entry);
        if (open != null && !hanging) {
            tell(open, entry);
        }
    }

    private static void tell(Listener to, Entry entry) {
        if (entry.removed) {
            to.removed(entry.object);
        } else {
            to.put(entry.object);
        }
    }
}
