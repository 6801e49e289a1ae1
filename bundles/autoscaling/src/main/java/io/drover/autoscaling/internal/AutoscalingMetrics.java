package io.drover.autoscaling.internal;

import io.drover.api.kubernetes.KubeObject;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.guard.Budgets;
import io.drover.autoscaling.internal.guard.Slots;
import io.drover.autoscaling.internal.journal.Journal;
import io.drover.autoscaling.internal.remote.Figures;
import io.drover.autoscaling.internal.remote.Prometheus;
import io.drover.autoscaling.internal.remote.Recommenders;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The series of this bundle. */
final class AutoscalingMetrics implements MetricSource {

    private static final Family OBJECTS =
            Family.gauge("drover_autoscaling_objects", "Autoscalers that this replica knows.");
    private static final Family CONDITIONS =
            Family.gauge(
                    "drover_autoscaling_conditions",
                    "Autoscalers by condition and its status.",
                    "type",
                    "status");
    private static final Family LEADING =
            Family.gauge(
                    "drover_autoscaling_leading", "1 while this replica works on the objects.");
    private static final Family WAITING =
            Family.gauge(
                    "drover_autoscaling_queue_keys",
                    "Objects that wait, those for later included.");
    private static final Family RECONCILES =
            Family.counter(
                    "drover_autoscaling_reconciles_total",
                    "Looks at an object by what came of it.",
                    "result");
    private static final Family SCALED =
            Family.counter(
                    "drover_autoscaling_scaled_total",
                    "Times that the replicas of a target were written.");
    private static final Family RESIZED =
            Family.counter(
                    "drover_autoscaling_pods_resized_total",
                    "Pods whose requests were to be changed by whether the API server let it be.",
                    "result");
    private static final Family SECONDS =
            Family.counter(
                    "drover_autoscaling_reconcile_seconds_total",
                    "Time of all looks at objects together.");
    private static final Family LATENESS =
            Family.histogram(
                    "drover_autoscaling_lateness_seconds",
                    "How long after its time a look began that was due by the clock.",
                    Lateness.BOUNDS);

    private static final Family JOURNAL =
            Family.counter(
                    "drover_autoscaling_journal_entries_total",
                    "Decisions for the journal by whether they were written or dropped.",
                    "result");
    private static final Family JOURNAL_BYTES =
            Family.gauge("drover_autoscaling_journal_bytes", "Bytes of the journal of decisions.");

    private static final Family REFUSED =
            Family.gauge(
                    "drover_autoscaling_objects_refused",
                    "Autoscalers that do not work, for there are more than objects_max.");
    private static final Family FROZEN =
            Family.gauge(
                    "drover_autoscaling_frozen", "1 while the configuration stops all changes.");
    private static final Family BUDGET_LEFT =
            Family.gauge(
                    "drover_autoscaling_budget_replicas_left",
                    "Replicas that may still change in this minute; not there without such a bound.");
    private static final Family LIMITED =
            Family.counter(
                    "drover_autoscaling_budget_limited_total",
                    "Decisions that the changes of a minute or the ceiling of a group made smaller.",
                    "rule");
    private static final Family GROUP =
            Family.gauge(
                    "drover_autoscaling_group_replicas",
                    "Replicas of the targets of a group with a ceiling.",
                    "group");
    private static final Family GROUP_MAX =
            Family.gauge(
                    "drover_autoscaling_group_replicas_max", "The ceiling of a group.", "group");
    private static final Family ASKED =
            Family.gauge(
                    "drover_autoscaling_source_questions",
                    "Questions that a source outside is asked.",
                    "source");
    private static final Family OPEN =
            Family.gauge(
                    "drover_autoscaling_source_endpoints_open",
                    "Endpoints that are left in peace for a while after failures.",
                    "source");
    private static final Family ANSWERS =
            Family.counter(
                    "drover_autoscaling_source_answers_total",
                    "Questions to a source outside by what came of them.",
                    "source",
                    "result");

    private final Controller controller;
    private final Counters counters;
    private final Journal journal;
    private final Prometheus prometheus;
    private final Recommenders recommenders;
    private final Slots slots;
    private final Budgets budgets;

    AutoscalingMetrics(
            Controller controller,
            Counters counters,
            Journal journal,
            Prometheus prometheus,
            Recommenders recommenders,
            Slots slots,
            Budgets budgets) {
        this.controller = controller;
        this.counters = counters;
        this.journal = journal;
        this.prometheus = prometheus;
        this.recommenders = recommenders;
        this.slots = slots;
        this.budgets = budgets;
    }

    @Override
    public List<Family> families() {
        return List.of(
                OBJECTS,
                CONDITIONS,
                LEADING,
                WAITING,
                RECONCILES,
                SCALED,
                RESIZED,
                SECONDS,
                LATENESS,
                JOURNAL,
                JOURNAL_BYTES,
                REFUSED,
                FROZEN,
                BUDGET_LEFT,
                LIMITED,
                GROUP,
                GROUP_MAX,
                ASKED,
                OPEN,
                ANSWERS);
    }

    @Override
    public void collect(Samples out) {
        out.add(LEADING, controller.leads() ? 1 : 0);
        out.add(WAITING, controller.waiting());
        out.add(RECONCILES, counters.unchanged.sum(), "unchanged");
        out.add(RECONCILES, counters.written.sum(), "written");
        out.add(RECONCILES, counters.conflicts.sum(), "conflict");
        out.add(RECONCILES, counters.failures.sum(), "failed");
        out.add(SCALED, counters.scaled.sum());
        out.add(RESIZED, counters.resized.sum(), "written");
        out.add(RESIZED, counters.resizesRefused.sum(), "refused");
        out.add(SECONDS, counters.nanos.sum() / 1e9);
        out.histogram(LATENESS, counters.lateness.counts(), counters.lateness.seconds());
        out.add(JOURNAL, journal.written(), "written");
        out.add(JOURNAL, journal.dropped(), "dropped");
        out.add(JOURNAL_BYTES, journal.bytes());
        collectObjects(out);
        collectGuard(out);
        collect(out, "query", prometheus.figures());
        collect(out, "recommender", recommenders.figures());
    }

    private void collectGuard(Samples out) {
        out.add(REFUSED, slots.waiting());
        out.add(FROZEN, budgets.frozen() ? 1 : 0);
        if (budgets.bounded()) {
            out.add(BUDGET_LEFT, budgets.changesLeft(System.currentTimeMillis()));
        }
        out.add(LIMITED, counters.limitedByChanges.sum(), "changes");
        out.add(LIMITED, counters.limitedByCeiling.sum(), "ceiling");
        budgets.groups()
                .forEach(
                        (ceiling, replicas) -> {
                            out.add(GROUP, replicas, ceiling.text());
                            out.add(GROUP_MAX, ceiling.max(), ceiling.text());
                        });
    }

    private static void collect(Samples out, String source, Figures figures) {
        out.add(ASKED, figures.questions(), source);
        out.add(OPEN, figures.endpointsOpen(), source);
        out.add(ANSWERS, figures.answered(), source, "figure");
        out.add(ANSWERS, figures.failed(), source, "failed");
        out.add(ANSWERS, figures.held(), source, "held");
    }

    private void collectObjects(Samples out) {
        int objects = 0;
        Map<String, Map<String, Integer>> conditions = new TreeMap<>();
        for (KubeObject object : controller.objects()) {
            objects++;
            for (Condition condition : Condition.of(object)) {
                if (KNOWN.contains(condition.type())) {
                    conditions
                            .computeIfAbsent(condition.type(), type -> new TreeMap<>())
                            .merge(condition.status().word(), 1, Integer::sum);
                }
            }
        }
        out.add(OBJECTS, objects);
        conditions.forEach(
                (type, counts) ->
                        counts.forEach(
                                (status, count) -> out.add(CONDITIONS, count, type, status)));
    }

    /** Others may write what they like into a status; labels must be bounded. */
    private static final List<String> KNOWN =
            List.of(
                    Condition.ERROR,
                    Condition.ACTIVE,
                    Condition.HORIZONTAL_ABLE_TO_RECOMMEND,
                    Condition.HORIZONTAL_ABLE_TO_SCALE,
                    Condition.HORIZONTAL_SCALING_LIMITED,
                    Condition.VERTICAL_ABLE_TO_RECOMMEND,
                    Condition.VERTICAL_ABLE_TO_APPLY,
                    Condition.VERTICAL_SCALING_LIMITED);
}
