package io.drover.api.kubernetes;

import java.util.List;
import java.util.Objects;

/**
 * What a feature asks of the API server and must be allowed to: one rule of RBAC ({@code
 * rbac.authorization.k8s.io/v1}, PolicyRule). Declared beside the code that asks, so that a
 * manifest of these is all that the agent needs and no more.
 *
 * @param feature which part of the agent; one may be granted without another
 * @param namespace in which: {@link #ANYWHERE}, {@link #OWN} or the name of one
 * @param group of the API; empty for the core group
 * @param resources plural names; {@code deployments/scale} for a subresource
 * @param names of the only objects it is for; empty for all
 * @param verbs {@code get}, {@code list}, {@code watch}, {@code create}, {@code update}, {@code
 *     patch}, {@code delete}
 * @param why one sentence for whoever grants it
 * @param seldom when it is used, if that is so seldom that it may never be; else empty
 */
public record Right(
        String feature,
        String namespace,
        String group,
        List<String> resources,
        List<String> names,
        List<String> verbs,
        String why,
        String seldom) {

    /** In every namespace, or of a resource that is in none. */
    public static final String ANYWHERE = "";

    /** In the namespace of the agent itself. */
    public static final String OWN = ".";

    public Right {
        Objects.requireNonNull(feature, "feature");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(group, "group");
        resources = List.copyOf(resources);
        names = List.copyOf(names);
        verbs = List.copyOf(verbs);
        Objects.requireNonNull(why, "why");
        Objects.requireNonNull(seldom, "seldom");
        if (resources.isEmpty() || verbs.isEmpty() || why.isEmpty()) {
            throw new IllegalArgumentException(
                    "a right names a resource, a verb and a reason: " + feature + " " + resources);
        }
    }

    /** To do something with all objects of some resources. */
    public static Right to(
            List<String> verbs, String group, List<String> resources, String feature, String why) {
        return new Right(feature, ANYWHERE, group, resources, List.of(), verbs, why, "");
    }

    /** This in one namespace alone; {@link #ANYWHERE} leaves it as it is. */
    public Right in(String onlyNamespace) {
        return new Right(feature, onlyNamespace, group, resources, names, verbs, why, seldom);
    }

    /** This for objects of these names alone. */
    public Right named(String... only) {
        return new Right(feature, namespace, group, resources, List.of(only), verbs, why, seldom);
    }

    /** This, used seldom or never. */
    public Right seldom(String when) {
        return new Right(feature, namespace, group, resources, names, verbs, why, when);
    }
}
