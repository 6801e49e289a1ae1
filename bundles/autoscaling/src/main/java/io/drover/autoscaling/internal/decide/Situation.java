package io.drover.autoscaling.internal.decide;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Condition.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be said of one autoscaler.
 *
 * @param conditions all of its conditions, those of others that we do not know included
 * @param currentReplicas how many replicas the target has; empty when that is not known
 * @param changed whether that differs from what its status says
 * @param notice the event of this transition; empty when there is none
 */
public record Situation(
        List<Condition> conditions,
        OptionalInt currentReplicas,
        boolean changed,
        Optional<Notice> notice) {

    private static final String PAUSED =
            "nothing is changed while the annotation autoscaling.datadoghq.com/pause is there";

    /** A person wanted it so: no warning. */
    private static final Set<String> QUIET =
            Set.of(Reason.SCALING_DISABLED, Reason.LOCALLY_PAUSED, Reason.CLUSTER_FROZEN);

    private static final String FROZEN =
            "nothing is changed in the whole cluster while the configuration says autoscaling.freeze";

    /** A condition has room for so many. */
    private static final int PROBLEMS_TOLD = 20;

    private static final String NO_RECOMMENDATION = "no recommendation was received yet";

    /**
     * An event.
     *
     * @param warning whether a person should look
     * @param reason the word
     * @param message the sentence with the numbers
     */
    public record Notice(boolean warning, String reason, String message) {}

    /** Where an object stands as a whole: the one thing that people are told when it changes. */
    private record Finding(boolean well, boolean error, String reason, String message) {}

    public Situation {
        conditions = List.copyOf(conditions);
    }

    /** Decides, of an object of whose requests nothing can be said. */
    public static Situation of(
            KubeObject object, Spec spec, Target target, Optional<Applied> applied, Instant now) {
        return of(object, spec, target, applied, Optional.empty(), now);
    }

    /**
     * Decides.
     *
     * @param object the autoscaler with the status that it has
     * @param spec its spec
     * @param target what was found there
     * @param applied what was decided of its replicas; empty where nothing could be
     * @param vertical what was decided of its requests; empty where nothing could be
     * @param now for conditions whose status changes
     */
    public static Situation of(
            KubeObject object,
            Spec spec,
            Target target,
            Optional<Applied> applied,
            Optional<Vertical> vertical,
            Instant now) {
        List<Condition> before = Condition.of(object);
        Finding finding = finding(spec, target);
        if (finding.well && applied.isPresent() && applied.get().paused()) {
            finding = new Finding(false, false, Reason.LOCALLY_PAUSED, PAUSED);
        } else if (finding.well && applied.isPresent() && applied.get().frozen()) {
            finding = new Finding(false, false, Reason.CLUSTER_FROZEN, FROZEN);
        }
        List<Condition> after = new ArrayList<>();
        for (Condition condition : conditions(finding)) {
            after.add(condition.since(before, now));
        }
        List<Condition> halves =
                new ArrayList<>(applied.map(one -> one.conditions(before)).orElse(List.of()));
        halves.addAll(vertical.map(Vertical::conditions).orElse(List.of()));
        for (Condition condition : halves) {
            after.removeIf(general -> general.type().equals(condition.type()));
            after.add(condition.since(before, now));
        }
        if (!spec.unused().isEmpty()) {
            after.add(unused(spec).since(before, now));
        }
        addForeign(before, after);
        OptionalInt replicas =
                target instanceof Target.Found found
                        ? OptionalInt.of(found.current())
                        : OptionalInt.empty();
        boolean changed =
                !new HashSet<>(after).equals(new HashSet<>(before)) || differs(replicas, object);
        Optional<Notice> notice =
                finding.reason.equals(reasonBefore(before))
                        ? Optional.empty()
                        : Optional.of(
                                new Notice(
                                        !finding.well && !QUIET.contains(finding.reason),
                                        finding.reason,
                                        finding.message));
        return new Situation(after, replicas, changed, notice);
    }

    private static Finding finding(Spec spec, Target target) {
        if (!spec.problems().isEmpty()) {
            String all = first(spec.problems().stream().map(Spec.Problem::message).toList());
            return new Finding(false, true, spec.problems().get(0).reason(), all);
        }
        String what = spec.targetText();
        if (target instanceof Target.Found found) {
            return found(spec, what, found);
        }
        if (target instanceof Target.Missing) {
            return new Finding(false, false, Reason.TARGET_NOT_FOUND, what + " does not exist");
        }
        if (target instanceof Target.UnknownKind) {
            String message = "the API server does not serve " + spec.target();
            return new Finding(false, true, Reason.INVALID_TARGET_REF, message);
        }
        if (target instanceof Target.NotScalable) {
            String message = spec.target() + " has no scale subresource";
            return new Finding(false, true, Reason.UNSUPPORTED_TARGET_KIND, message);
        }
        if (target instanceof Target.Contested contested) {
            return new Finding(false, true, Reason.TARGET_CONTESTED, contested.message());
        }
        if (target instanceof Target.TooMany many) {
            String message =
                    "Autoscaler disabled as maximum number per cluster reached ("
                            + many.max()
                            + "): it works when an older one is deleted, or with a larger autoscaling.objects_max";
            return new Finding(false, true, Reason.LIMIT_REACHED, message);
        }
        if (target instanceof Target.Forbidden forbidden) {
            return new Finding(false, false, Reason.TARGET_FORBIDDEN, forbidden.message());
        }
        throw new IllegalArgumentException("a valid spec whose target was not looked for: " + what);
    }

    private static Finding found(Spec spec, String what, Target.Found found) {
        if (found.desired() == 0) {
            return new Finding(
                    false,
                    false,
                    Reason.SCALING_DISABLED,
                    "Target has been scaled to 0 replicas: "
                            + what
                            + " is left alone until it has one");
        }
        String max = spec.maxReplicas() == Integer.MAX_VALUE ? "none" : "" + spec.maxReplicas();
        return new Finding(
                true,
                false,
                Reason.TARGET_FOUND,
                what
                        + " has "
                        + found.current()
                        + " of "
                        + found.desired()
                        + " replicas (min "
                        + spec.minReplicas()
                        + ", max "
                        + max
                        + ")");
    }

    private static List<Condition> conditions(Finding finding) {
        boolean disabled = finding.reason.equals(Reason.SCALING_DISABLED);
        Condition error =
                finding.error
                        ? condition(Condition.ERROR, Status.TRUE, finding.reason, finding.message)
                        : condition(Condition.ERROR, Status.FALSE, "", "");
        Condition active =
                finding.well
                        ? condition(Condition.ACTIVE, Status.TRUE, "", "")
                        : condition(
                                Condition.ACTIVE, Status.FALSE, finding.reason, finding.message);
        Condition scale =
                finding.well || finding.error || disabled
                        ? condition(
                                Condition.HORIZONTAL_ABLE_TO_SCALE,
                                Status.UNKNOWN,
                                "",
                                "nothing was scaled yet")
                        : condition(
                                Condition.HORIZONTAL_ABLE_TO_SCALE,
                                Status.FALSE,
                                finding.reason,
                                finding.message);
        return List.of(
                error,
                active,
                unknown(Condition.HORIZONTAL_ABLE_TO_RECOMMEND, NO_RECOMMENDATION),
                scale,
                condition(Condition.HORIZONTAL_SCALING_LIMITED, Status.FALSE, "", ""),
                unknown(Condition.VERTICAL_ABLE_TO_RECOMMEND, NO_RECOMMENDATION),
                unknown(Condition.VERTICAL_ABLE_TO_APPLY, "nothing was applied yet"),
                condition(Condition.VERTICAL_SCALING_LIMITED, Status.FALSE, "", ""));
    }

    /**
     * The word of the situation that an object's conditions tell of; empty when they tell of none.
     */
    private static String reasonBefore(List<Condition> before) {
        return Condition.find(before, Condition.ACTIVE)
                .map(
                        active ->
                                active.status() == Status.TRUE
                                        ? Reason.TARGET_FOUND
                                        : active.reason())
                .orElse("");
    }

    private static Condition unused(Spec spec) {
        return condition(
                Condition.FIELDS_UNUSED, Status.TRUE, Reason.NOT_SUPPORTED, first(spec.unused()));
    }

    /** As many as a condition has room for. */
    private static String first(List<String> sentences) {
        int more = sentences.size() - PROBLEMS_TOLD;
        return sentences.stream().limit(PROBLEMS_TOLD).collect(Collectors.joining("; "))
                + (more > 0 ? "; and " + more + " more" : "");
    }

    private static void addForeign(List<Condition> before, List<Condition> after) {
        Set<String> ours = after.stream().map(Condition::type).collect(Collectors.toSet());
        ours.add(Condition.FIELDS_UNUSED); // gone with its reason
        before.stream().filter(one -> !ours.contains(one.type())).forEach(after::add);
    }

    private static boolean differs(OptionalInt replicas, KubeObject object) {
        Object before = object.status().get("currentReplicas");
        return replicas.isPresent()
                && !(before instanceof Number number && number.intValue() == replicas.getAsInt());
    }

    private static Condition unknown(String type, String message) {
        return condition(type, Status.UNKNOWN, "", message);
    }

    private static Condition condition(String type, Status status, String reason, String message) {
        return new Condition(type, status, reason, message, Instant.EPOCH);
    }
}
