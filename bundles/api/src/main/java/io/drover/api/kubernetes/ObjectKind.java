package io.drover.api.kubernetes;

import java.util.Objects;

/**
 * A kind of object, in the words of its manifests.
 *
 * @param apiVersion {@code apps/v1}, or {@code v1} for the core group
 * @param kind {@code Deployment}
 */
public record ObjectKind(String apiVersion, String kind) {

    public ObjectKind {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(kind, "kind");
    }

    /** The group, empty for the core group. */
    public String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** The version without its group. */
    public String version() {
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }

    /** {@code apps/v1 Deployment}. */
    @Override
    public String toString() {
        return apiVersion + " " + kind;
    }
}
