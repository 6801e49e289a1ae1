package io.drover.autoscaling.internal;

import io.drover.api.http.Json;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.Watch;
import io.drover.api.security.Audience;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.decide.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The autoscalers, as this replica knows them. */
final class AutoscalingRoutes implements Routes {

    private final Controller controller;
    private final List<Route> routes;

    AutoscalingRoutes(Controller controller, JournalRoutes journal) {
        this.controller = controller;
        List<Route> all = new ArrayList<>(journal.routes());
        all.addAll(
                List.of(
                        Route.get(
                                "/api/v1/autoscaling",
                                Audience.LOCAL,
                                "All autoscalers that this replica knows, with their conditions.",
                                this::all),
                        Route.get(
                                "/api/v1/autoscaling/{namespace}/{name}",
                                Audience.LOCAL,
                                "One autoscaler with its conditions.",
                                this::one),
                        new ExplainRoute(controller).route()));
        this.routes = List.copyOf(all);
    }

    @Override
    public List<Route> routes() {
        return routes;
    }

    private Reply all(Request request) {
        return Reply.json(
                json -> {
                    Watch.State watch = controller.watch();
                    json.object();
                    json.field("leading", controller.leads());
                    json.field("leader", controller.standing().leader());
                    json.field("watch", watch.phase());
                    json.field("reason", watch.reason());
                    json.name("autoscalers").array();
                    for (KubeObject object : controller.objects()) {
                        write(json, object);
                    }
                    json.end().end();
                });
    }

    private Reply one(Request request) throws ProblemException {
        String namespace = request.path("namespace");
        String name = request.path("name");
        KubeObject object =
                controller
                        .object(namespace, name)
                        .orElseThrow(() -> controller.missing(namespace + "/" + name));
        return Reply.json(json -> write(json, object));
    }

    private static void write(Json json, KubeObject object) throws IOException {
        Spec spec = Spec.of(object);
        json.object();
        json.field("namespace", object.namespace());
        json.field("name", object.name());
        json.field("target", spec.targetText());
        json.field("generation", object.generation());
        json.field("observedGeneration", object.status().get("observedGeneration"));
        json.field("currentReplicas", object.status().get("currentReplicas"));
        json.name("conditions").array();
        for (Condition condition : Condition.of(object)) {
            json.object();
            json.field("type", condition.type());
            json.field("status", condition.status().word());
            json.field("reason", condition.reason());
            json.field("message", condition.message());
            json.field("lastTransitionTime", condition.lastTransition());
            json.end();
        }
        json.end().end();
    }
}
