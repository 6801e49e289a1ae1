package io.drover.autoscaling.internal;

import io.drover.api.http.Json;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Schema;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.security.Audience;
import io.drover.autoscaling.internal.decide.Decision;
import io.drover.autoscaling.internal.decide.Explanation;
import io.drover.autoscaling.internal.decide.Step;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Why an autoscaler does what it does, or does nothing; and what it would do if. */
final class ExplainRoute {

    private static final Schema STEP =
            Schema.object()
                    .with("rule", Schema.text())
                    .with("in", Schema.whole())
                    .with("out", Schema.whole())
                    .with("bound", Schema.bool())
                    .with("measured", Schema.number())
                    .with("limit", Schema.number())
                    .with("text", Schema.text());
    private static final Schema ANSWER =
            Schema.object()
                    .with("namespace", Schema.text())
                    .with("name", Schema.text())
                    .with("supposed", Schema.bool())
                    .maybe("at", Schema.instant())
                    .maybe("outcome", Schema.text())
                    .maybe("source", Schema.text())
                    .maybe("current", Schema.whole())
                    .maybe("recommended", Schema.whole())
                    .maybe("desired", Schema.whole())
                    .with("summary", Schema.text())
                    .with("remedy", Schema.text())
                    .with("steps", Schema.list(STEP));

    private final Controller controller;

    ExplainRoute(Controller controller) {
        this.controller = controller;
    }

    Route route() {
        return Route.get(
                        "/api/v1/autoscaling/{namespace}/{name}/explain",
                        Audience.LOCAL,
                        "Why an autoscaler has the replicas that it has: each rule of its newest decision; with"
                                + " a parameter, what it would decide if.",
                        this::explain,
                        WhatIf.PARAMETERS)
                .answering(ANSWER)
                .answering(200, "text/plain", Schema.text());
    }

    private Reply explain(Request request) throws ProblemException {
        String namespace = request.path("namespace");
        String name = request.path("name");
        KubeObject object =
                controller
                        .object(namespace, name)
                        .orElseThrow(() -> controller.missing(namespace + "/" + name));
        Optional<Look> look = controller.look(namespace, name);
        if (look.isEmpty()) {
            return undecided(object, request);
        }
        Optional<Look> supposed = WhatIf.of(look.get(), supposed(request));
        Look shown = supposed.orElse(look.get());
        if (wantsText(request)) {
            return Reply.text(Why.text(object.key(), shown, supposed.isPresent()));
        }
        return Reply.json(json -> write(json, object, shown, supposed.isPresent()));
    }

    private static Map<String, String> supposed(Request request) {
        Map<String, String> supposed = new LinkedHashMap<>();
        for (Route.Parameter parameter : WhatIf.PARAMETERS) {
            request.query(parameter.name())
                    .ifPresent(value -> supposed.put(parameter.name(), value));
        }
        return supposed;
    }

    private Reply undecided(KubeObject object, Request request) {
        String why = Why.undecided(object, controller);
        if (wantsText(request)) {
            return Reply.text(Why.undecided(object.key(), why));
        }
        return Reply.json(
                json -> {
                    json.object();
                    head(json, object, false);
                    json.field("summary", why);
                    json.field("remedy", "");
                    json.name("steps").array().end();
                    json.end();
                });
    }

    private static void write(Json json, KubeObject object, Look look, boolean supposed)
            throws IOException {
        Decision decision = look.decision();
        json.object();
        head(json, object, supposed);
        json.field("at", look.at());
        json.field("outcome", Why.word(decision.outcome()));
        json.field("source", decision.source().word());
        json.field("current", decision.current());
        json.field("recommended", decision.recommended());
        json.field("desired", decision.desired());
        json.field("summary", Explanation.summary(decision));
        json.field("remedy", Why.remedy(look));
        json.name("steps").array();
        for (Step step : decision.steps()) {
            json.object();
            json.field("rule", Why.word(step.rule()));
            json.field("in", step.in());
            json.field("out", step.out());
            json.field("bound", step.bound());
            json.field("measured", step.measured());
            json.field("limit", step.limit());
            json.field("text", Explanation.of(step));
            json.end();
        }
        json.end().end();
    }

    private static void head(Json json, KubeObject object, boolean supposed) throws IOException {
        json.field("namespace", object.namespace());
        json.field("name", object.name());
        json.field("supposed", supposed);
    }

    private static boolean wantsText(Request request) {
        return request.header("accept")
                .map(accept -> accept.startsWith("text/plain"))
                .orElse(false);
    }
}
