package io.drover.api.http;

import io.drover.api.security.Audience;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One path that is served, and all that may be said of it before a request comes.
 *
 * @param endpoint the listener it is served on
 * @param method GET for what only reads
 * @param path segments of which each is literal or one {@code {name}}: {@code
 *     /api/v1/conntrack/connections}
 * @param audience for whom it is on {@link Endpoint#API}; the other listeners are open to all who
 *     reach them, but for {@link Endpoint#METRICS} beyond loopback, which asks for a token
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

    private static final Pattern PATH =
            Pattern.compile("(/(\\{[a-z][A-Za-z0-9_]*}|(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+))+");
    private static final Map<Endpoint, Pattern> OF_ENDPOINT =
            Map.of(
                    Endpoint.API, Pattern.compile("/api/.+"),
                    Endpoint.METRICS, Pattern.compile("/metrics(/.+)?"),
                    Endpoint.HEALTH, Pattern.compile("/(live|ready|startup)(/.+)?"));

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
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "a route's path is /literal or /{name}, repeated: " + path);
        }
        if (!OF_ENDPOINT.get(endpoint).matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "not a path of the listener " + endpoint + ": " + path);
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

    /** A route of the metrics or the health listener that reads. */
    public static Route open(Endpoint endpoint, String path, String summary, Handler handler) {
        return new Route(endpoint, Method.GET, path, Audience.PUBLIC, summary, List.of(), handler);
    }
}
