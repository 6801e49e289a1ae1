package io.drover.config.internal;

import io.drover.api.config.Finding;
import io.drover.api.config.LiveConfiguration;
import io.drover.api.config.Reload;
import io.drover.api.config.Setting;
import io.drover.api.http.Endpoint;
import io.drover.api.http.Json;
import io.drover.api.http.Method;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** {@code /api/v1/config} and {@code /api/v1/reload}. */
final class ConfigRoutes implements Routes {

    private static final Duration RELOAD_MAX = Duration.ofSeconds(20);

    private static final int UNPROCESSABLE = 422;

    private final LiveConfiguration configuration;
    private final Supplier<View> view;

    ConfigRoutes(LiveConfiguration configuration, Supplier<View> view) {
        this.configuration = configuration;
        this.view = view;
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
        Reload reload = reload();
        if (reload.outcome() == Reload.Outcome.REFUSED) {
            throw new ProblemException(
                    UNPROCESSABLE,
                    "the configuration is wrong; the former one holds",
                    Map.of("findings", reload.findings().stream().map(ConfigRoutes::map).toList()));
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
                    json.field(
                            "changes", reload.changes().stream().map(ConfigRoutes::map).toList());
                    json.end();
                });
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
