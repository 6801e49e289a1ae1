package io.drover.core.internal;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.agent.Startup.View;
import io.drover.api.http.Json;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.http.Schema;
import io.drover.api.security.Audience;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.core.internal.startup.Start;
import io.drover.core.internal.startup.StepRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code /api/v1/startup}: the start as data, as text or as a drawing. */
final class StartupRoutes implements Routes {

    private static final Map<String, View> VIEWS =
            Map.of(
                    "steps", View.STEPS,
                    "blame", View.BLAME,
                    "critical-chain", View.CRITICAL_CHAIN,
                    "plot", View.PLOT);

    private final Agent agent;
    private final StartupDesk desk;

    StartupRoutes(Agent agent, StartupDesk desk) {
        this.agent = agent;
        this.desk = desk;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get(
                                "/api/v1/startup",
                                Audience.LOCAL,
                                "Every step of the start with its times, and the chain of those that decided"
                                        + " when the agent was ready.",
                                this::startup,
                                new Route.Parameter(
                                        "view",
                                        "One way to look at it, as text, plot as SVG; absent: the document.",
                                        Schema.words("steps", "blame", "critical-chain", "plot")))
                        .answering(AgentSchemas.STARTUP)
                        .answering(200, "text/plain", Schema.text())
                        .answering(200, "image/svg+xml", Schema.text()));
    }

    private Reply startup(Request request) throws ProblemException {
        String named = request.query("view").orElse("");
        boolean text = request.header("Accept").filter(a -> a.startsWith("text/plain")).isPresent();
        if (named.isEmpty() && !text) {
            return Reply.json(this::document);
        }
        View view = VIEWS.get(named.isEmpty() ? "steps" : named);
        if (view == null) {
            throw ProblemException.badRequest(
                    "view must be one of steps, blame, critical-chain and plot, is " + named);
        }
        String shown = desk.show(view);
        if (view == View.PLOT) {
            byte[] svg = shown.getBytes(StandardCharsets.UTF_8);
            return new Reply(200, "image/svg+xml", Map.of(), out -> out.write(svg));
        }
        return Reply.text(shown);
    }

    private void document(Json json) throws IOException {
        Start start = desk.start();
        json.object()
                .field("began_at", start.began())
                .field("ready", agent.ready())
                .field("started", agent.started())
                .field("jvm_seconds", start.after(start.container()))
                .field("container_seconds", Duration.between(start.container(), start.core()))
                .field("ready_after_seconds", start.ready().map(start::after).orElse(null));
        json.name("critical_chain").array();
        for (StepRecord step : start.criticalChain()) {
            json.object()
                    .field("step", step.name())
                    .field("after", start.after(step.active().orElseThrow()))
                    .field("took_seconds", step.in(State.STARTING, start.now()))
                    .field("waited_seconds", step.in(State.WAITING, start.now()))
                    .end();
        }
        json.end().name("subsystems").array();
        for (SubsystemView view : agent.subsystems()) {
            json.object()
                    .field("name", view.name())
                    .field("state", word(view.state()))
                    .field("since", view.since())
                    .field("reason", view.reason())
                    .field("remedy", view.remedy());
            json.name("steps").array();
            for (Step step : view.steps()) {
                step(json, step, start.began());
            }
            json.end().end();
        }
        json.end().end();
    }

    private static void step(Json json, Step step, Instant begin) throws IOException {
        Status status = step.status();
        json.object()
                .field("name", step.name())
                .field("title", step.title())
                .field("state", word(status.state()))
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
                    .field("state", word(transition.state()))
                    .field("reason", transition.reason())
                    .end();
        }
        json.end().end();
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
