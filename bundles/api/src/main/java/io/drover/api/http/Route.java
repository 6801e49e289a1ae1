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
 *     reach them, but for {@link Endpoint#METRICS} beyond loopback, which asks for a token; what is
 *     below {@code /debug} is there for clients of this host alone
 * @param summary one sentence for the API description
 * @param parameters the query parameters that it reads
 * @param handler answers it
 * @param rate how often one source may ask for it
 * @param operation its part of the API description
 */
public record Route(
        Endpoint endpoint,
        Method method,
        String path,
        Audience audience,
        String summary,
        List<Parameter> parameters,
        Handler handler,
        RateClass rate,
        Operation operation) {

    private static final Pattern PATH =
            Pattern.compile("(/(\\{[a-z][A-Za-z0-9_]*}|(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+))+");
    private static final Map<Endpoint, Pattern> OF_ENDPOINT =
            Map.of(
                    Endpoint.API, Pattern.compile("/api/.+"),
                    Endpoint.METRICS, Pattern.compile("/(metrics|debug)(/.+)?"),
                    Endpoint.HEALTH, Pattern.compile("/(live|ready|startup)(/.+)?"));

    /**
     * A query parameter.
     *
     * @param name as in the query
     * @param summary one sentence with its range and what its absence means
     * @param schema what its value may be; all else is answered with 400
     */
    public record Parameter(String name, String summary, Schema schema) {

        public Parameter {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(summary, "summary");
            Objects.requireNonNull(schema, "schema");
        }

        /** Any text. */
        public Parameter(String name, String summary) {
            this(name, summary, Schema.text());
        }
    }

    public Route {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(audience, "audience");
        Objects.requireNonNull(summary, "summary");
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(rate, "rate");
        Objects.requireNonNull(operation, "operation");
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

    /** Of the rate class that fits its method, and with nothing said of its answers. */
    public Route(
            Endpoint endpoint,
            Method method,
            String path,
            Audience audience,
            String summary,
            List<Parameter> parameters,
            Handler handler) {
        this(
                endpoint,
                method,
                path,
                audience,
                summary,
                parameters,
                handler,
                method == Method.GET ? RateClass.LIGHT : RateClass.CHANGE,
                Operation.UNDESCRIBED);
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

    /** A route of the API that changes something. */
    public static Route post(
            String path,
            Audience audience,
            String summary,
            Handler handler,
            Parameter... parameters) {
        return new Route(
                Endpoint.API, Method.POST, path, audience, summary, List.of(parameters), handler);
    }

    /** A route of the metrics or the health listener that reads. */
    public static Route open(Endpoint endpoint, String path, String summary, Handler handler) {
        return new Route(endpoint, Method.GET, path, Audience.PUBLIC, summary, List.of(), handler);
    }

    /** This in another rate class. */
    public Route rated(RateClass other) {
        return new Route(
                endpoint, method, path, audience, summary, parameters, handler, other, operation);
    }

    /** This, described: it reads a JSON document from the request's body. */
    public Route taking(Schema json) {
        return taking("application/json", json);
    }

    /** This, described: what it reads from the request's body. */
    public Route taking(String contentType, Schema schema) {
        return described(operation.taking(new Operation.Body(contentType, schema)));
    }

    /** This, described: one of its answers is a 200 with a JSON document. */
    public Route answering(Schema json) {
        return answering(200, json);
    }

    /** This, described: one of its answers is a JSON document with a status of its own. */
    public Route answering(int status, Schema json) {
        return answering(status, "application/json", json);
    }

    /** This, described: one of its answers. {@code contentType} without parameters. */
    public Route answering(int status, String contentType, Schema schema) {
        return described(operation.answering(new Operation.Answer(status, contentType, schema)));
    }

    private Route described(Operation other) {
        return new Route(
                endpoint, method, path, audience, summary, parameters, handler, rate, other);
    }
}
