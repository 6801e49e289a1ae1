package io.drover.autoscaling.internal;

import io.drover.api.kubernetes.KubeObject;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.journal.Journal;
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
    private static final Family SECONDS =
            Family.counter(
                    "drover_autoscaling_reconcile_seconds_total",
                    "Time of all looks at objects together.");

    private static final Family JOURNAL =
            Family.counter(
                    "drover_autoscaling_journal_entries_total",
                    "Decisions for the journal by whether they were written or dropped.",
                    "result");
    private static final Family JOURNAL_BYTES =
            Family.gauge("drover_autoscaling_journal_bytes", "Bytes of the journal of decisions.");

    private final Controller controller;
    private final Counters counters;
    private final Journal journal;

    AutoscalingMetrics(Controller controller, Counters counters, Journal journal) {
        this.controller = controller;
        this.counters = counters;
        this.journal = journal;
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
                SECONDS,
                JOURNAL,
                JOURNAL_BYTES);
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
        out.add(SECONDS, counters.nanos.sum() / 1e9);
        out.add(JOURNAL, journal.written(), "written");
        out.add(JOURNAL, journal.dropped(), "dropped");
        out.add(JOURNAL_BYTES, journal.bytes());
        collectObjects(out);
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
