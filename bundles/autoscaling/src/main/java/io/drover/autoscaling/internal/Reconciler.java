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
import io.drover.autoscaling.internal.decide.Applied;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.decide.Decision;
import io.drover.autoscaling.internal.decide.Explanation;
import io.drover.autoscaling.internal.decide.History;
import io.drover.autoscaling.internal.decide.MergePatch;
import io.drover.autoscaling.internal.decide.Policy;
import io.drover.autoscaling.internal.decide.Reason;
import io.drover.autoscaling.internal.decide.Samples;
import io.drover.autoscaling.internal.decide.Situation;
import io.drover.autoscaling.internal.decide.Spec;
import io.drover.autoscaling.internal.decide.State;
import io.drover.autoscaling.internal.decide.Step;
import io.drover.autoscaling.internal.decide.Target;
import io.drover.autoscaling.internal.decide.Vertical;
import io.drover.autoscaling.internal.guard.Budgets;
import io.drover.autoscaling.internal.guard.Slots;
import io.drover.autoscaling.internal.source.Rivals;
import io.drover.autoscaling.internal.source.Targets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the target of one object, decides how many replicas it should have, writes that and the
 * status where they differ, and tells of it. What it remembers between two looks is in the caller's
 * hands. Any thread; blocks for its requests.
 */
final class Reconciler {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final String REPORTER = "autoscaling";
    private static final String HORIZONTAL = "horizontal";
    private static final String VERTICAL = "vertical";

    private final Cluster cluster;
    private final EventRecorder events;
    private final Targets targets;
    private final Sampler sampler;
    private final Resizer resizer;
    private final Rivals rivals;
    private final Slots slots;
    private final Budgets budgets;
    private final Counters counters;
    private final DecisionRecord record;
    private final Clock clock;

    Reconciler(
            Cluster cluster,
            EventRecorder events,
            Targets targets,
            Sampler sampler,
            Resizer resizer,
            Rivals rivals,
            Slots slots,
            Budgets budgets,
            Counters counters,
            DecisionRecord record,
            Clock clock) {
        this.cluster = cluster;
        this.events = events;
        this.targets = targets;
        this.sampler = sampler;
        this.resizer = resizer;
        this.rivals = rivals;
        this.slots = slots;
        this.budgets = budgets;
        this.counters = counters;
        this.record = record;
        this.clock = clock;
    }

    /**
     * What came of it.
     *
     * @param well whether the target is there
     * @param retrySeconds when a limit by rate gives way; 0 for the regular time
     * @param scaled whether the replicas were written
     * @param written the object as it is after its status was written; empty when it was not
     * @param told what others are told of it; empty when nothing is new
     */
    record Outcome(
            boolean well,
            long retrySeconds,
            boolean scaled,
            Optional<KubeObject> written,
            Optional<io.drover.api.autoscaling.Decision> told) {}

    /**
     * @param memory what is remembered between two looks
     * @param generationWritten the generation that was last written as observed by this process, 0
     *     for none: where the installed CustomResourceDefinition drops {@code observedGeneration},
     *     it would else be written for ever
     */
    Outcome reconcile(Term term, KubeObject object, Memory memory, long generationWritten)
            throws ClusterException {
        Spec spec = Spec.of(object);
        Target target = looked(object, spec);
        if (!(target instanceof Target.Found found)) {
            memory.undecided(object.key());
            budgets.seen(object.key(), 0);
            Situation situation =
                    Situation.of(object, spec, target, Optional.empty(), clock.instant());
            Optional<KubeObject> written =
                    write(term, object, situation, Map.of(), generationWritten);
            Told told = new Told(object, spec, situation, clock.instant());
            return new Outcome(false, 0, false, written, written.map(any -> told.of()));
        }
        Instant now = clock.instant();
        Policy policy = spec.policy();
        State known =
                memory.state(object.key())
                        .orElseGet(() -> restored(object, policy, found.desired(), now));
        Samples samples = sampler.samples(object, spec, found, now);
        Look look =
                budgets.take(
                        object.key(),
                        found.desired(),
                        now,
                        left -> taken(Look.decide(policy, known, samples.within(left), now)));
        Applied applied;
        try {
            applied = apply(term, object, spec, found, look);
        } catch (ClusterException e) {
            if (e.why() == ClusterException.Cause.UNAVAILABLE) {
                memory.doubt(object.key()); // it may have been written all the same
            }
            throw e;
        }
        applied.budget().ifPresent(counters::limited);
        State next = next(look, applied);
        Optional<Look> before = memory.look(object.key());
        memory.remember(object.key(), look, next); // whatever comes of the status
        record.note(object, spec.targetText(), before, look, applied);
        Vertical vertical = resizer.look(term, object, spec, found, applied, now);
        Situation situation =
                Situation.of(
                        object, spec, target, Optional.of(applied), Optional.of(vertical), now);
        Map<String, Map<String, Object>> halves =
                Map.of(
                        HORIZONTAL,
                        History.write(object, look.decision(), next, now),
                        VERTICAL,
                        vertical.status(object, now));
        Optional<KubeObject> written = write(term, object, situation, halves, generationWritten);
        vertical.notice(object, halves.get(VERTICAL)).ifPresent(notice -> emit(object, notice));
        tellBudget(object, applied);
        Told told = new Told(object, spec, situation, now);
        return new Outcome(
                true,
                sooner(
                        retrySeconds(object.key(), spec, applied, now),
                        Resizer.retrySeconds(vertical)),
                applied.scaled(),
                written,
                written.map(any -> told.of(applied)));
    }

    private Target looked(KubeObject object, Spec spec) throws ClusterException {
        if (!spec.problems().isEmpty()) {
            return new Target.NotLookedFor();
        }
        return slots.admits(object.key()) ? find(object, spec) : new Target.TooMany(slots.max());
    }

    private static Budgets.Taken<Look> taken(Look look) {
        Decision decision = look.decision();
        boolean written = decision.outcome() == Decision.Outcome.SCALE;
        return new Budgets.Taken<>(look, written ? decision.desired() : decision.current());
    }

    /** When a look before the regular time is worth it; 0 for never. */
    private long retrySeconds(String key, Spec spec, Applied applied, Instant now) {
        long retry = applied.decision().retrySeconds();
        if (applied.budget().filter(rule -> rule == Step.Rule.BUDGET_CHANGES).isPresent()) {
            retry = sooner(retry, budgets.secondsUntilMore(now.toEpochMilli()));
        }
        if (applied.budget().isPresent() && budgets.waits(key)) {
            retry = sooner(retry, 1);
        }
        Optional<Instant> edge = spec.schedule().edge(now);
        return edge.isEmpty()
                ? retry
                : sooner(retry, Math.max(1, Duration.between(now, edge.get()).toSeconds() + 1));
    }

    private static long sooner(long one, long other) {
        return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
    }

    /** Once when it begins: the condition tells for how long. */
    private void tellBudget(KubeObject object, Applied applied) {
        boolean before =
                Condition.find(Condition.of(object), Condition.HORIZONTAL_SCALING_LIMITED)
                        .filter(limited -> limited.reason().equals(Reason.BUDGET_LIMITED))
                        .isPresent();
        if (applied.budget().isPresent() && !before && !budgets.waits(object.key())) {
            String why = Explanation.summary(applied.decision());
            emit(object, new Situation.Notice(true, Reason.BUDGET_LIMITED, why));
        }
    }

    private State restored(KubeObject object, Policy policy, int current, Instant now) {
        int seconds = policy.longestMemorySeconds();
        State known = record.recall(object.key(), History.restore(object, seconds, now), seconds);
        return History.withUntold(known, object, current, seconds, now);
    }

    private static State next(Look look, Applied applied) {
        Decision decision = look.decision();
        return applied.scaled()
                ? decision.next()
                        .acted(
                                look.at().toEpochMilli(),
                                decision.current(),
                                decision.desired(),
                                look.policy().longestMemorySeconds())
                : decision.next();
    }

    /** Writes the replicas, if that was decided. */
    private Applied apply(Term term, KubeObject object, Spec spec, Target.Found found, Look look)
            throws ClusterException {
        Decision decision = look.decision();
        if (decision.outcome() != Decision.Outcome.SCALE) {
            return new Applied(decision, false, "");
        }
        if (!rivals.known()) {
            throw new ClusterException(
                    ClusterException.Cause.UNAVAILABLE,
                    "whether somebody else scales " + spec.targetText() + " is not known yet");
        }
        ObjectRef ref = target(object, spec);
        Map<String, Object> body = Map.of("spec", Map.of("replicas", decision.desired()));
        try {
            Patch patch = new Patch(ref, "scale", found.version(), body);
            targets.wrote(ref, found, cluster.patch(term, patch));
        } catch (ClusterException e) {
            targets.doubt(ref, found);
            if (e.why() != ClusterException.Cause.UNAVAILABLE) {
                budgets.giveBack(object.key(), decision.current(), look.at()); // it was refused
            }
            if (e.why() != ClusterException.Cause.FORBIDDEN
                    && e.why() != ClusterException.Cause.INVALID) {
                throw e; // comes again by itself: with a newer scale, or when the server answers
            }
            String failure =
                    "failed to scale target: "
                            + ref.key()
                            + " to "
                            + decision.desired()
                            + " replicas, err: "
                            + e.getMessage();
            emit(object, new Situation.Notice(true, Reason.FAILED_SCALE, failure));
            return new Applied(decision, false, failure);
        }
        log.info(
                "scaled: object={} target={} from={} to={} why={}",
                object.key(),
                spec.targetText(),
                decision.current(),
                decision.desired(),
                Explanation.summary(decision));
        emit(
                object,
                new Situation.Notice(
                        false,
                        Reason.SUCCESSFUL_SCALE,
                        "Scaled target: "
                                + ref.key()
                                + " from "
                                + decision.current()
                                + " replicas to "
                                + decision.desired()
                                + " replicas: "
                                + Explanation.of(decision.binding())));
        return new Applied(decision, true, "");
    }

    private Optional<KubeObject> write(
            Term term,
            KubeObject object,
            Situation situation,
            Map<String, Map<String, Object>> halves,
            long generationWritten)
            throws ClusterException {
        boolean observed =
                object.generation() == generationWritten
                        || (object.status().get("observedGeneration") instanceof Number number
                                && number.longValue() == object.generation());
        boolean tells =
                situation.changed()
                        || (halves.containsKey(HORIZONTAL)
                                && History.differs(object, halves.get(HORIZONTAL)))
                        || (halves.containsKey(VERTICAL)
                                && !halves.get(VERTICAL)
                                        .equals(KubeObject.map(object.status(), VERTICAL)));
        if (!tells && observed) {
            return Optional.empty();
        }
        KubeObject written = cluster.patch(term, patch(object, situation, halves));
        situation.notice().ifPresent(notice -> emit(object, notice));
        return Optional.of(written);
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
            Optional<Target.Found> found = targets.find(target(object, spec));
            if (found.isEmpty()) {
                return new Target.Missing();
            }
            return rivals.against(object, spec.target(), spec.targetName())
                    .<Target>map(Target.Contested::new)
                    .orElseGet(found::get);
        } catch (ClusterException e) {
            if (e.why() == ClusterException.Cause.FORBIDDEN) {
                return new Target.Forbidden(e.getMessage());
            }
            throw e;
        }
    }

    private static ObjectRef target(KubeObject object, Spec spec) {
        return new ObjectRef(spec.target(), object.namespace(), spec.targetName(), "");
    }

    private static Patch patch(
            KubeObject object, Situation situation, Map<String, Map<String, Object>> halves) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("observedGeneration", object.generation());
        situation.currentReplicas().ifPresent(count -> status.put("currentReplicas", count));
        status.put("conditions", situation.conditions().stream().map(Condition::tree).toList());
        halves.forEach(
                (half, told) -> {
                    Map<String, Object> before = KubeObject.map(object.status(), half);
                    if (!told.isEmpty() || !before.isEmpty()) {
                        status.put(
                                half, told.isEmpty() ? null : MergePatch.replacing(before, told));
                    }
                });
        return new Patch(
                object.ref(),
                "status",
                object.resourceVersion(),
                Collections.singletonMap("status", status));
    }

    private void emit(KubeObject object, Situation.Notice notice) {
        events.emit(
                REPORTER,
                object.ref(),
                notice.warning() ? Severity.WARNING : Severity.NORMAL,
                notice.reason(),
                "Reconcile",
                notice.message());
    }
}
