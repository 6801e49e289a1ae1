package io.drover.api.http;

import io.drover.api.security.Audience;
import java.util.List;
import java.util.Objects;

/**
 * One path that is served, and all that may be said of it before a request comes.
 *
 * @param endpoint the listener it is served on
 * @param method GET for what only reads
 * @param path segments of which each is literal or one {@code {name}}: {@code
 *     /api/v1/conntrack/connections}
 * @param audience for whom it is; only meaningful on {@link Endpoint#API}
 * @param summary one sentence for the API description
 * @param parameters the query parameters that it reads
 * @param handler answers it
 */
public record Route(
        Endpoint endpoint,
        Method method,
        String path,
        Audience audience,
        String summary,
        List<Parameter> parameters,
        Handler handler) {

    /**
     * A query parameter.
     *
     * @param name as in the query
     * @param summary one sentence with its range and what its absence means
     */
    public record Parameter(String name, String summary) {}

    public Route {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(audience, "audience");
        Objects.requireNonNull(summary, "summary");
        Objects.requireNonNull(handler, "handler");
        parameters = List.copyOf(parameters);
        if (!path.startsWith("/") || (path.length() > 1 && path.endsWith("/"))) {
            throw new IllegalArgumentException(
                    "a route's path begins with / and does not end with it: " + path);
        }
        if (endpoint == Endpoint.API && !path.startsWith("/api/")) {
            throw new IllegalArgumentException("a route of the API begins with /api/: " + path);
        }
    }

    /** A route of the API that reads. */
    public static Route get(
            String path,
            Audience audience,
            String summary,
            Handler handler,
            Parameter... parameters) {
        return new Route(
                Endpoint.API, Method.GET, path, audience, summary, List.of(parameters), handler);
    }
}
