package io.drover.kubernetes.internal.watch;

import io.drover.api.kubernetes.KubeObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What is known of the objects of one kind. It is never empty between two lists: while one is read
 * the old objects stay, and what the list does not have goes when it is complete. Pure; guarded by
 * its owner.
 *
 * @param <T> what is kept of an object
 */
final class Cache<T> {

    private final Function<KubeObject, T> kept;
    private final Map<String, Held<T>> objects = new HashMap<>();
    private Set<String> listed;
    private String version = "";

    private record Held<T>(String uid, String version, T value) {}

    /**
     * What a change did.
     *
     * @param kind what
     * @param before null when it was not known
     * @param after null when it is gone
     */
    record Change<T>(What kind, T before, T after) {}

    /** What a change did. */
    enum What {
        ADDED,
        UPDATED,
        DELETED,
        /** The same version again. */
        SAME,
        /** An older version than the one that is known: not taken. */
        STALE
    }

    Cache(Function<KubeObject, T> kept) {
        this.kept = kept;
    }

    /** The newest version that was heard of; empty when a list must be read. */
    String version() {
        return version;
    }

    int size() {
        return objects.size();
    }

    /** Whether a list is being read. */
    boolean listing() {
        return listed != null;
    }

    /** A list begins. */
    void listBegins() {
        listed = new HashSet<>();
        version = "";
    }

    /**
     * A list is complete.
     *
     * @param gone is told of each object that is not in it
     */
    void listCompletes(String at, BiConsumer<String, T> gone) {
        List<String> missing = new ArrayList<>();
        for (String key : objects.keySet()) {
            if (!listed.contains(key)) {
                missing.add(key);
            }
        }
        listed = null;
        version = at;
        for (String key : missing) {
            gone.accept(key, objects.remove(key).value);
        }
    }

    /** The list cannot be completed; what it brought so far stays. */
    void listBreaksOff() {
        listed = null;
        version = "";
    }

    /** An object is there. */
    Change<T> put(KubeObject object) {
        String key = object.key();
        Held<T> before = objects.get(key);
        if (listed != null) {
            listed.add(key);
        } else {
            advance(object.resourceVersion());
        }
        if (before != null && before.version.equals(object.resourceVersion())) {
            return new Change<>(What.SAME, before.value, before.value);
        }
        if (before != null && listed == null && older(object, before)) {
            return new Change<>(What.STALE, before.value, before.value);
        }
        T value = kept.apply(object);
        objects.put(key, new Held<>(object.uid(), object.resourceVersion(), value));
        return before == null
                ? new Change<>(What.ADDED, null, value)
                : new Change<>(What.UPDATED, before.value, value);
    }

    /** An object is gone. */
    Change<T> remove(KubeObject last) {
        Held<T> before = objects.get(last.key());
        advance(last.resourceVersion());
        if (before == null) {
            return new Change<>(What.SAME, null, null);
        }
        if (older(last, before)) {
            return new Change<>(What.STALE, before.value, before.value);
        }
        objects.remove(last.key());
        return new Change<>(What.DELETED, before.value, null);
    }

    /** Nothing has changed up to a version. */
    void bookmark(String at) {
        advance(at);
    }

    /** The version of an object that is known; empty when it is not. */
    String versionOf(String key) {
        Held<T> held = objects.get(key);
        return held == null ? "" : held.version;
    }

    /** Shows all objects. */
    void forEach(BiConsumer<String, T> visitor) {
        objects.forEach((key, held) -> visitor.accept(key, held.value));
    }

    private void advance(String at) {
        if (!Versions.older(at, version)) {
            version = at;
        }
    }

    private boolean older(KubeObject object, Held<T> known) {
        return Versions.older(object.resourceVersion(), known.version);
    }
}
