package io.drover.kubernetes.internal;

import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.Elections;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.Reviews;
import io.drover.api.kubernetes.Right;
import io.drover.api.kubernetes.Standing;
import io.drover.api.kubernetes.Watch;
import io.drover.api.metadata.Metadata;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.watch.Heartbeat;
import io.drover.kubernetes.internal.client.AccessSearch;
import io.drover.kubernetes.internal.client.ApiEvents;
import io.drover.kubernetes.internal.client.ApiLease;
import io.drover.kubernetes.internal.client.ApiListWatch;
import io.drover.kubernetes.internal.client.ApiReviews;
import io.drover.kubernetes.internal.client.BackOff;
import io.drover.kubernetes.internal.client.ClusterCalls;
import io.drover.kubernetes.internal.client.Connection;
import io.drover.kubernetes.internal.client.Counters;
import io.drover.kubernetes.internal.client.Shape;
import io.drover.kubernetes.internal.election.Elector;
import io.drover.kubernetes.internal.election.LeadershipEvents;
import io.drover.kubernetes.internal.election.NamedElections;
import io.drover.kubernetes.internal.event.EventDelivery;
import io.drover.kubernetes.internal.metadata.ClusterMetadata;
import io.drover.kubernetes.internal.watch.Informer;
import io.drover.kubernetes.internal.watch.LightInformers;
import io.drover.kubernetes.internal.watch.ListWatch;
import io.drover.kubernetes.internal.watch.OwnWrites;
import io.drover.kubernetes.internal.watch.RunningInformer;
import io.drover.kubernetes.internal.watch.SharedInformers;
import io.drover.kubernetes.internal.watch.Sink;
import io.drover.kubernetes.internal.watch.WatchCounters;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** All parts of the bundle, put together, started and stopped in order. Any thread. */
final class KubernetesPart {

    /** A bundle's stop holds up the framework. */
    private static final Duration WAIT = Duration.ofMillis(300);

    private static final Duration SETTLE = Duration.ofMillis(100);
    private static final Duration FLUSH = Duration.ofSeconds(1);
    private static final Duration END = Duration.ofSeconds(3);

    private final Settings settings;
    private final LongSupplier nanos;
    private final Clock clock;
    private final Counters counters = new Counters();
    private final String host = hostname();
    private final Heartbeat schedulerBeat = Heartbeat.outside("drover-kubernetes");
    private final Heartbeat notifierBeat = Heartbeat.vital("drover-kubernetes-notify");
    private final ScheduledExecutorService scheduler = scheduler(schedulerBeat);
    private final ScheduledExecutorService notifier = scheduler(notifierBeat);
    private final Connection connection;
    private final NamedElections elections;
    private final WatchCounters watchCounters = new WatchCounters();
    private final OwnWrites ownWrites;
    private final SharedInformers informers;
    private final LightInformers light;
    private final ClusterCalls cluster;
    private final ApiReviews reviews;
    private final ClusterMetadata metadata;
    private final EventDelivery events;
    private final LeadershipEvents leadership;
    private final KubernetesMetrics metrics;
    private volatile Status election;
    private volatile Status delivery;
    private volatile Status names;

    KubernetesPart(Settings settings) {
        this(settings, System::nanoTime, Clock.systemUTC());
    }

    /**
     * With clocks of the caller's.
     *
     * @param nanos the monotonic clock
     * @param clock the time of day
     */
    KubernetesPart(Settings settings, LongSupplier nanos, Clock clock) {
        this.settings = settings;
        this.nanos = nanos;
        this.clock = clock;
        this.ownWrites = new OwnWrites(nanos);
        this.connection = connection();
        this.elections =
                new NamedElections(
                        this::elector,
                        connection.configured(),
                        nanos,
                        notifier,
                        settings.linger(),
                        this::stands);
        this.informers = new SharedInformers(this::informer, ownWrites);
        this.light = new LightInformers(this::lightInformer);
        this.cluster =
                new ClusterCalls(
                        connection,
                        elections,
                        settings.requestTimeout(),
                        settings.writeTimeout(),
                        informers,
                        light,
                        ownWrites,
                        counters);
        this.reviews = new ApiReviews(connection, settings.requestTimeout());
        this.metadata =
                new ClusterMetadata(
                        (kind, paths, observer) -> cluster.watchLightly(kind, "", paths, observer),
                        settings.metadata(),
                        clock);
        this.events =
                new EventDelivery(
                        settings.eventsQueue(),
                        settings.eventsBurst(),
                        settings.eventsRefill(),
                        new ApiEvents(connection, host, settings.writeTimeout()),
                        backOff(),
                        clock,
                        nanos);
        this.leadership = new LeadershipEvents(events, () -> connection.view().namespace());
        this.metrics =
                new KubernetesMetrics(
                        elections,
                        cluster,
                        events,
                        counters,
                        this::informers,
                        watchCounters,
                        metadata);
        this.election = Status.waiting("a controller that enters an election", clock.instant());
        this.delivery = Status.active(clock.instant());
        this.names = Status.waiting("somebody who asks for names", clock.instant());
    }

    private void stands(Standing standing) {
        leadership.stands(standing);
    }

    void start() {
        events.start();
        connection.start();
    }

    /**
     * Leases first, then the events, also those about the Leases, while there are connections.
     * Waits a moment for them; on a busy machine a thread of its own waits on, and ends what is
     * left within the rest of the bound.
     */
    void stop() {
        elections.close();
        metadata.close();
        cluster.close();
        long until = System.nanoTime() + WAIT.toNanos();
        elections.ended(WAIT);
        awaitNotices(until);
        events.flushAndEnd(FLUSH);
        if (ended(until)) {
            end();
            return;
        }
        Thread rest =
                new Thread(
                        () -> {
                            ended(System.nanoTime() + END.toNanos());
                            end();
                        },
                        "drover-kubernetes-end");
        rest.setDaemon(true);
        rest.setContextClassLoader(null);
        rest.start();
    }

    private boolean ended(long until) {
        boolean released = elections.ended(Duration.ofNanos(until - System.nanoTime()));
        return events.ended(Duration.ofNanos(until - System.nanoTime())) && released;
    }

    /** Until everybody knows how the elections ended. */
    private void awaitNotices(long until) {
        try {
            notifier.submit(() -> {}).get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            return; // the events end without it
        }
    }

    private void end() {
        scheduler.shutdownNow();
        notifier.shutdownNow();
        connection.close();
        try {
            // A client that is just being made needs the classes of this bundle until it is closed.
            scheduler.awaitTermination(SETTLE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    ClusterCalls cluster() {
        return cluster;
    }

    NamedElections elections() {
        return elections;
    }

    EventDelivery events() {
        return events;
    }

    Reviews reviews() {
        return reviews;
    }

    Metadata metadata() {
        return metadata;
    }

    KubernetesMetrics metrics() {
        return metrics;
    }

    List<Step> steps() {
        return List.of(
                Step.optional("client", "Kubernetes client", connection.client()),
                Step.optional("identity", "Cluster identity", connection.identity()),
                Step.optional("election", "Leader election", electionStatus()),
                Step.optional("events", "Event recorder", deliveryStatus()),
                Step.optional("metadata", "Kubernetes metadata", metadataStatus()));
    }

    Map<String, Object> facts() {
        Cluster.View view = connection.view();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("source", connection.source());
        facts.put("server", view.server());
        facts.put("version", view.version());
        facts.put("cluster_name", settings.clusterName());
        facts.put("cluster_id", view.id());
        facts.put("namespace", view.namespace());
        for (Standing standing : elections.standings()) {
            facts.put("leader_" + standing.election(), standing.leader());
            facts.put("leading_" + standing.election(), elections.leads(standing.election()));
        }
        return facts;
    }

    /** What this bundle by itself asks of the API server. */
    List<Right> rights() {
        return Stream.of(
                        connection.rights(),
                        List.of(ApiEvents.RIGHT),
                        ClusterMetadata.RIGHTS,
                        ApiReviews.RIGHTS)
                .flatMap(List::stream)
                .toList();
    }

    private synchronized Status electionStatus() {
        List<Standing> standings = elections.standings();
        String problem =
                standings.stream()
                        .map(Standing::problem)
                        .filter(text -> !text.isEmpty())
                        .findFirst()
                        .orElse("");
        if (!connection.view().configured()) {
            election = election.toWaiting("the client", clock.instant());
        } else if (standings.isEmpty()) {
            election = election.toWaiting("a controller that enters an election", clock.instant());
        } else if (!problem.isEmpty()) {
            election = election.toDegraded(problem, "", clock.instant());
        } else if (election.state() != State.ACTIVE) {
            election = election.toActive(clock.instant());
        }
        return election;
    }

    private synchronized Status metadataStatus() {
        Metadata.State state = metadata.state();
        if (state.phase() == Metadata.Phase.IDLE) {
            names = names.toWaiting("somebody who asks for names", clock.instant());
        } else if (!connection.view().configured()) {
            names = names.toWaiting("the client", clock.instant());
        } else if (state.phase() == Metadata.Phase.LIVE && state.dropped() == 0) {
            names = names.state() == State.ACTIVE ? names : names.toActive(clock.instant());
        } else if (state.phase() == Metadata.Phase.LIVE) {
            names =
                    names.toDegraded(
                            state.dropped() + " objects are left out",
                            "raise kubernetes.metadata_entries_max",
                            clock.instant());
        } else {
            names =
                    names.toDegraded(
                            state.reason().isEmpty() ? "everything is being read" : state.reason(),
                            "",
                            clock.instant());
        }
        return names;
    }

    private synchronized Status deliveryStatus() {
        String problem = events.problem();
        if (!connection.view().configured()) {
            delivery = delivery.toWaiting("the client", clock.instant());
        } else if (!problem.isEmpty()) {
            delivery =
                    delivery.toDegraded(
                            problem,
                            "allow create and patch on events.events.k8s.io:"
                                    + " deploy/kubernetes/rbac.yaml",
                            clock.instant());
        } else if (delivery.state() != State.ACTIVE) {
            delivery = delivery.toActive(clock.instant());
        }
        return delivery;
    }

    private Connection connection() {
        AccessSearch search =
                new AccessSearch(
                        settings.kubeconfig(),
                        settings.useDefaultKubeconfig(),
                        settings.context(),
                        System.getenv(),
                        Path.of(System.getProperty("user.home", ".")));
        Connection.Options options =
                new Connection.Options(
                        settings.connectTimeout(),
                        settings.requestTimeout(),
                        settings.requestRetries(),
                        settings.writeTimeout(),
                        settings.qps(),
                        settings.burst(),
                        settings.probeInterval(),
                        settings.namespace(),
                        settings.clusterIdConfigMap());
        return new Connection(search, options, backOff(), scheduler, counters, clock);
    }

    /** Each candidate has a name of its own, also a second one of this process. */
    private Elector elector(String name) {
        String identity = host + "_" + UUID.randomUUID().toString().substring(0, 8);
        return new Elector(
                name,
                identity,
                settings.timing(),
                settings.leaseRequestTimeout(),
                new ApiLease(connection, Elections.lease(name)),
                nanos,
                clock,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    private RunningInformer<KubeObject> informer(SharedInformers.Key key, Sink<KubeObject> sink) {
        ListWatch source =
                new ApiListWatch(
                        connection,
                        key.kind(),
                        key.namespace(),
                        Shape.ALL,
                        "",
                        settings.requestTimeout());
        return running(
                key.kind().toString(), source, object -> object, sink, one -> check(key, one));
    }

    private RunningInformer<Boolean> lightInformer(
            SharedInformers.Key key,
            Shape shape,
            Function<KubeObject, Boolean> told,
            Sink<Boolean> sink) {
        ListWatch source =
                new ApiListWatch(
                        connection,
                        key.kind(),
                        key.namespace(),
                        shape,
                        "",
                        settings.requestTimeout());
        return running(key.kind().toString(), source, told, sink, one -> {});
    }

    /** A watch that does not show our own writes is deaf, whatever it says. */
    private void check(SharedInformers.Key key, Informer<KubeObject> informer) {
        if (informer.state().phase() == Watch.Phase.LIVE
                && ownWrites.overdue(
                        key.kind(), key.namespace(), informer::versionOf, settings.ownWrite())) {
            informer.distrust(
                    "the watch of " + key.kind() + " did not show a write of this process");
        }
    }

    private void informers(BiConsumer<SharedInformers.Key, Informer<?>> visitor) {
        informers.byKey().forEach(visitor);
        light.forEach(visitor);
    }

    private <T> RunningInformer<T> running(
            String name,
            ListWatch source,
            Function<KubeObject, T> kept,
            Sink<T> sink,
            Consumer<Informer<T>> check) {
        RunningInformer<T> running =
                new RunningInformer<>(
                        wake ->
                                new Informer<>(
                                        name,
                                        source,
                                        kept,
                                        sink,
                                        settings.watchTiming(),
                                        backOff(),
                                        watchCounters,
                                        nanos,
                                        clock,
                                        wake),
                        check,
                        scheduler,
                        backOff());
        running.begin(connection::tell);
        return running;
    }

    private BackOff backOff() {
        return new BackOff(
                Duration.ofSeconds(1),
                settings.backOffMax(),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /** The loops of this bundle: what asks the API server, and what tells of elections. */
    List<Heartbeat> heartbeats() {
        return List.of(schedulerBeat, notifierBeat);
    }

    private static ScheduledExecutorService scheduler(Heartbeat beat) {
        return new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread thread = new Thread(task, beat.thread());
                    thread.setDaemon(true);
                    // fabric8 then finds its classes by its own loader alone; else it looks twice.
                    thread.setContextClassLoader(null);
                    return thread;
                }) {
            @Override
            protected void beforeExecute(Thread thread, Runnable task) {
                beat.begin();
            }

            @Override
            protected void afterExecute(Runnable task, Throwable failure) {
                beat.end();
            }
        };
    }

    private static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
