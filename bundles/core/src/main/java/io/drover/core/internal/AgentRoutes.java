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
import io.drover.api.http.Schema;
import io.drover.api.security.Audience;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The agent's own routes: who it is and how it is; and the three probes of the health listener. */
final class AgentRoutes implements Routes {

    private final Agent agent;
    private final Supplier<String> rounds;
    private final Clock clock;
    private final Reply version;

    /**
     * @param rounds a line for each loop of this process, for liveness
     */
    AgentRoutes(Agent agent, Supplier<String> rounds, Clock clock) {
        this.agent = agent;
        this.rounds = rounds;
        this.clock = clock;
        this.version = Reply.kept(json -> identity(json, agent.identity()));
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get(
                                "/api/v1/version",
                                Audience.LOCAL,
                                "Version and identity of this agent.",
                                this::version)
                        .answering(AgentSchemas.VERSION)
                        .answering(200, "text/plain", Schema.text()),
                Route.get(
                                "/api/v1/status",
                                Audience.LOCAL,
                                "Every subsystem with its state.",
                                this::status)
                        .answering(AgentSchemas.STATUS)
                        .answering(200, "text/plain", Schema.text()),
                Route.get(
                                "/api/v1/health",
                                Audience.LOCAL,
                                "Live, ready and started, and what stands against it.",
                                this::health)
                        .answering(AgentSchemas.HEALTH)
                        .answering(200, "text/plain", Schema.text())
                        .answering(503, AgentSchemas.HEALTH)
                        .answering(503, "text/plain", Schema.text()),
                probe("/live", "Whether the process itself is sound.", agent::live, rounds),
                probe("/ready", "Whether the agent does its work.", agent::ready, this::steps),
                probe("/startup", "Whether the start is over.", agent::started, this::steps));
    }

    private Route probe(
            String path, String summary, BooleanSupplier answer, Supplier<String> verbose) {
        return new Route(
                        Endpoint.HEALTH,
                        Method.GET,
                        path,
                        Audience.PUBLIC,
                        summary,
                        List.of(
                                new Route.Parameter(
                                        "verbose", "Present: a line for each thing that counts.")),
                        request -> probe(request, answer.getAsBoolean(), verbose))
                .answering(200, "text/plain", Schema.text())
                .answering(503, "text/plain", Schema.text());
    }

    private Reply probe(Request request, boolean yes, Supplier<String> verbose) {
        String more = request.query("verbose").isPresent() ? verbose.get() : "";
        return Reply.text(yes ? 200 : 503, more + verdict(yes));
    }

    /** A line for each step, and for each subsystem that is not there. */
    private String steps() {
        StringBuilder text = new StringBuilder(512);
        for (SubsystemView view : agent.subsystems()) {
            if (view.steps().isEmpty()) {
                line(text, word(view), view.name(), view.reason(), view.since());
            }
            for (Step step : view.steps()) {
                Status status = step.status();
                line(
                        text,
                        status.state().name().toLowerCase(Locale.ROOT),
                        view.name() + "/" + step.name(),
                        status.reason(),
                        status.since());
            }
        }
        return text.toString();
    }

    private static void line(
            StringBuilder text, String state, String name, String reason, Instant since) {
        text.append(state).append(' ').append(name);
        if (!reason.isEmpty()) {
            text.append(": ").append(reason).append(" (since ").append(since).append(')');
        }
        text.append('\n');
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
        return version;
    }

    private static void identity(Json json, Agent.Identity identity) throws IOException {
        json.object()
                .field("version", identity.version())
                .field("revision", identity.revision())
                .field("jdk", identity.jdk())
                .field("karaf", identity.karaf())
                .field("hostname", identity.hostname())
                .field("pid", identity.pid())
                .field("started_at", identity.startedAt())
                .end();
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
                            .append(" since ")
                            .append(view.since())
                            .append(": ")
                            .append(view.reason())
                            .append('\n');
                    if (!view.remedy().isEmpty()) {
                        text.append("  remedy: ").append(view.remedy()).append('\n');
                    }
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

    private static void subsystem(Json json, SubsystemView view) throws IOException {
        json.field("name", view.name())
                .field("state", word(view))
                .field("since", view.since())
                .field("reason", view.reason())
                .field("remedy", view.remedy())
                .field("last_error", lastError(view));
    }

    /** Of the step that tells most, else of any; also after it has recovered. */
    private static String lastError(SubsystemView view) {
        return view.steps().stream()
                .map(Step::status)
                .filter(status -> !status.lastError().isEmpty())
                .max(Comparator.comparing(Status::since))
                .map(Status::lastError)
                .orElse("");
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

    private static String ago(Instant since, Instant now) {
        long seconds = Math.max(0, Duration.between(since, now).toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
