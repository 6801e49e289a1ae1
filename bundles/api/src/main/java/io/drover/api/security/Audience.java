package io.drover.api.security;

/** For whom a route or method is. What declares none is refused. */
public enum Audience {
    /** Anybody who can reach the listener; no token. */
    PUBLIC,
    /** Whoever can read this agent's local token. */
    LOCAL,
    /** Other agents of the cluster, with the cluster token, and everybody whom LOCAL admits. */
    CLUSTER,
    /** Changes to the running agent: the local token or one with the scope {@code admin}. */
    ADMIN
}
