package io.drover.http.internal.serve;

import io.drover.api.http.Endpoint;

/**
 * A listener as the server sees it.
 *
 * @param name of its connectors, and in series
 * @param guarded whether who comes by it must show a token
 */
public record Door(String name, Endpoint endpoint, boolean guarded) {}
