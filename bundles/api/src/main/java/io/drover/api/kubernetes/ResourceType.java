package io.drover.api.kubernetes;

import java.util.Objects;
import java.util.Set;

/**
 * How the API server serves a kind.
 *
 * @param kind the kind
 * @param plural the word in its paths: {@code deployments}
 * @param namespaced whether its objects live in namespaces
 * @param subresources {@code scale}, {@code status} and so on
 */
public record ResourceType(
        ObjectKind kind, String plural, boolean namespaced, Set<String> subresources) {

    public ResourceType {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(plural, "plural");
        subresources = Set.copyOf(subresources);
    }

    /** Whether its objects can be scaled by their {@code scale} subresource. */
    public boolean scalable() {
        return subresources.contains("scale");
    }
}
