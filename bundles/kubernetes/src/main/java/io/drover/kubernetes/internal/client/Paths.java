package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ResourceType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Paths of the API. Names come from users' objects, so each one is checked: it must not reach out
 * of its place.
 */
final class Paths {

    private Paths() {}

    /** The group and version: {@code /apis/apps/v1}. */
    static String of(ObjectKind kind) throws ClusterException {
        String version = segment("apiVersion", kind.version());
        return kind.group().isEmpty()
                ? "/api/" + version
                : "/apis/" + segment("apiVersion", kind.group()) + "/" + version;
    }

    /** All objects of a type, in one namespace or, when that is empty, in all. */
    static String of(ResourceType type, String namespace) throws ClusterException {
        String base = of(type.kind());
        if (type.namespaced() && !namespace.isEmpty()) {
            base += "/namespaces/" + segment("namespace", namespace);
        }
        return base + "/" + segment("resource", type.plural());
    }

    /** One object, or a subresource of it. */
    static String of(ResourceType type, String namespace, String name, String subresource)
            throws ClusterException {
        if (type.namespaced() && namespace.isEmpty()) {
            throw new ClusterException(
                    ClusterException.Cause.INVALID,
                    type.kind() + " " + name + " needs a namespace");
        }
        String path = of(type, namespace) + "/" + segment("name", name);
        return subresource.isEmpty() ? path : path + "/" + segment("subresource", subresource);
    }

    /** A value in a query. */
    static String query(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String segment(String what, String value) throws ClusterException {
        if (value.isEmpty()
                || value.equals(".")
                || value.equals("..")
                || value.indexOf('/') >= 0
                || value.indexOf('%') >= 0) {
            throw new ClusterException(
                    ClusterException.Cause.INVALID,
                    what + " must not be empty, . or .. nor contain / or %, is \"" + value + "\"");
        }
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
