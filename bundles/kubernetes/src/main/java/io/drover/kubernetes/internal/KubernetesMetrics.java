package io.drover.kubernetes.internal;

import io.drover.api.kubernetes.Standing;
import io.drover.api.kubernetes.Watch;
import io.drover.api.metadata.Metadata;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.kubernetes.internal.client.ClusterCalls;
import io.drover.kubernetes.internal.client.Counters;
import io.drover.kubernetes.internal.election.NamedElections;
import io.drover.kubernetes.internal.event.EventDelivery;
import io.drover.kubernetes.internal.metadata.ClusterMetadata;
import io.drover.kubernetes.internal.watch.Informer;
import io.drover.kubernetes.internal.watch.SharedInformers;
import io.drover.kubernetes.internal.watch.WatchCounters;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

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
    private static final Family WATCH_STALE =
            Family.counter(
                    "drover_kubernetes_watch_stale_events_total",
                    "Changes that were not taken because they were older than what was known.");
    private static final Family WATCH_LISTS =
            Family.counter(
                    "drover_kubernetes_watch_lists_total",
                    "Times that all objects of a kind were read.");
    private static final Family WATCH_RELISTS =
            Family.counter(
                    "drover_kubernetes_watch_relists_total",
                    "Times that all objects of a kind had to be read anew, by cause.",
                    "cause");
    private static final Family WATCH_SILENCE =
            Family.gauge(
                    "drover_kubernetes_watch_silence_seconds",
                    "Time since a watch of the kind brought a change or a bookmark; the longest of"
                            + " them.",
                    "kind");
    private static final Family STALE_WRITES =
            Family.counter(
                    "drover_kubernetes_writes_stale_total",
                    "Writes that were not sent because they were made from a version before our own"
                            + " last write.");

    private static final Family METADATA =
            Family.gauge(
                    "drover_kubernetes_metadata_entries",
                    "Objects that are known by name, by kind.",
                    "kind");
    private static final Family METADATA_LEFT_OUT =
            Family.gauge(
                    "drover_kubernetes_metadata_left_out",
                    "Objects that are left out because the limit is reached.");
    private static final Family METADATA_STREAMS =
            Family.gauge("drover_kubernetes_metadata_streams", "Readers that follow the metadata.");

    private final NamedElections elections;
    private final ClusterCalls calls;
    private final EventDelivery events;
    private final Counters counters;
    private final Consumer<BiConsumer<SharedInformers.Key, Informer<?>>> informers;
    private final WatchCounters watches;
    private final ClusterMetadata metadata;

    KubernetesMetrics(
            NamedElections elections,
            ClusterCalls calls,
            EventDelivery events,
            Counters counters,
            Consumer<BiConsumer<SharedInformers.Key, Informer<?>>> informers,
            WatchCounters watches,
            ClusterMetadata metadata) {
        this.elections = elections;
        this.calls = calls;
        this.events = events;
        this.counters = counters;
        this.informers = informers;
        this.watches = watches;
        this.metadata = metadata;
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
                WATCH_FAILURES,
                WATCH_STALE,
                WATCH_LISTS,
                WATCH_RELISTS,
                WATCH_SILENCE,
                STALE_WRITES,
                METADATA,
                METADATA_LEFT_OUT,
                METADATA_STREAMS);
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
        out.add(STALE_WRITES, counters.stale.sum());
        collectElections(out);
        collectEvents(out);
        collectWatches(out);
        Metadata.State state = metadata.state();
        state.entries()
                .forEach(
                        (kind, count) ->
                                out.add(METADATA, count, kind.name().toLowerCase(Locale.ROOT)));
        out.add(METADATA_LEFT_OUT, state.dropped());
        out.add(METADATA_STREAMS, metadata.streams());
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
        Map<String, Double> silence = new TreeMap<>();
        informers.accept(
                (key, informer) -> {
                    String kind = key.kind().kind().toLowerCase(Locale.ROOT);
                    boolean isLive = informer.state().phase() == Watch.Phase.LIVE;
                    live.merge(kind, isLive ? 1 : 0, Integer::sum);
                    objects.merge(kind, informer.size(), Integer::sum);
                    silence.merge(kind, informer.silence().toNanos() / NANOS, Math::max);
                });
        live.forEach((kind, count) -> out.add(WATCHING, count, kind));
        objects.forEach((kind, count) -> out.add(WATCHED, count, kind));
        silence.forEach((kind, seconds) -> out.add(WATCH_SILENCE, seconds, kind));
        out.add(WATCH_EVENTS, watches.events.sum());
        out.add(WATCH_FAILURES, watches.failures.sum());
        out.add(WATCH_STALE, watches.stale.sum());
        out.add(WATCH_LISTS, watches.lists.sum());
        out.add(WATCH_RELISTS, watches.relistsExpired.sum(), "expired");
        out.add(WATCH_RELISTS, watches.relistsSilent.sum(), "silent");
        out.add(WATCH_RELISTS, watches.relistsDeaf.sum(), "deaf");
    }
}
