package io.drover.api.http;

/**
 * The listeners of the bundle {@code http}. A route is reachable on its own one and on no other.
 */
public enum Endpoint {
    /** TLS; every route under {@code /api/}; a token for all but public routes. */
    API,
    /** {@code /metrics}; open on loopback, TLS and a token as soon as it is bound beyond. */
    METRICS,
    /** {@code /live}, {@code /ready}, {@code /startup}; open. */
    HEALTH
}
