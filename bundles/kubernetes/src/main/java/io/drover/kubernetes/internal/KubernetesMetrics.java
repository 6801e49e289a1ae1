package io.drover.kubernetes.internal;

import io.drover.api.kubernetes.Standing;
import io.drover.api.kubernetes.Watch;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.kubernetes.internal.client.ClusterCalls;
import io.drover.kubernetes.internal.client.Counters;
import io.drover.kubernetes.internal.client.ObjectWatch;
import io.drover.kubernetes.internal.election.NamedElections;
import io.drover.kubernetes.internal.event.EventDelivery;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The series of this bundle. */
final class KubernetesMetrics implements MetricSource {

    private static final double NANOS = 1e9;

    private static final Family REACHABLE =
            Family.gauge(
                    "drover_kubernetes_reachable",
                    "1 while the API server answers, 0 while it does not or none is configured.");
    private static final Family REQUESTS =
            Family.counter(
                    "drover_kubernetes_requests_total",
                    "Requests to the API server by result.",
                    "result");
    private static final Family REQUEST_SECONDS =
            Family.counter(
                    "drover_kubernetes_request_seconds_total",
                    "Time from sending a request to its answer, all requests together.");
    private static final Family LIMITED_SECONDS =
            Family.counter(
                    "drover_kubernetes_client_limited_seconds_total",
                    "Time that requests waited for the client-side limit.");
    private static final Family FENCED =
            Family.counter(
                    "drover_kubernetes_writes_fenced_total",
                    "Writes that were not sent because their term was over.");
    private static final Family LEADING =
            Family.gauge(
                    "drover_kubernetes_leading",
                    "1 while this process leads the election.",
                    "election");
    private static final Family TRANSITIONS =
            Family.gauge(
                    "drover_kubernetes_lease_transitions",
                    "How often the Lease changed hands.",
                    "election");
    private static final Family RENEWALS =
            Family.counter(
                    "drover_kubernetes_lease_renewals_total",
                    "Renewals of the Lease by this process.",
                    "election");
    private static final Family EVENTS =
            Family.counter(
                    "drover_kubernetes_events_total", "Events by what became of them.", "result");
    private static final Family EVENTS_WAITING =
            Family.gauge(
                    "drover_kubernetes_events_waiting", "Events that wait for their delivery.");
    private static final Family WATCHING =
            Family.gauge(
                    "drover_kubernetes_watches_live", "Watches that are live, by kind.", "kind");
    private static final Family WATCHED =
            Family.gauge(
                    "drover_kubernetes_watch_objects",
                    "Objects that the watches know, by kind.",
                    "kind");
    private static final Family WATCH_EVENTS =
            Family.counter(
                    "drover_kubernetes_watch_events_total", "Changes that watches delivered.");
    private static final Family WATCH_FAILURES =
            Family.counter(
                    "drover_kubernetes_watch_failures_total", "Lists and watches that broke off.");

    private final NamedElections elections;
    private final ClusterCalls calls;
    private final EventDelivery events;
    private final Counters counters;

    KubernetesMetrics(
            NamedElections elections, ClusterCalls calls, EventDelivery events, Counters counters) {
        this.elections = elections;
        this.calls = calls;
        this.events = events;
        this.counters = counters;
    }

    @Override
    public List<Family> families() {
        return List.of(
                REACHABLE,
                REQUESTS,
                REQUEST_SECONDS,
                LIMITED_SECONDS,
                FENCED,
                LEADING,
                TRANSITIONS,
                RENEWALS,
                EVENTS,
                EVENTS_WAITING,
                WATCHING,
                WATCHED,
                WATCH_EVENTS,
                WATCH_FAILURES);
    }

    @Override
    public void collect(Samples out) {
        out.add(REACHABLE, calls.view().reachable() ? 1 : 0);
        out.add(REQUESTS, counters.succeeded.sum(), "success");
        out.add(REQUESTS, counters.refused.sum(), "refused");
        out.add(REQUESTS, counters.unavailable.sum(), "unavailable");
        out.add(REQUEST_SECONDS, counters.requestNanos.sum() / NANOS);
        out.add(LIMITED_SECONDS, counters.limitedNanos.sum() / NANOS);
        out.add(FENCED, counters.fenced.sum());
        collectElections(out);
        collectEvents(out);
        collectWatches(out);
    }

    private void collectElections(Samples out) {
        for (Standing standing : elections.standings()) {
            String election = standing.election();
            out.add(LEADING, elections.leads(election) ? 1 : 0, election);
            out.add(TRANSITIONS, standing.transitions(), election);
            out.add(RENEWALS, standing.renewals(), election);
        }
    }

    private void collectEvents(Samples out) {
        EventDelivery.EventCounters became = events.counters();
        out.add(EVENTS, became.created.sum(), "created");
        out.add(EVENTS, became.counted.sum(), "counted");
        out.add(EVENTS, became.queueFull.sum(), "dropped_queue_full");
        out.add(EVENTS, became.overBudget.sum(), "dropped_over_budget");
        out.add(EVENTS, became.refused.sum(), "dropped_refused");
        out.add(EVENTS, became.undeliverable.sum(), "dropped_undeliverable");
        out.add(EVENTS_WAITING, events.waiting());
    }

    private void collectWatches(Samples out) {
        // By kind: a namespace may be watched apart from another one.
        Map<String, Integer> live = new TreeMap<>();
        Map<String, Integer> objects = new TreeMap<>();
        for (ObjectWatch watch : calls.watches()) {
            String kind = watch.kind().kind().toLowerCase(Locale.ROOT);
            live.merge(kind, watch.state().phase() == Watch.Phase.LIVE ? 1 : 0, Integer::sum);
            objects.merge(kind, watch.size(), Integer::sum);
        }
        live.forEach((kind, count) -> out.add(WATCHING, count, kind));
        objects.forEach((kind, count) -> out.add(WATCHED, count, kind));
        out.add(WATCH_EVENTS, counters.watchEvents.sum());
        out.add(WATCH_FAILURES, counters.watchFailures.sum());
    }
}
