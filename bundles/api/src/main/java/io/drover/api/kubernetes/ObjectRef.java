package io.drover.api.kubernetes;

import java.util.Objects;

/**
 * One object, named.
 *
 * @param kind its kind
 * @param namespace empty for objects of the whole cluster
 * @param name its name
 * @param uid empty when it is not known
 */
public record ObjectRef(ObjectKind kind, String namespace, String name, String uid) {

    public ObjectRef {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(uid, "uid");
    }

    /** {@code namespace/name}, or the name alone for objects of the whole cluster. */
    public String key() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
