package io.drover.sandbox.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The objects, with the API server's rules for versions, generations and subresources, and the
 * newest changes for watches. Any thread.
 */
final class Store {

    private final int changesMax;
    private final Map<String, Map<String, Object>> objects = new TreeMap<>();
    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private long version = 1;
    private boolean closed;

    /**
     * @param changesMax that are kept for watches that are behind
     */
    Store(int changesMax) {
        this.changesMax = changesMax;
    }

    /** One change, as a watch tells it. */
    record Change(long version, String type, Resource resource, Map<String, Object> object) {}

    /** Where an object is; the namespace is empty for kinds that have none. */
    record Place(Resource resource, String namespace, String name) {
        String key() {
            return resource.apiVersion() + "/" + resource.plural() + "/" + namespace + "/" + name;
        }

        @Override
        public String toString() {
            return resource.plural() + " \"" + name + "\"";
        }
    }

    synchronized long version() {
        return version;
    }

    synchronized Optional<Map<String, Object>> get(Place place) {
        return Optional.ofNullable(objects.get(place.key()));
    }

    /** The objects of a kind; of all namespaces when none is named. */
    synchronized List<Map<String, Object>> list(Resource resource, String namespace) {
        List<Map<String, Object>> found = new ArrayList<>();
        String prefix =
                resource.apiVersion()
                        + "/"
                        + resource.plural()
                        + "/"
                        + (namespace.isEmpty() ? "" : namespace + "/");
        objects.forEach(
                (key, object) -> {
                    if (key.startsWith(prefix)) {
                        found.add(object);
                    }
                });
        return found;
    }

    synchronized Map<String, Object> create(Place place, Map<String, Object> object)
            throws Refusal {
        if (objects.containsKey(place.key())) {
            throw new Refusal(409, "AlreadyExists", place + " already exists");
        }
        Map<String, Object> metadata = new LinkedHashMap<>(Trees.map(object, "metadata"));
        metadata.put("name", place.name());
        if (place.resource().namespaced()) {
            metadata.put("namespace", place.namespace());
        }
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        metadata.put("generation", 1L);
        return store("ADDED", place, object, metadata);
    }

    /** Puts a whole object in the place of another. */
    synchronized Map<String, Object> replace(Place place, Map<String, Object> object)
            throws Refusal {
        Map<String, Object> before = required(place, object);
        Map<String, Object> after = Trees.with(object, "status", before.get("status"));
        return update(
                place, before, place.resource().subresources().contains("status") ? after : object);
    }

    /**
     * Merges a patch into an object.
     *
     * @param subresource empty, {@code status} or {@code scale}
     * @return the object, or its scale
     */
    synchronized Map<String, Object> patch(
            Place place, String subresource, Map<String, Object> patch) throws Refusal {
        Map<String, Object> before = required(place, patch);
        if (subresource.equals("scale")) {
            Map<String, Object> spec = Trees.map(Trees.merge(scale(before), patch), "spec");
            if (!(spec.get("replicas") instanceof Number replicas) || replicas.longValue() < 0) {
                throw Refusal.invalid("spec.replicas must be 0 or more");
            }
            Map<String, Object> scaled =
                    Trees.with(Trees.map(before, "spec"), "replicas", replicas.longValue());
            return scale(update(place, before, Trees.with(before, "spec", scaled)));
        }
        boolean hasStatus = place.resource().subresources().contains("status");
        Map<String, Object> merged = Trees.merge(before, patch);
        if (subresource.equals("status")) {
            return update(place, before, Trees.with(before, "status", merged.get("status")));
        }
        return update(
                place,
                before,
                hasStatus ? Trees.with(merged, "status", before.get("status")) : merged);
    }

    synchronized Map<String, Object> delete(Place place) throws Refusal {
        Map<String, Object> last = objects.remove(place.key());
        if (last == null) {
            throw Refusal.notFound(place.toString());
        }
        version++;
        Map<String, Object> metadata =
                Trees.with(Trees.map(last, "metadata"), "resourceVersion", "" + version);
        Map<String, Object> told = Trees.with(last, "metadata", metadata);
        tell(new Change(version, "DELETED", place.resource(), told));
        return last;
    }

    /** The scale of an object that can be scaled. */
    static Map<String, Object> scale(Map<String, Object> object) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (String key :
                List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            metadata.put(key, Trees.map(object, "metadata").get(key));
        }
        Map<String, Object> labels =
                Trees.map(Trees.map(Trees.map(object, "spec"), "selector"), "matchLabels");
        List<String> selector = new ArrayList<>();
        labels.forEach((key, value) -> selector.add(key + "=" + value));
        return Map.of(
                "apiVersion",
                "autoscaling/v1",
                "kind",
                "Scale",
                "metadata",
                metadata,
                "spec",
                Map.of("replicas", number(Trees.map(object, "spec").get("replicas"))),
                "status",
                Map.of(
                        "replicas",
                        number(Trees.map(object, "status").get("replicas")),
                        "selector",
                        String.join(",", selector)));
    }

    /**
     * The changes after a version; waits for the first.
     *
     * @return empty when none came within the time
     * @throws Refusal (410) when they are not kept any more
     */
    synchronized List<Change> after(long since, long millis) throws Refusal, InterruptedException {
        long until = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; version <= since && left > 0 && !closed; ) {
            wait(left);
            left = (until - System.nanoTime()) / 1_000_000;
        }
        if (!changes.isEmpty() && changes.peekFirst().version() > since + 1 && since < oldest()) {
            throw new Refusal(410, "Expired", "too old resource version: " + since);
        }
        return changes.stream().filter(change -> change.version() > since).toList();
    }

    /** Ends what waits. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private long oldest() {
        return changes.size() < changesMax ? 0 : changes.peekFirst().version() - 1;
    }

    private Map<String, Object> required(Place place, Map<String, Object> wanted) throws Refusal {
        Map<String, Object> before = objects.get(place.key());
        if (before == null) {
            throw Refusal.notFound(place.toString());
        }
        Map<String, Object> metadata = Trees.map(wanted, "metadata");
        for (String key : List.of("resourceVersion", "uid")) {
            String must = Trees.text(metadata, key);
            if (!must.isEmpty() && !must.equals(Trees.map(before, "metadata").get(key))) {
                throw Refusal.conflict(place.toString());
            }
        }
        return before;
    }

    private Map<String, Object> update(
            Place place, Map<String, Object> before, Map<String, Object> after) {
        Map<String, Object> old = Trees.map(before, "metadata");
        Map<String, Object> metadata = new LinkedHashMap<>(Trees.map(after, "metadata"));
        for (String key :
                List.of("name", "namespace", "uid", "creationTimestamp", "resourceVersion")) {
            if (old.containsKey(key)) {
                metadata.put(key, old.get(key));
            }
        }
        boolean same = Trees.map(before, "spec").equals(Trees.map(after, "spec"));
        long generation = number(old.get("generation"));
        metadata.put("generation", same ? generation : generation + 1);
        Map<String, Object> whole = Trees.with(after, "metadata", metadata);
        return whole.equals(before) ? before : store("MODIFIED", place, after, metadata);
    }

    private Map<String, Object> store(
            String type, Place place, Map<String, Object> object, Map<String, Object> metadata) {
        version++;
        metadata.put("resourceVersion", Long.toString(version));
        Map<String, Object> stored = new LinkedHashMap<>();
        stored.put("apiVersion", place.resource().apiVersion());
        stored.put("kind", place.resource().kind());
        stored.put("metadata", metadata);
        object.forEach(stored::putIfAbsent);
        objects.put(place.key(), stored);
        tell(new Change(version, type, place.resource(), stored));
        return stored;
    }

    private void tell(Change change) {
        if (change.resource().equals(Resource.USAGE)) {
            return; // metrics.k8s.io cannot be watched, and would push all else out
        }
        if (changes.size() == changesMax) {
            changes.removeFirst();
        }
        changes.addLast(change);
        notifyAll();
    }

    static long number(Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }
}
