package io.drover.http.internal;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Json;
import io.drover.api.http.Operation;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.api.http.Schema;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The API's description, OpenAPI 3.1.0, made of the routes that are served at the moment. */
final class OpenApi {

    private static final Pattern NAMED = Pattern.compile("\\{([^}]+)}");
    private static final Pattern PREFIX = Pattern.compile("^/api/v[0-9]+/");
    private static final Pattern NOT_A_WORD = Pattern.compile("[^A-Za-z0-9]+");

    private static final List<Operation.Answer> UNDESCRIBED =
            List.of(new Operation.Answer(200, "application/json", Schema.any()));

    private static final Schema PROBLEM =
            Schema.object()
                    .with("type", Schema.text().plus("format", "uri-reference"))
                    .with("title", Schema.text())
                    .with("status", Schema.whole(400, 599))
                    .maybe("detail", Schema.text().about("One sentence: key, rule and value."));

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
        return Reply.tagged(json -> document(json, byPath));
    }

    private void document(Json json, SortedMap<String, List<Route>> byPath) throws IOException {
        json.object().field("openapi", "3.1.0");
        json.field("jsonSchemaDialect", "https://json-schema.org/draft/2020-12/schema");
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
        json.object().field("operationId", id(route)).field("summary", route.summary());
        json.field("x-audience", route.audience());
        json.field("x-rate-class", route.rate());
        json.name("security").array();
        if (route.audience() != Audience.PUBLIC) {
            json.object().name("token").array().end().end();
        }
        json.end();
        json.name("parameters").array();
        for (MatchResult named : NAMED.matcher(route.path()).results().toList()) {
            Schema part = Schema.text().plus("minLength", 1);
            parameter(json, "path", named.group(1), "Part of the path.", part, true);
        }
        for (Route.Parameter query : route.parameters()) {
            parameter(json, "query", query.name(), query.summary(), query.schema(), false);
        }
        json.end();
        Optional<Operation.Body> body = route.operation().body();
        if (body.isPresent()) {
            json.name("requestBody").object().field("required", true);
            content(json, Map.of(body.get().contentType(), body.get().schema()));
            json.end();
        }
        responses(json, route);
        json.end();
    }

    private static String id(Route route) {
        StringBuilder id = new StringBuilder(route.method().name().toLowerCase(Locale.ROOT));
        String path = PREFIX.matcher(route.path()).replaceFirst("");
        for (String word : NOT_A_WORD.split(path)) {
            if (!word.isEmpty()) {
                id.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
        }
        return id.toString();
    }

    private static void responses(Json json, Route route) throws IOException {
        SortedMap<Integer, Map<String, Schema>> byStatus = new TreeMap<>();
        List<Operation.Answer> answers = route.operation().answers();
        for (Operation.Answer answer : answers.isEmpty() ? UNDESCRIBED : answers) {
            byStatus.computeIfAbsent(answer.status(), status -> new LinkedHashMap<>())
                    .put(answer.contentType(), answer.schema());
        }
        json.name("responses").object();
        for (var status : byStatus.entrySet()) {
            json.name(status.getKey().toString()).object();
            json.field("description", status.getKey() < 400 ? "Done." : "Not so.");
            content(json, status.getValue());
            json.end();
        }
        json.name("default").object().field("$ref", "#/components/responses/Problem").end();
        json.end();
    }

    private static void content(Json json, Map<String, Schema> byType) throws IOException {
        json.name("content").object();
        for (var type : byType.entrySet()) {
            json.name(type.getKey()).object();
            json.name("schema").value(type.getValue().document()).end();
        }
        json.end();
    }

    private static void parameter(
            Json json, String in, String name, String summary, Schema schema, boolean required)
            throws IOException {
        json.object().field("name", name).field("in", in).field("required", required);
        json.field("description", summary);
        json.name("schema").value(schema.document()).end();
    }

    private static void components(Json json) throws IOException {
        json.name("components").object();
        json.name("securitySchemes").object().name("token").object();
        json.field("type", "http").field("scheme", "bearer").end().end();
        json.name("responses").object().name("Problem").object();
        json.field("description", "Not done; why is in the document (RFC 9457).");
        content(json, Map.of("application/problem+json", PROBLEM));
        json.end().end().end();
    }
}
