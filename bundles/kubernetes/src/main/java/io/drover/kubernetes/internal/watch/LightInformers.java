package io.drover.kubernetes.internal.watch;

import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.LightObserver;
import io.drover.api.kubernetes.Watch;
import io.drover.kubernetes.internal.client.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Informers for kinds with many objects: each has one follower, which is told of the parts it
 * wants; nothing but versions is kept. Any thread.
 */
public final class LightInformers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LightInformers.class);

    /** What is kept of an object. */
    private static final Boolean THERE = Boolean.TRUE;

    private final Maker maker;
    private final Map<Part, SharedInformers.Key> parts = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Makes an informer and has it driven. */
    @FunctionalInterface
    public interface Maker {
        /**
         * Makes one.
         *
         * @param told is told each object before it is dropped
         */
        RunningInformer<Boolean> make(
                SharedInformers.Key key,
                Shape shape,
                Function<KubeObject, Boolean> told,
                Sink<Boolean> sink);
    }

    public LightInformers(Maker maker) {
        this.maker = maker;
    }

    /** Follows; after the end of all the observer is told nothing. */
    public Watch watch(SharedInformers.Key key, Shape shape, LightObserver observer) {
        Part part = new Part(key, observer);
        parts.put(part, key);
        part.running = maker.make(key, shape, part::told, part);
        if (closed) {
            part.close(); // all were ended before or while this one began
        }
        return part;
    }

    /** All informers that run. */
    public void forEach(BiConsumer<SharedInformers.Key, Informer<?>> visitor) {
        new HashMap<>(parts)
                .forEach(
                        (part, key) -> {
                            RunningInformer<Boolean> running = part.running;
                            if (running != null) {
                                visitor.accept(key, running.informer());
                            }
                        });
    }

    /** Ends all. */
    @Override
    public void close() {
        closed = true;
        parts.keySet().forEach(Part::close);
    }

    /** One follower. */
    private final class Part implements Watch, Sink<Boolean> {
        private final SharedInformers.Key key;
        private final LightObserver observer;
        private volatile RunningInformer<Boolean> running;

        Part(SharedInformers.Key key, LightObserver observer) {
            this.key = key;
            this.observer = observer;
        }

        Boolean told(KubeObject object) {
            tell(() -> observer.put(object));
            return THERE;
        }

        @Override
        public State state() {
            return running.informer().state();
        }

        @Override
        public void close() {
            parts.remove(this);
            RunningInformer<Boolean> begun = running;
            if (begun != null) {
                begun.close();
            }
        }

        @Override
        public void put(String name, Boolean before, Boolean after) {
            // It was told when it came: it is not there any more.
        }

        @Override
        public void removed(String name, Boolean last) {
            tell(() -> observer.removed(name));
        }

        @Override
        public void changed(State state) {
            tell(() -> observer.changed(state));
        }

        private void tell(Runnable change) {
            try {
                change.run();
            } catch (RuntimeException | LinkageError e) {
                // Also of an observer whose bundle is just being replaced.
                log.error("observer failed: kind={}", key.kind(), e);
            }
        }
    }
}
