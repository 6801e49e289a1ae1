package io.drover.autoscaling.internal;

import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.EventRecorder;
import io.drover.api.kubernetes.EventRecorder.Severity;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.Patch;
import io.drover.api.kubernetes.ResourceType;
import io.drover.api.kubernetes.Term;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.decide.Decision;
import io.drover.autoscaling.internal.decide.Spec;
import io.drover.autoscaling.internal.decide.Target;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Looks at the target of one object, lets {@link Decision} decide, writes the status if it differs
 * and tells of the transition. Holds no state. Any thread; blocks for its requests.
 */
final class Reconciler {

    private static final String REPORTER = "autoscaling";

    private final Cluster cluster;
    private final EventRecorder events;
    private final Clock clock;

    Reconciler(Cluster cluster, EventRecorder events, Clock clock) {
        this.cluster = cluster;
        this.events = events;
        this.clock = clock;
    }

    /**
     * What came of it.
     *
     * @param well whether the target is there
     * @param written the object as it is after the write; empty when nothing was to be written
     * @param decided what was decided, if that is anything new
     */
    record Outcome(
            boolean well,
            Optional<KubeObject> written,
            Optional<io.drover.api.autoscaling.Decision> decided) {}

    /**
     * @param generationWritten the generation that was last written as observed by this process, 0
     *     for none: where the installed CustomResourceDefinition drops {@code observedGeneration},
     *     it would else be written for ever
     */
    Outcome reconcile(Term term, KubeObject object, long generationWritten)
            throws ClusterException {
        Spec spec = Spec.of(object);
        Target target = spec.problems().isEmpty() ? find(object, spec) : new Target.NotLookedFor();
        Decision decision = Decision.of(object, spec, target, clock.instant());
        boolean well = target instanceof Target.Found;
        boolean observed =
                object.generation() == generationWritten
                        || (object.status().get("observedGeneration") instanceof Number number
                                && number.longValue() == object.generation());
        if (!decision.changed() && observed) {
            return new Outcome(well, Optional.empty(), Optional.empty());
        }
        KubeObject written = cluster.patch(term, patch(object, decision));
        decision.notice().ifPresent(notice -> emit(object, notice));
        return new Outcome(
                well,
                Optional.of(written),
                decision.changed() ? Optional.of(told(object, spec, decision)) : Optional.empty());
    }

    /** The decision as others are told of it. */
    private io.drover.api.autoscaling.Decision told(
            KubeObject object, Spec spec, Decision decision) {
        Optional<Condition> active = Condition.find(decision.conditions(), Condition.ACTIVE);
        Optional<Condition> error = Condition.find(decision.conditions(), Condition.ERROR);
        Optional<Condition> why =
                error.filter(each -> each.status() == Condition.Status.TRUE).or(() -> active);
        return new io.drover.api.autoscaling.Decision(
                clock.instant(),
                object.namespace(),
                object.name(),
                spec.targetText(),
                decision.notice()
                        .map(Decision.Notice::reason)
                        .or(() -> why.map(Condition::reason))
                        .orElse(""),
                decision.notice()
                        .map(Decision.Notice::message)
                        .or(() -> why.map(Condition::message))
                        .orElse(""),
                decision.currentReplicas(),
                OptionalInt.empty(),
                true);
    }

    private Target find(KubeObject object, Spec spec) throws ClusterException {
        try {
            Optional<ResourceType> type = cluster.discover(spec.target());
            if (type.isEmpty()) {
                return new Target.UnknownKind();
            }
            if (!type.get().scalable()) {
                return new Target.NotScalable();
            }
            ObjectRef ref = new ObjectRef(spec.target(), object.namespace(), spec.targetName(), "");
            return cluster.get(ref, "scale").map(Reconciler::found).orElseGet(Target.Missing::new);
        } catch (ClusterException e) {
            if (e.why() == ClusterException.Cause.FORBIDDEN) {
                return new Target.Forbidden(e.getMessage());
            }
            throw e;
        }
    }

    private static Target found(KubeObject scale) {
        // The API server leaves a zero out.
        return new Target.Found(
                number(scale.spec().get("replicas")), number(scale.status().get("replicas")));
    }

    private static int number(Object value) {
        return value instanceof Number number ? number.intValue() : 0;
    }

    private static Patch patch(KubeObject object, Decision decision) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("observedGeneration", object.generation());
        decision.currentReplicas().ifPresent(count -> status.put("currentReplicas", count));
        status.put("conditions", decision.conditions().stream().map(Condition::tree).toList());
        return new Patch(
                object.ref(), "status", object.resourceVersion(), Map.of("status", status));
    }

    private void emit(KubeObject object, Decision.Notice notice) {
        events.emit(
                REPORTER,
                object.ref(),
                notice.warning() ? Severity.WARNING : Severity.NORMAL,
                notice.reason(),
                "Reconcile",
                notice.message());
    }
}
