package io.drover.api.kubernetes;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * One object as the API server gave it.
 *
 * @param tree the whole document: maps with string keys, lists, strings, whole numbers ({@link
 *     Integer}, {@link Long}, {@link java.math.BigInteger}), {@link Double}, booleans, null. Must
 *     not be changed; shared between threads. {@code metadata.managedFields} is left out.
 */
public record KubeObject(Map<String, Object> tree) {

    public KubeObject {
        Objects.requireNonNull(tree, "tree");
    }

    /** Its kind. */
    public ObjectKind kind() {
        return new ObjectKind(text(tree, "apiVersion"), text(tree, "kind"));
    }

    /** Its namespace; empty for objects of the whole cluster. */
    public String namespace() {
        return text(metadata(), "namespace");
    }

    /** Its name. */
    public String name() {
        return text(metadata(), "name");
    }

    /** What tells it from an earlier object of the same name. */
    public String uid() {
        return text(metadata(), "uid");
    }

    /** The version of the whole object, to be compared for equality alone. */
    public String resourceVersion() {
        return text(metadata(), "resourceVersion");
    }

    /** The version of its spec; 0 where the kind has none. */
    public long generation() {
        return metadata().get("generation") instanceof Number number ? number.longValue() : 0;
    }

    /** When it was created; the epoch for an object that was never stored. */
    public Instant createdAt() {
        String at = text(metadata(), "creationTimestamp");
        return at.isEmpty() ? Instant.EPOCH : Instant.parse(at);
    }

    /** {@code namespace/name}, or the name alone for objects of the whole cluster. */
    public String key() {
        return namespace().isEmpty() ? name() : namespace() + "/" + name();
    }

    /** This object, named. */
    public ObjectRef ref() {
        return new ObjectRef(kind(), namespace(), name(), uid());
    }

    /** Its {@code metadata}; empty when it has none. */
    public Map<String, Object> metadata() {
        return map(tree, "metadata");
    }

    /** Its {@code spec}; empty when it has none. */
    public Map<String, Object> spec() {
        return map(tree, "spec");
    }

    /** Its {@code status}; empty when it has none. */
    public Map<String, Object> status() {
        return map(tree, "status");
    }

    /** The string at {@code key}; empty when there is none. */
    public static String text(Map<String, Object> tree, String key) {
        return tree.get(key) instanceof String string ? string : "";
    }

    /** The map at {@code key}; empty when there is none. */
    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
    public static Map<String, Object> map(Map<String, Object> tree, String key) {
        return tree.get(key) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }
}
