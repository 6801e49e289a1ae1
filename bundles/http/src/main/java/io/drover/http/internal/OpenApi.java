package io.drover.http.internal;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Json;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The API's description, OpenAPI 3.1.0, made of the routes that are served at the moment. */
final class OpenApi {

    private static final Pattern NAMED = Pattern.compile("\\{([^}]+)}");

    private final Supplier<Collection<Route>> routes;
    private final String version;

    OpenApi(Supplier<Collection<Route>> routes, String version) {
        this.routes = routes;
        this.version = version;
    }

    Reply reply() {
        SortedMap<String, List<Route>> byPath =
                routes.get().stream()
                        .filter(route -> route.endpoint() == Endpoint.API)
                        .collect(
                                Collectors.groupingBy(
                                        Route::path, TreeMap::new, Collectors.toList()));
        return Reply.json(json -> document(json, byPath));
    }

    private void document(Json json, SortedMap<String, List<Route>> byPath) throws IOException {
        json.object().field("openapi", "3.1.0");
        json.name("info").object().field("title", "Drover").field("version", version).end();
        json.name("paths").object();
        for (var path : byPath.entrySet()) {
            json.name(path.getKey()).object();
            for (Route route : path.getValue()) {
                json.name(route.method().name().toLowerCase(Locale.ROOT));
                operation(json, route);
            }
            json.end();
        }
        json.end();
        components(json);
        json.end();
    }

    private static void operation(Json json, Route route) throws IOException {
        json.object().field("summary", route.summary()).field("x-audience", route.audience());
        json.name("security").array();
        if (route.audience() != Audience.PUBLIC) {
            json.object().name("token").array().end().end();
        }
        json.end();
        json.name("parameters").array();
        for (MatchResult named : NAMED.matcher(route.path()).results().toList()) {
            parameter(json, "path", named.group(1), "Part of the path.", true);
        }
        for (Route.Parameter query : route.parameters()) {
            parameter(json, "query", query.name(), query.summary(), false);
        }
        json.end();
        json.name("responses").object();
        json.name("2XX").object().field("description", "Done.").end();
        json.name("default").object().field("$ref", "#/components/responses/Problem").end();
        json.end().end();
    }

    private static void parameter(
            Json json, String in, String name, String summary, boolean required)
            throws IOException {
        json.object().field("name", name).field("in", in).field("required", required);
        json.field("description", summary);
        json.name("schema").object().field("type", "string").end();
        json.end();
    }

    private static void components(Json json) throws IOException {
        json.name("components").object();
        json.name("securitySchemes").object().name("token").object();
        json.field("type", "http").field("scheme", "bearer").end().end();
        json.name("responses").object().name("Problem").object();
        json.field("description", "Not done; why is in the document (RFC 9457).");
        json.name("content").object().name("application/problem+json").object();
        json.name("schema").object().field("type", "object").name("properties").object();
        for (String member : List.of("type", "title", "detail")) {
            json.name(member).object().field("type", "string").end();
        }
        json.name("status").object().field("type", "integer").end();
        json.end().end().end().end().end().end().end();
    }
}
