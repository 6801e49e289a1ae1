package io.drover.metrics.internal;

import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Schema;
import io.drover.api.metrics.Family;
import io.drover.api.security.Audience;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Answers {@code GET /api/v1/metrics/families}: every family that any source has declared, whether
 * it has series now or not. As Markdown it is {@code docs/metrics.md}.
 */
final class CatalogueRoute {

    private static final String HEAD =
            """
            # Metrics

            Every family of the page `/metrics`, with the bundle that gives it. Written by a running agent (`./drover metrics`); a test holds
            the two against each other.

            | family | type | labels | bundle | what |
            | --- | --- | --- | --- | --- |
            """;

    private static final Schema FAMILY =
            Schema.object()
                    .with("name", Schema.text())
                    .with("type", Schema.words("counter", "gauge", "info", "histogram"))
                    .with("unit", Schema.text().orNull())
                    .with("help", Schema.text())
                    .with("labels", Schema.list(Schema.text()))
                    .with("source", Schema.text());

    private final Registry registry;

    CatalogueRoute(Registry registry) {
        this.registry = registry;
    }

    Route route() {
        return Route.get(
                        "/api/v1/metrics/families",
                        Audience.LOCAL,
                        "Every metric family, with its help.",
                        this::answer)
                .answering(Schema.object().with("families", Schema.list(FAMILY)))
                .answering(200, "text/markdown", Schema.text());
    }

    private Reply answer(Request request) throws ProblemException {
        Map<String, Entry> entries = entries();
        String accept = request.header("Accept").orElse("");
        if (accept.startsWith("text/")) {
            byte[] text = markdown(entries).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            return new Reply(200, "text/markdown; charset=utf-8", Map.of(), out -> out.write(text));
        }
        return Reply.json(
                json -> {
                    json.object().name("families").array();
                    for (Entry entry : entries.values()) {
                        Family family = entry.definition.family();
                        json.object()
                                .field("name", family.name())
                                .field("type", word(family))
                                .field("unit", entry.definition.unit().orElse(null))
                                .field("help", family.help())
                                .field("labels", family.labels())
                                .field("source", entry.source)
                                .end();
                    }
                    json.end().end();
                });
    }

    /** One family and who gives it. */
    private record Entry(Definition definition, String source) {}

    private Map<String, Entry> entries() {
        Map<String, Entry> entries = new TreeMap<>();
        for (Source source : registry.sources()) {
            for (Definition definition : source.declared()) {
                entries.putIfAbsent(
                        definition.family().name(), new Entry(definition, source.name()));
            }
        }
        return entries;
    }

    private static String markdown(Map<String, Entry> entries) {
        StringBuilder text = new StringBuilder(HEAD);
        for (Entry entry : entries.values()) {
            Family family = entry.definition.family();
            text.append("| `")
                    .append(family.name())
                    .append("` | ")
                    .append(word(family))
                    .append(" | ")
                    .append(String.join(", ", family.labels()))
                    .append(" | ")
                    .append(entry.source)
                    .append(" | ")
                    .append(family.help().replace("|", "\\|"))
                    .append(" |\n");
        }
        return text.toString();
    }

    private static String word(Family family) {
        return family.type().name().toLowerCase(Locale.ROOT);
    }
}
