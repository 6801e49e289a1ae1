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
 * @param seldom which of the verbs may never be used
 * @param when in what case these are; empty without any
 */
public record Right(
        String feature,
        String namespace,
        String group,
        List<String> resources,
        List<String> names,
        List<String> verbs,
        String why,
        List<String> seldom,
        String when) {

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
        seldom = List.copyOf(seldom);
        Objects.requireNonNull(when, "when");
        if (resources.isEmpty() || verbs.isEmpty() || why.isEmpty()) {
            throw new IllegalArgumentException(
                    "a right names a resource, a verb and a reason: " + feature + " " + resources);
        }
        if (seldom.isEmpty() != when.isEmpty()) {
            throw new IllegalArgumentException(
                    "what is used seldom says when: " + feature + " " + resources);
        }
    }

    /** To do something with all objects of some resources. */
    public static Right to(
            List<String> verbs, String group, List<String> resources, String feature, String why) {
        return new Right(feature, ANYWHERE, group, resources, List.of(), verbs, why, List.of(), "");
    }

    /**
     * To follow all objects of some resources: by watches that begin with what is there (KEP-3157,
     * WatchList), and by lists where the API server cannot do that.
     */
    public static Right toFollow(String group, List<String> resources, String feature, String why) {
        return new Right(
                feature,
                ANYWHERE,
                group,
                resources,
                List.of(),
                List.of("list", "watch"),
                why,
                List.of("list"),
                "only where the API server does not begin a watch with what is there.");
    }

    /** This in one namespace alone; {@link #ANYWHERE} leaves it as it is. */
    public Right in(String only) {
        return new Right(feature, only, group, resources, names, verbs, why, seldom, when);
    }

    /** This for objects of these names alone. */
    public Right named(String... only) {
        List<String> these = List.of(only);
        return new Right(feature, namespace, group, resources, these, verbs, why, seldom, when);
    }

    /** This, all of it used in one case alone. */
    public Right onlyWhen(String only) {
        return new Right(feature, namespace, group, resources, names, verbs, why, verbs, only);
    }
}
