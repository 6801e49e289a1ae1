package io.drover.config.internal;

import io.drover.api.config.Finding;
import io.drover.api.config.LiveConfiguration;
import io.drover.api.config.Reload;
import io.drover.api.config.Setting;
import io.drover.api.http.Endpoint;
import io.drover.api.http.Json;
import io.drover.api.http.Method;
import io.drover.api.http.ProblemException;
import io.drover.api.http.RateClass;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.http.Schema;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** {@code /api/v1/config} and {@code /api/v1/reload}. */
final class ConfigRoutes implements Routes {

    private static final Duration RELOAD_MAX = Duration.ofSeconds(20);

    private static final int UNPROCESSABLE = 422;

    /** What came of a reload or of a run-time setting. */
    static final Schema RELOAD =
            Schema.object()
                    .with("outcome", Schema.words("APPLIED", "UNCHANGED"))
                    .with("sections", Schema.list(Schema.text()))
                    .with("reconfigured", Schema.list(Schema.text()))
                    .with(
                            "changes",
                            Schema.list(
                                    Schema.object()
                                            .with("section", Schema.text())
                                            .with("key", Schema.text())
                                            .with("before", Schema.any())
                                            .with("after", Schema.any())
                                            .with("origin", Schema.text())));

    private final LiveConfiguration configuration;
    private final Supplier<View> view;
    private final Supplier<io.drover.config.internal.schema.Schema> schema;

    ConfigRoutes(
            LiveConfiguration configuration,
            Supplier<View> view,
            Supplier<io.drover.config.internal.schema.Schema> schema) {
        this.configuration = configuration;
        this.view = view;
        this.schema = schema;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get(
                        "/api/v1/config",
                        Audience.LOCAL,
                        "The configuration that holds, with the origin of each value; secrets are"
                                + " redacted.",
                        this::show,
                        new Route.Parameter(
                                "section", "Only this section; all of them when it is absent.")),
                Route.get(
                                "/api/v1/config/schema",
                                Audience.LOCAL,
                                "What can be configured here, as JSON Schema; as Markdown for people.",
                                this::schema)
                        .rated(RateClass.HEAVY)
                        .answering(Schema.object())
                        .answering(200, "text/markdown", Schema.text()),
                new Route(
                        Endpoint.API,
                        Method.POST,
                        "/api/v1/reload",
                        Audience.ADMIN,
                        "Reads the configuration anew and says what changed.",
                        List.of(),
                        this::reload));
    }

    private Reply show(Request request) throws ProblemException {
        View now = view.get();
        String wanted = request.query("section").orElse("");
        List<Setting> settings =
                now.settings().stream()
                        .filter(s -> wanted.isEmpty() || s.section().equals(wanted))
                        .toList();
        if (settings.isEmpty() && !wanted.isEmpty()) {
            throw ProblemException.notFound("section " + wanted + " has no keys here");
        }
        if (wantsText(request)) {
            return Reply.text(ConfigText.of(settings, now.findings()));
        }
        return Reply.json(
                json -> {
                    json.object();
                    json.field("files", now.files());
                    json.field("read_at", now.lastRead());
                    json.field("accepted_at", now.lastAccepted());
                    json.field("findings", now.findings().stream().map(ConfigRoutes::map).toList());
                    json.name("sections").object();
                    sections(json, settings);
                    json.end().end();
                });
    }

    private static void sections(Json json, List<Setting> settings) throws IOException {
        String open = "";
        for (Setting setting : settings) {
            if (!setting.section().equals(open)) {
                if (!open.isEmpty()) {
                    json.end();
                }
                open = setting.section();
                json.name(open).object();
            }
            json.name(setting.key())
                    .object()
                    .field("value", setting.value())
                    .field("origin", setting.origin().toString())
                    .end();
        }
        if (!open.isEmpty()) {
            json.end();
        }
    }

    private Reply reload(Request request) throws ProblemException {
        return answer(request, reload());
    }

    /** What came of it, for people or machines. */
    static Reply answer(Request request, Reload reload) throws ProblemException {
        if (reload.outcome() == Reload.Outcome.REFUSED) {
            throw new ProblemException(
                    UNPROCESSABLE,
                    "refused, and what held before holds: "
                            + reload.findings().stream()
                                    .map(Finding::sentence)
                                    .collect(Collectors.joining("; ")),
                    Map.of("findings", reload.findings().stream().map(ConfigRoutes::map).toList()));
        }
        if (wantsText(request)) {
            return Reply.text(ConfigText.of(reload));
        }
        return Reply.json(
                json -> {
                    json.object();
                    json.field("outcome", reload.outcome());
                    json.field(
                            "sections",
                            reload.changes().stream()
                                    .map(Reload.Change::section)
                                    .distinct()
                                    .toList());
                    json.field("reconfigured", reload.reconfigured());
                    json.field(
                            "changes", reload.changes().stream().map(ConfigRoutes::map).toList());
                    json.end();
                });
    }

    static boolean wantsText(Request request) {
        return request.header("Accept")
                .map(accept -> accept.startsWith("text/plain"))
                .orElse(false);
    }

    private Reply schema(Request request) {
        if (request.header("Accept").orElse("").startsWith("text/")) {
            byte[] text = ConfigurationDocument.of(schema.get()).getBytes(StandardCharsets.UTF_8);
            return new Reply(200, "text/markdown; charset=utf-8", Map.of(), out -> out.write(text));
        }
        return Reply.json(json -> json.value(JsonSchema.of(schema.get())));
    }

    private Reload reload() throws ProblemException {
        try {
            return configuration.reload(RELOAD_MAX);
        } catch (TimeoutException e) {
            throw ProblemException.unavailable(
                    "not read within " + RELOAD_MAX.toSeconds() + " s; it may still happen");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProblemException.unavailable("the server is being stopped");
        } catch (IllegalStateException e) {
            throw ProblemException.unavailable(e.getMessage());
        }
    }

    private static Map<String, Object> map(Finding finding) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("source", finding.source());
        map.put("key", finding.key());
        map.put("rule", finding.rule());
        map.put("value", finding.value());
        return map;
    }

    private static Map<String, Object> map(Reload.Change change) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("section", change.section());
        map.put("key", change.key());
        map.put("before", change.before());
        map.put("after", change.after());
        map.put("origin", change.origin().toString());
        return map;
    }
}
