package io.drover.testing;

import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ClusterException.Cause;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.LightObserver;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.Observer;
import io.drover.api.kubernetes.Patch;
import io.drover.api.kubernetes.ResourceType;
import io.drover.api.kubernetes.Term;
import io.drover.api.kubernetes.Watch;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Objects in memory with the API server's rules for versions; watches tell on the thread that makes
 * the change. Safe for many threads.
 */
public final class FakeCluster implements Cluster {

    private final Predicate<Term> terms;
    private final Map<ObjectKind, ResourceType> types = new HashMap<>();
    private final Map<String, KubeObject> objects = new TreeMap<>();
    private final List<FakeWatch> watches = new CopyOnWriteArrayList<>();
    private final List<Patch> patches = new ArrayList<>();
    private final Deque<ClusterException> failures = new ArrayDeque<>();
    private final Map<String, ClusterException> refused = new HashMap<>();
    private ClusterException refusal;
    private long version;

    /**
     * @param terms whether writes in a term are let through
     */
    public FakeCluster(Predicate<Term> terms) {
        this.terms = terms;
    }

    /** Begins to serve a kind; watches of it become live. */
    public synchronized void serve(ResourceType type) {
        types.put(type.kind(), type);
        watches.stream().filter(watch -> watch.kind.equals(type.kind())).forEach(FakeWatch::begin);
    }

    /** Stores an object as a user would: a new version and, where the spec differs, generation. */
    public synchronized KubeObject put(Map<String, Object> tree) {
        KubeObject wanted = new KubeObject(tree);
        KubeObject before = objects.get(id(wanted.ref(), ""));
        Map<String, Object> status = before == null ? wanted.status() : before.status();
        boolean same = before != null && before.spec().equals(wanted.spec());
        long generation = before == null ? 1 : before.generation() + (same ? 0 : 1);
        return store(wanted.tree(), wanted.spec(), status, generation);
    }

    /** Removes an object. */
    public synchronized void delete(ObjectRef ref) {
        KubeObject last = objects.remove(id(ref, ""));
        if (last != null) {
            tell(last.kind(), observer -> observer.deleted(last));
        }
    }

    /** Puts a scale where {@code get} with that subresource finds it. */
    public synchronized void scale(ObjectRef ref, int desired, int current) {
        scale(ref, desired, current, "");
    }

    /** The same with the selector of the target's pods. */
    public synchronized void scale(ObjectRef ref, int desired, int current, String selector) {
        objects.put(
                id(ref, "scale"),
                new KubeObject(
                        Map.of(
                                "apiVersion", "autoscaling/v1",
                                "kind", "Scale",
                                "metadata", Map.of("resourceVersion", String.valueOf(++version)),
                                "spec", Map.of("replicas", desired),
                                "status", Map.of("replicas", current, "selector", selector))));
    }

    /** The scale of a target as it is stored. */
    public synchronized Optional<KubeObject> scaled(ObjectRef ref) {
        return Optional.ofNullable(objects.get(id(ref, "scale")));
    }

    /** The next call fails so. */
    public synchronized void fail(Cause cause, String message) {
        failures.add(new ClusterException(cause, message));
    }

    /** All writes fail so, until {@code null} is given. */
    public synchronized void refuseWrites(ClusterException refusal) {
        this.refusal = refusal;
    }

    /** All writes of a subresource fail so. */
    public synchronized void refuse(String subresource, ClusterException why) {
        refused.put(subresource, why);
    }

    /** Every write that was done, oldest first. */
    public synchronized List<Patch> patches() {
        return List.copyOf(patches);
    }

    /** An object as it is stored. */
    public synchronized Optional<KubeObject> stored(ObjectRef ref) {
        return Optional.ofNullable(objects.get(id(ref, "")));
    }

    /** How many watches are open. */
    public int watches() {
        return watches.size();
    }

    @Override
    public View view() {
        return new View(true, true, "https://fake", "v0", "fake-id", "default", "");
    }

    @Override
    public synchronized Optional<ResourceType> discover(ObjectKind kind) throws ClusterException {
        failIfTold();
        return Optional.ofNullable(types.get(kind));
    }

    @Override
    public synchronized Optional<KubeObject> get(ObjectRef ref, String subresource)
            throws ClusterException {
        failIfTold();
        return Optional.ofNullable(objects.get(id(ref, subresource)));
    }

    @Override
    public synchronized List<KubeObject> list(
            ObjectKind kind, String namespace, String labelSelector, int max)
            throws ClusterException {
        failIfTold();
        return objects.values().stream()
                .filter(object -> object.kind().equals(kind))
                .filter(object -> namespace.isEmpty() || object.namespace().equals(namespace))
                .toList();
    }

    @Override
    public synchronized KubeObject patch(Term term, Patch patch) throws ClusterException {
        failIfTold();
        if (!terms.test(term)) {
            throw new ClusterException(Cause.TERM_OVER, "the term is over");
        }
        if (refusal != null) {
            throw refusal;
        }
        if (refused.containsKey(patch.subresource())) {
            throw refused.get(patch.subresource());
        }
        boolean scale = patch.subresource().equals("scale");
        KubeObject before = objects.get(id(patch.target(), scale ? "scale" : ""));
        if (before == null) {
            throw new ClusterException(Cause.NOT_FOUND, patch.target().key());
        }
        if (!patch.resourceVersion().isEmpty()
                && !patch.resourceVersion().equals(before.resourceVersion())) {
            throw new ClusterException(Cause.CONFLICT, patch.target().key());
        }
        patches.add(patch);
        if (scale) {
            int replicas = (Integer) KubeObject.map(patch.body(), "spec").get("replicas");
            String selector = KubeObject.text(before.status(), "selector");
            scale(patch.target(), replicas, (Integer) before.status().get("replicas"), selector);
            return objects.get(id(patch.target(), "scale"));
        }
        if (patch.subresource().equals("resize")) {
            Map<String, Object> spec = new LinkedHashMap<>(before.spec());
            spec.putAll(KubeObject.map(patch.body(), "spec"));
            return store(before.tree(), spec, before.status(), before.generation() + 1);
        }
        Map<String, Object> status = new LinkedHashMap<>(before.status());
        status.putAll(KubeObject.map(patch.body(), "status"));
        if (status.equals(before.status())) {
            return before;
        }
        return store(before.tree(), before.spec(), status, before.generation());
    }

    @Override
    public synchronized KubeObject create(Term term, Map<String, Object> tree)
            throws ClusterException {
        failIfTold();
        if (!terms.test(term)) {
            throw new ClusterException(Cause.TERM_OVER, "the term is over");
        }
        if (refusal != null) {
            throw refusal;
        }
        return put(tree);
    }

    @Override
    public Map<String, Object> parse(String manifest) {
        return Map.of("kind", "Parsed", "metadata", Map.of("name", "parsed"), "text", manifest);
    }

    @Override
    public synchronized Watch watch(ObjectKind kind, String namespace, Observer observer) {
        FakeWatch watch = new FakeWatch(kind, observer);
        watches.add(watch);
        if (types.containsKey(kind)) {
            watch.begin();
        }
        return watch;
    }

    /** Tells whole objects, whatever the paths. */
    @Override
    public Watch watchLightly(
            ObjectKind kind, String namespace, List<String> paths, LightObserver observer) {
        return watch(
                kind,
                namespace,
                new Observer() {
                    @Override
                    public void added(KubeObject object) {
                        observer.put(object);
                    }

                    @Override
                    public void updated(KubeObject before, KubeObject after) {
                        observer.put(after);
                    }

                    @Override
                    public void deleted(KubeObject last) {
                        observer.removed(last.key());
                    }

                    @Override
                    public void changed(Watch.State state) {
                        observer.changed(state);
                    }
                });
    }

    private KubeObject store(
            Map<String, Object> like,
            Map<String, Object> spec,
            Map<String, Object> status,
            long generation) {
        Map<String, Object> metadata = new LinkedHashMap<>(KubeObject.map(like, "metadata"));
        metadata.put("resourceVersion", String.valueOf(++version));
        metadata.put("generation", generation);
        Map<String, Object> tree = new LinkedHashMap<>(like);
        tree.put("metadata", metadata);
        tree.put("spec", spec);
        tree.put("status", status);
        KubeObject after = new KubeObject(tree);
        KubeObject before = objects.put(id(after.ref(), ""), after);
        tell(
                after.kind(),
                observer -> {
                    if (before == null) {
                        observer.added(after);
                    } else {
                        observer.updated(before, after);
                    }
                });
        return after;
    }

    private void tell(ObjectKind kind, Consumer<Observer> change) {
        watches.stream()
                .filter(watch -> watch.kind.equals(kind))
                .forEach(watch -> change.accept(watch.observer));
    }

    private void failIfTold() throws ClusterException {
        ClusterException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
    }

    private static String id(ObjectRef ref, String subresource) {
        return ref.kind() + " " + ref.key() + " " + subresource;
    }

    private final class FakeWatch implements Watch {
        private final ObjectKind kind;
        private final Observer observer;
        private volatile State state = new State(Phase.NO_KIND, Instant.EPOCH, "not served");

        FakeWatch(ObjectKind kind, Observer observer) {
            this.kind = kind;
            this.observer = observer;
        }

        void begin() {
            state = new State(Phase.LIVE, Instant.EPOCH, "");
            objects.values().stream()
                    .filter(object -> object.kind().equals(kind))
                    .forEach(observer::added);
            observer.changed(state);
        }

        @Override
        public State state() {
            return state;
        }

        @Override
        public void close() {
            watches.remove(this);
        }
    }
}
