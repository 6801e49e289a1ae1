package io.drover.autoscaling.internal.decide;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Condition.Status;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is to be said of the requests of a target's pods. Pure.
 *
 * @param wanted what they are to be
 * @param resized how far the pods are
 * @param missing why nobody recommends what is to be recommended; empty when somebody does
 * @param held why nothing is changed; empty when it is
 */
public record Vertical(Wanted wanted, Resized resized, String missing, String held) {

    public Vertical {
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(resized, "resized");
        Objects.requireNonNull(missing, "missing");
        Objects.requireNonNull(held, "held");
    }

    /** Of an object that wants nothing. */
    private boolean idle() {
        return wanted.containers().isEmpty();
    }

    /**
     * Why the pods are left as they are, whatever is wanted; empty when they are not.
     *
     * @param horizontal the decision of the replicas: what holds it holds this too
     */
    public static String held(Policy policy, VerticalPolicy vertical, Applied horizontal) {
        if (vertical.update() == VerticalPolicy.Update.DISABLED) {
            return "spec.applyPolicy.update.strategy is Disabled";
        }
        if (vertical.update() == VerticalPolicy.Update.TRIGGER_ROLLOUT) {
            return "spec.applyPolicy.update.strategy TriggerRollout is not done: nobody here gives new pods other requests";
        }
        if (policy.overrides().paused()) {
            return "nothing is changed while the annotation autoscaling.datadoghq.com/pause is there";
        }
        if (policy.mode() == Policy.Mode.PREVIEW) {
            return "nothing is written in the mode Preview";
        }
        return horizontal.frozen()
                ? "nothing is changed in the whole cluster while the configuration says autoscaling.freeze"
                : "";
    }

    /** The three conditions of the vertical half. */
    List<Condition> conditions() {
        return List.of(recommend(), apply(), limited());
    }

    private Condition recommend() {
        String type = Condition.VERTICAL_ABLE_TO_RECOMMEND;
        if (!missing.isEmpty()) {
            return condition(type, Status.FALSE, Reason.RECOMMENDATION_ERROR, missing);
        }
        return idle()
                ? condition(
                        type,
                        Status.UNKNOWN,
                        "",
                        "neither the annotation "
                                + VerticalReader.FORCE_RESOURCES
                                + " nor "
                                + VerticalReader.SOURCE
                                + " says where requests come from")
                : condition(type, Status.TRUE, "", "");
    }

    private Condition apply() {
        String type = Condition.VERTICAL_ABLE_TO_APPLY;
        if (idle()) {
            return condition(type, Status.UNKNOWN, "", "nothing was applied yet");
        }
        if (!held.isEmpty()) {
            return condition(type, Status.FALSE, Reason.POLICY_RESTRICTED, held);
        }
        return resized.stuck().isEmpty()
                ? condition(type, Status.TRUE, "", "")
                : condition(type, Status.FALSE, Reason.RESIZE_FAILED, resized.stuck());
    }

    private Condition limited() {
        String type = Condition.VERTICAL_SCALING_LIMITED;
        if (idle()) {
            return condition(type, Status.FALSE, "", "");
        }
        String clamped =
                wanted.clamped().isEmpty()
                        ? ""
                        : "recommendation clamped to min/max bounds for containers: "
                                + String.join(", ", wanted.clamped());
        List<String> forced =
                wanted.containers().keySet().stream()
                        .filter(name -> !wanted.rough().contains(name))
                        .toList();
        if (forced.isEmpty()) {
            return clamped.isEmpty()
                    ? condition(type, Status.FALSE, "", "")
                    : condition(type, Status.TRUE, Reason.LIMITED_BY_CONSTRAINT, clamped);
        }
        return condition(
                type,
                Status.TRUE,
                Reason.FORCED_BY_ANNOTATION,
                "resources overridden for containers "
                        + String.join(", ", forced)
                        + " by the "
                        + VerticalReader.FORCE_RESOURCES
                        + " annotation"
                        + (clamped.isEmpty() ? "" : "; " + clamped));
    }

    /** The new {@code status.vertical}; empty when there is nothing to tell. */
    public Map<String, Object> status(KubeObject before, Instant now) {
        Map<String, Object> vertical = new LinkedHashMap<>();
        if (idle()) {
            return vertical;
        }
        Map<String, Object> old = KubeObject.map(before.status(), "vertical");
        String version = wanted.version();
        Map<String, Object> target = KubeObject.map(old, "target");
        String at = now.truncatedTo(ChronoUnit.SECONDS).toString();
        boolean same = version.equals(target.get("version"));
        Map<String, Object> next = new LinkedHashMap<>();
        next.put("source", wanted.rough().isEmpty() ? "Manual" : "External");
        next.put("generatedAt", same ? target.getOrDefault("generatedAt", at) : at);
        next.put("version", version);
        next.put("scaled", resized.done());
        next.put(
                "desiredResources",
                wanted.containers().entrySet().stream().map(Vertical::container).toList());
        next.put("podCPURequest", Resources.text("cpu", wanted.request("cpu")));
        next.put("podMemoryRequest", Resources.text("memory", wanted.request("memory")));
        vertical.put("target", next);
        Map<String, Object> action = action(KubeObject.map(old, "lastAction"), version, at);
        if (!action.isEmpty()) {
            vertical.put("lastAction", action);
        }
        return vertical;
    }

    private static Map<String, Object> container(Map.Entry<String, Resources> one) {
        Map<String, Object> container = new LinkedHashMap<>();
        container.put("name", one.getKey());
        container.putAll(one.getValue().tree());
        return container;
    }

    /** What was done last: begun, or come to its end. */
    private Map<String, Object> action(Map<String, Object> old, String version, String at) {
        boolean begun = version.equals(old.get("version"));
        if (held.isEmpty() && resized.triggered() > 0 && !begun) {
            return Map.of("time", at, "version", version, "type", "ResizeTriggered");
        }
        boolean open = begun && "ResizeTriggered".equals(old.get("type"));
        if (held.isEmpty() && resized.complete() && open) {
            return Map.of("time", at, "version", version, "type", "ResizeCompleted");
        }
        return old; // a pod that came later and got the same is no news
    }

    /** The event of what this look brought to its end, or cannot bring there. */
    public Optional<Situation.Notice> notice(KubeObject object, Map<String, Object> status) {
        Map<String, Object> old =
                KubeObject.map(KubeObject.map(object.status(), "vertical"), "lastAction");
        Map<String, Object> action = KubeObject.map(status, "lastAction");
        if (!action.equals(old) && "ResizeCompleted".equals(action.get("type"))) {
            return Optional.of(
                    new Situation.Notice(
                            false,
                            Reason.RESIZE_SUCCESSFUL,
                            "All "
                                    + resized.pods()
                                    + " pods resized successfully for autoscaler "
                                    + object.key()));
        }
        boolean known =
                Condition.find(Condition.of(object), Condition.VERTICAL_ABLE_TO_APPLY)
                        .filter(before -> before.reason().equals(Reason.RESIZE_FAILED))
                        .isPresent();
        return idle() || !held.isEmpty() || resized.stuck().isEmpty() || known
                ? Optional.empty()
                : Optional.of(new Situation.Notice(true, Reason.RESIZE_FAILED, resized.stuck()));
    }

    private static Condition condition(String type, Status status, String reason, String message) {
        return new Condition(type, status, reason, message, Instant.EPOCH);
    }
}
