package io.drover.api.security;

/**
 * The one check of each request that is not public, for every listener. A service of the bundle
 * {@code security}; while there is none, everything that is not public is refused.
 *
 * <p>Any thread. Takes the same time for each wrong token. Answers from memory, but for tokens of
 * Kubernetes where these are switched on: then it waits for the API server, at most {@code
 * security.kubernetes_timeout_ms}, so it is not to be called from an event loop.
 */
public interface Guard {

    /** Whether this may be done, and by whom. Never throws; in every doubt it refuses. */
    Ruling judge(Attempt attempt);
}
