package io.drover.api.http;

/**
 * The listeners of the bundle {@code http}. A route is reachable on its own one and on no other.
 */
public enum Endpoint {
    /** TLS; every route under {@code /api/}; a token for all but public routes. */
    API,
    /**
     * {@code /metrics} and {@code /debug/…}; open on loopback, TLS and a token as soon as it is
     * bound beyond. The debug pages are for clients of this host alone.
     */
    METRICS,
    /** {@code /live}, {@code /ready}, {@code /startup}; open. */
    HEALTH
}
