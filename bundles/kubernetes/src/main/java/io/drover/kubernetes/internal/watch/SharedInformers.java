package io.drover.kubernetes.internal.watch;

import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.Observer;
import io.drover.api.kubernetes.Watch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One informer for each kind and namespace, however many follow it; it ends with the last of them.
 * Any thread.
 */
public final class SharedInformers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SharedInformers.class);

    private final BiFunction<Key, Sink<KubeObject>, RunningInformer<KubeObject>> informers;
    private final OwnWrites ownWrites;
    private final Map<Key, Shared> shared = new HashMap<>();
    private boolean closed;

    /**
     * What is followed.
     *
     * @param namespace empty for all
     */
    public record Key(ObjectKind kind, String namespace) {}

    /**
     * @param informers makes an informer and has it driven
     * @param ownWrites is told what was seen
     */
    public SharedInformers(
            BiFunction<Key, Sink<KubeObject>, RunningInformer<KubeObject>> informers,
            OwnWrites ownWrites) {
        this.informers = informers;
        this.ownWrites = ownWrites;
    }

    /**
     * Follows; the observer is told of everything that is known already before this returns. After
     * the end of all it is told nothing.
     */
    public Watch watch(ObjectKind kind, String namespace, Observer observer) {
        Key key = new Key(kind, namespace);
        Shared joined;
        Part part;
        boolean over;
        synchronized (this) {
            over = closed;
            joined = over ? new Shared(key) : shared.computeIfAbsent(key, Shared::new);
            part = new Part(joined, observer);
            joined.followers++;
        }
        if (over) {
            joined.running.close();
        } else {
            joined.join(part);
        }
        return part;
    }

    /** The kinds that are followed, each as often as it is in different namespaces. */
    public synchronized Map<Key, Informer<KubeObject>> byKey() {
        Map<Key, Informer<KubeObject>> all = new HashMap<>();
        shared.forEach((key, one) -> all.put(key, one.running.informer()));
        return all;
    }

    /** Ends all; nobody is told anything any more. */
    @Override
    public void close() {
        List<Shared> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(shared.values());
            shared.clear();
        }
        // Not under the lock: an observer that is being told may be about to ask for it.
        all.forEach(one -> one.running.close());
    }

    private void leave(Shared left, Part part) {
        left.parts.remove(part);
        synchronized (this) {
            left.followers--;
            if (left.followers > 0 || !shared.remove(left.key, left)) {
                return;
            }
        }
        left.running.close();
    }

    /** One informer and those who follow it. */
    private final class Shared implements Sink<KubeObject> {
        private final Key key;
        private final List<Part> parts = new CopyOnWriteArrayList<>();
        private final RunningInformer<KubeObject> running;
        private int followers;

        Shared(Key key) {
            this.key = key;
            this.running = informers.apply(key, this);
        }

        void join(Part part) {
            running.informer().tell(part, () -> parts.add(part));
        }

        @Override
        public void put(String name, KubeObject before, KubeObject after) {
            ownWrites.saw(key.kind, name, after.resourceVersion());
            parts.forEach(part -> part.put(name, before, after));
        }

        @Override
        public void removed(String name, KubeObject last) {
            ownWrites.gone(key.kind, name);
            parts.forEach(part -> part.removed(name, last));
        }

        @Override
        public void changed(Watch.State state) {
            parts.forEach(part -> part.changed(state));
        }
    }

    /** One follower. What it throws harms no other. */
    private final class Part implements Watch, Sink<KubeObject> {
        private final Shared of;
        private final Observer observer;
        private volatile boolean closed;

        Part(Shared of, Observer observer) {
            this.of = of;
            this.observer = observer;
        }

        @Override
        public State state() {
            return of.running.informer().state();
        }

        @Override
        public boolean behind(String key) {
            return ownWrites.newerThan(of.key.kind, key, of.running.informer().versionOf(key));
        }

        @Override
        public void close() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            leave(of, this);
        }

        @Override
        public void put(String key, KubeObject before, KubeObject after) {
            tell(
                    key,
                    () -> {
                        if (before == null) {
                            observer.added(after);
                        } else {
                            observer.updated(before, after);
                        }
                    });
        }

        @Override
        public void removed(String key, KubeObject last) {
            tell(key, () -> observer.deleted(last));
        }

        @Override
        public void changed(State state) {
            tell("", () -> observer.changed(state));
        }

        private void tell(String key, Runnable change) {
            if (closed) {
                return;
            }
            try {
                change.run();
            } catch (RuntimeException | LinkageError e) {
                // Also of an observer whose bundle is just being replaced.
                log.error("observer failed: kind={} object={}", of.key.kind, key, e);
            }
        }
    }
}
