package io.drover.api.security;

/** What a token of its own may be good for; one token may have several. */
public enum Scope {
    /** Everything, {@link Audience#ADMIN} among it. */
    ADMIN,
    /** To read the API, {@link Audience#ADMIN} not among it. */
    READ,
    /** To read the metrics listener, nothing else. */
    METRICS,
    /** To call methods by gRPC, {@link Audience#ADMIN} not among them. */
    GRPC
}
