package io.drover.api.metadata;

/** The kinds of {@link Entry}. */
public enum Kind {
    NAMESPACE,
    NODE,
    POD,
    SERVICE,
    ENDPOINTS
}
