package io.drover.autoscaling.internal;

import io.drover.api.kubernetes.Standing;
import io.drover.api.kubernetes.Watch;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says where the controller stands and what is missing. Any thread. */
final class ControllerStep {

    static final String INSTALL =
            "kubectl apply -f deploy/kubernetes/crd/datadogpodautoscalers.yaml";

    private final Controller controller;
    private final Clock clock;
    private Status status;

    ControllerStep(Controller controller, Clock clock) {
        this.controller = controller;
        this.clock = clock;
        this.status = Status.waiting("the cluster", clock.instant());
    }

    synchronized Step step() {
        Watch.State watch = controller.watch();
        switch (watch.phase()) {
            case NO_CLUSTER -> status = status.toWaiting(watch.reason(), clock.instant());
            case NO_KIND -> status = withRemedy(missingKind());
            case LISTING -> listing(watch);
            case RECONNECTING ->
                    status =
                            status.toDegraded(
                                    "the watch is being made again, what is known may be old: "
                                            + watch.reason(),
                                    "",
                                    clock.instant());
            case LIVE -> live();
        }
        return Step.optional("controller", "Autoscaling controller", status);
    }

    /** Who works on the objects, and what they are. */
    Map<String, Object> facts() {
        Standing standing = controller.standing();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("role", role(standing));
        facts.put("leader", standing.leader());
        facts.put("objects", controller.objects().size());
        facts.put("waiting", controller.waiting());
        return facts;
    }

    private String role(Standing standing) {
        if (controller.leads()) {
            return "leader in term " + standing.transitions();
        }
        return standing.leader().isEmpty()
                ? "standby, nobody leads"
                : "standby, follower of " + standing.leader();
    }

    private Status missingKind() {
        return status.toWaiting(
                "the CustomResourceDefinition datadogpodautoscalers.datadoghq.com (v1alpha2) is not installed",
                clock.instant());
    }

    private void listing(Watch.State watch) {
        if (!watch.reason().isEmpty()) {
            status =
                    status.toDegraded(
                            watch.reason(),
                            "allow list and watch: deploy/kubernetes/rbac.yaml",
                            clock.instant());
        } else if (status.state() != State.STARTING) {
            status = status.toStarting(clock.instant());
        }
    }

    private void live() {
        if (!controller.problem().isEmpty()) {
            status =
                    status.toDegraded(
                            controller.problem(),
                            "allow it: deploy/kubernetes/rbac.yaml",
                            clock.instant());
        } else if (status.state() != State.ACTIVE) {
            status = status.toActive(clock.instant());
        }
    }

    private static Status withRemedy(Status waiting) {
        return new Status(
                waiting.state(),
                waiting.reason(),
                INSTALL,
                waiting.since(),
                waiting.attempts(),
                waiting.lastError(),
                waiting.history());
    }
}
