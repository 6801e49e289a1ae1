package io.drover.core.internal;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.http.Endpoint;
import io.drover.api.http.Json;
import io.drover.api.http.Method;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.security.Audience;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * The agent's own routes: who it is, how it is and how it started; and the three probes of the
 * health listener.
 */
final class AgentRoutes implements Routes {

    private final Agent agent;
    private final Clock clock;

    AgentRoutes(Agent agent, Clock clock) {
        this.agent = agent;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get(
                        "/api/v1/version",
                        Audience.LOCAL,
                        "Version and identity of this agent.",
                        this::version),
                Route.get(
                        "/api/v1/status",
                        Audience.LOCAL,
                        "Every subsystem with its state.",
                        this::status),
                Route.get(
                        "/api/v1/health",
                        Audience.LOCAL,
                        "Live, ready and started, and what stands against it.",
                        this::health),
                Route.get(
                        "/api/v1/startup",
                        Audience.LOCAL,
                        "Every step of the start with its times.",
                        this::startup),
                probe("/live", "Whether the process itself is sound.", agent::live),
                probe("/ready", "Whether the agent does its work.", agent::ready),
                probe("/startup", "Whether the start is over.", agent::started));
    }

    private Route probe(String path, String summary, java.util.function.BooleanSupplier answer) {
        return new Route(
                Endpoint.HEALTH,
                Method.GET,
                path,
                Audience.PUBLIC,
                summary,
                List.of(new Route.Parameter("verbose", "Present: a line for each subsystem.")),
                request -> probe(request, answer.getAsBoolean()));
    }

    private Reply probe(Request request, boolean yes) {
        StringBuilder text = new StringBuilder();
        if (request.query("verbose").isPresent()) {
            for (SubsystemView view : agent.subsystems()) {
                text.append(word(view)).append(' ').append(view.name());
                if (!view.reason().isEmpty()) {
                    text.append(": ").append(view.reason());
                }
                text.append('\n');
            }
        }
        return Reply.text(yes ? 200 : 503, text.append(verdict(yes)).toString());
    }

    private String verdict(boolean yes) {
        if (yes) {
            return "ok\n";
        }
        return agent.stopping().map(at -> "not ok, the agent stops: " + at).orElse("not ok") + "\n";
    }

    private Reply version(Request request) {
        Agent.Identity identity = agent.identity();
        if (wantsText(request)) {
            return Reply.text(
                    "drover "
                            + identity.version()
                            + " ("
                            + identity.revision()
                            + "), Karaf "
                            + identity.karaf()
                            + ", JDK "
                            + identity.jdk()
                            + ", pid "
                            + identity.pid()
                            + " on "
                            + identity.hostname()
                            + "\n");
        }
        return Reply.json(
                json ->
                        json.object()
                                .field("version", identity.version())
                                .field("revision", identity.revision())
                                .field("jdk", identity.jdk())
                                .field("karaf", identity.karaf())
                                .field("hostname", identity.hostname())
                                .field("pid", identity.pid())
                                .field("started_at", identity.startedAt())
                                .end());
    }

    private Reply status(Request request) {
        List<SubsystemView> views = agent.subsystems();
        if (wantsText(request)) {
            TextTable table = new TextTable("SUBSYSTEM", "STATE", "SINCE", "WHY");
            Instant now = clock.instant();
            for (SubsystemView view : views) {
                table.row(view.name(), word(view), ago(view.since(), now), view.reason());
            }
            String stop = agent.stopping().map(at -> "the agent stops: " + at + "\n").orElse("");
            return Reply.text(stop + table);
        }
        return Reply.json(
                json -> {
                    json.object().field("ready", agent.ready()).field("started", agent.started());
                    json.field("stopping", agent.stopping().orElse(""));
                    json.name("listeners").array();
                    for (var listener : agent.listening()) {
                        json.object()
                                .field("name", listener.name())
                                .field("protocol", listener.protocol());
                        json.name("addresses").array();
                        for (var address : listener.addresses()) {
                            json.object()
                                    .field("address", address.getAddress().getHostAddress())
                                    .field("port", address.getPort())
                                    .end();
                        }
                        json.end().end();
                    }
                    json.end().name("subsystems").array();
                    for (SubsystemView view : views) {
                        json.object();
                        subsystem(json, view);
                        json.name("facts").value(view.facts()).end();
                    }
                    json.end().end();
                });
    }

    private Reply health(Request request) {
        int status = agent.live() && agent.ready() ? 200 : 503;
        if (wantsText(request)) {
            StringBuilder text = new StringBuilder();
            text.append("live ").append(agent.live()).append(", ready ").append(agent.ready());
            text.append(", started ").append(agent.started()).append('\n');
            for (SubsystemView view : agent.subsystems()) {
                if (!view.reason().isEmpty()) {
                    text.append(view.name())
                            .append(" is ")
                            .append(word(view))
                            .append(": ")
                            .append(view.reason())
                            .append('\n');
                }
            }
            return Reply.text(status, text.toString());
        }
        return Reply.json(
                status,
                json -> {
                    json.object()
                            .field("live", agent.live())
                            .field("ready", agent.ready())
                            .field("started", agent.started());
                    json.name("subsystems").array();
                    for (SubsystemView view : agent.subsystems()) {
                        json.object();
                        subsystem(json, view);
                        json.end();
                    }
                    json.end().end();
                });
    }

    private Reply startup(Request request) {
        Instant begin = agent.identity().startedAt();
        if (wantsText(request)) {
            TextTable table = new TextTable("STEP", "STATE", "AFTER", "TRIES", "WHY");
            for (SubsystemView view : agent.subsystems()) {
                if (view.steps().isEmpty()) {
                    table.row(
                            view.name(),
                            word(view),
                            after(begin, view.since()),
                            "0",
                            view.reason());
                }
                for (Step step : view.steps()) {
                    Status status = step.status();
                    table.row(
                            view.name() + "/" + step.name(),
                            status.state().name().toLowerCase(Locale.ROOT),
                            after(begin, status.since()),
                            Integer.toString(status.attempts()),
                            status.reason());
                }
            }
            return Reply.text(table.toString());
        }
        return Reply.json(
                json -> {
                    json.object()
                            .field("began_at", begin)
                            .field("ready", agent.ready())
                            .field("started", agent.started());
                    json.name("subsystems").array();
                    for (SubsystemView view : agent.subsystems()) {
                        json.object();
                        subsystem(json, view);
                        json.name("steps").array();
                        for (Step step : view.steps()) {
                            step(json, step, begin);
                        }
                        json.end().end();
                    }
                    json.end().end();
                });
    }

    private static void subsystem(Json json, SubsystemView view) throws IOException {
        json.field("name", view.name())
                .field("state", word(view))
                .field("since", view.since())
                .field("reason", view.reason())
                .field("remedy", view.remedy());
    }

    private static void step(Json json, Step step, Instant begin) throws IOException {
        Status status = step.status();
        json.object()
                .field("name", step.name())
                .field("title", step.title())
                .field("state", status.state().name().toLowerCase(Locale.ROOT))
                .field("since", status.since())
                .field("reason", status.reason())
                .field("remedy", status.remedy())
                .field("attempts", status.attempts())
                .field("last_error", status.lastError())
                .field("needed_for_ready", step.neededForReady())
                .field("exit_code_on_failure", step.onFailure().exitCode());
        json.name("history").array();
        for (Status.Transition transition : status.history()) {
            json.object()
                    .field("at", transition.at())
                    .field("after", Duration.between(begin, transition.at()))
                    .field("state", transition.state().name().toLowerCase(Locale.ROOT))
                    .field("reason", transition.reason())
                    .end();
        }
        json.end().end();
    }

    /** JSON unless text is asked for by name: a browser's or curl's wildcard gets JSON. */
    private static boolean wantsText(Request request) {
        return request.header("Accept")
                .map(accept -> accept.startsWith("text/plain"))
                .orElse(false);
    }

    private static String word(SubsystemView view) {
        return view.state().name().toLowerCase(Locale.ROOT);
    }

    private static String after(Instant begin, Instant at) {
        return String.format(
                Locale.ROOT, "%.3f s", Duration.between(begin, at).toMillis() / 1000.0);
    }

    private static String ago(Instant since, Instant now) {
        long seconds = Math.max(0, Duration.between(since, now).toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
