package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.Right;
import io.drover.api.status.Status;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for a cluster, makes the session, and asks from time to time whether the API server
 * answers. Nothing here ends: what fails is tried again with a growing wait. Runs on the scheduler
 * of the bundle; the statuses may be read by any thread.
 */
public final class Connection implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    /** A kubeconfig or the token of a pod may appear later; looking for one costs two stats. */
    private static final Duration SEARCH_AGAIN = Duration.ofSeconds(5);

    private final AccessSearch search;
    private final Session.Limits limits;
    private final Duration probeInterval;
    private final String ownNamespace;
    private final ClusterId clusterId;
    private final List<Right> rights;
    private final ScheduledExecutorService scheduler;
    private final Counters counters;
    private final Clock clock;
    private final BackOff backOff;
    private final CompletableFuture<Session> session = new CompletableFuture<>();
    private final Set<Told> all = Collections.newSetFromMap(new IdentityHashMap<>());
    private volatile Status client;
    private volatile Status identity;
    private volatile Cluster.View view;
    private boolean closed;

    /**
     * How a connection is made.
     *
     * @param connectTimeout to connect
     * @param requestTimeout for one answer
     * @param requestRetries of reads
     * @param writeTimeout for one write
     * @param qps requests a second
     * @param burst requests at once
     * @param probeInterval between two looks at the API server
     * @param namespace the configured one; may be empty
     * @param idConfigMap the name of the ConfigMap with the cluster's ID; empty for none
     */
    public record Options(
            Duration connectTimeout,
            Duration requestTimeout,
            int requestRetries,
            Duration writeTimeout,
            int qps,
            int burst,
            Duration probeInterval,
            String namespace,
            String idConfigMap) {}

    public Connection(
            AccessSearch search,
            Options options,
            BackOff backOff,
            ScheduledExecutorService scheduler,
            Counters counters,
            Clock clock) {
        this.search = search;
        this.limits =
                new Session.Limits(
                        options.connectTimeout,
                        options.requestTimeout,
                        options.requestRetries,
                        options.writeTimeout,
                        options.qps,
                        options.burst);
        this.probeInterval = options.probeInterval;
        this.ownNamespace = options.namespace;
        this.clusterId = new ClusterId(options.idConfigMap);
        this.rights = List.copyOf(ClusterId.rights(options.idConfigMap));
        this.backOff = backOff;
        this.scheduler = scheduler;
        this.counters = counters;
        this.clock = clock;
        this.client = Status.starting(clock.instant());
        this.identity = Status.waiting("the client", clock.instant());
        this.view = new Cluster.View(false, false, "", "", "", "", "the search has not begun");
    }

    /** Begins to search. */
    public void start() {
        scheduler.execute(this::tick);
    }

    /** The step that finds and reaches the cluster. */
    public Status client() {
        return client;
    }

    /** The step that finds out which cluster it is. */
    public Status identity() {
        return identity;
    }

    /** What finding out which cluster it is needs. */
    public List<Right> rights() {
        return rights;
    }

    /** What is known of the cluster. */
    public Cluster.View view() {
        return view;
    }

    /** Where the session comes from, for people; empty while there is none. */
    public String source() {
        return now().map(made -> made.access().source()).orElse("");
    }

    /** Completes once, when a cluster is configured; it may not be reachable yet. */
    public CompletionStage<?> configured() {
        return session;
    }

    CompletableFuture<Session> session() {
        return session;
    }

    /**
     * Runs {@code found} as soon as there is a session, at once if there is one, and {@code again}
     * each time the API server answers after it was lost; they must not block. Not stages of the
     * future: those would hold whoever waits, and the bundle behind it, until a cluster comes,
     * which may be never.
     *
     * @return takes it back
     */
    public Runnable tell(Runnable found, Runnable again) {
        Told told = new Told(found, again);
        synchronized (this) {
            all.add(told);
            if (now().isEmpty()) {
                return () -> forget(told);
            }
        }
        found.run();
        return () -> forget(told);
    }

    private synchronized void forget(Told told) {
        all.remove(told);
    }

    private record Told(Runnable found, Runnable again) {}

    /** The session, if a cluster is configured. */
    Optional<Session> now() {
        return Optional.ofNullable(session.getNow(null));
    }

    /** The session. */
    Session require() throws ClusterException {
        Session made = session.getNow(null);
        if (made == null) {
            throw new ClusterException(ClusterException.Cause.UNAVAILABLE, view.problem());
        }
        return made;
    }

    /** Ends the session, also one that is just being made; returns at once. */
    @Override
    public synchronized void close() {
        closed = true;
        now().ifPresent(Session::close);
    }

    private synchronized void publish(Session made) {
        if (closed) {
            made.close();
            return;
        }
        view =
                new Cluster.View(
                        true, false, made.server(), "", "", namespace(made), "not asked yet");
        session.complete(made);
        all.forEach(told -> told.found.run());
    }

    /** The outermost frame of the loop: a defect becomes a state, not silence. */
    private void tick() {
        Duration wait;
        try {
            wait = now().isPresent() ? probe(now().get()) : find();
        } catch (RuntimeException | LinkageError e) {
            log.error("look at the cluster failed", e);
            client = client.toDegraded("unexpected: " + e, "see the log", clock.instant());
            wait = backOff.next();
        }
        if (!scheduler.isShutdown()) {
            scheduler.schedule(this::tick, wait.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private Duration find() {
        try {
            Optional<ClusterAccess> access = search.search();
            if (access.isEmpty()) {
                noCluster(search.nothing());
                client = waiting(client, search.nothing(), search.remedy());
                return SEARCH_AGAIN;
            }
            Session made = Session.open(access.get(), limits, counters, "drover");
            log.info("cluster: server={} source={}", made.server(), access.get().source());
            publish(made);
            client = client.toStarting(clock.instant());
            return Duration.ZERO;
        } catch (AccessException e) {
            noCluster(e.getMessage());
            client =
                    client.toDegraded(
                            e.getMessage(),
                            "correct kubernetes.kubeconfig or the file",
                            clock.instant());
            return backOff.next();
        }
    }

    private Duration probe(Session made) {
        try {
            Map<String, Object> version = made.reads().get("/version", limits.read());
            reached(made, KubeObject.text(version, "gitVersion"));
            backOff.reset();
            if (view.id().isEmpty()) {
                identify(made);
            }
            return probeInterval;
        } catch (ClusterException e) {
            Duration wait = backOff.next();
            lost(made, e, wait);
            return wait;
        }
    }

    private void reached(Session made, String version) {
        if (!view.reachable()) {
            log.info("API server reached: server={} version={}", made.server(), version);
            if (!view.version().isEmpty()) {
                List<Told> listeners;
                synchronized (this) {
                    listeners = List.copyOf(all);
                }
                listeners.forEach(told -> told.again.run());
            }
        }
        view = new Cluster.View(true, true, made.server(), version, view.id(), namespace(made), "");
        client = client.toActive(clock.instant());
    }

    private void lost(Session made, ClusterException e, Duration wait) {
        String problem = "API server " + made.server() + ": " + e.getMessage();
        if (view.reachable()) {
            log.warn("API server lost: server={} cause={}", made.server(), e.getMessage());
        }
        view =
                new Cluster.View(
                        true,
                        false,
                        made.server(),
                        view.version(),
                        view.id(),
                        namespace(made),
                        problem);
        String retry = problem + "; tried again in " + Math.max(1, wait.toSeconds()) + " s";
        if (e.why() == ClusterException.Cause.FORBIDDEN) {
            client =
                    client.toDegraded(
                            retry,
                            "check the credentials in " + made.access().source(),
                            clock.instant());
        } else if (view.version().isEmpty()) {
            client = waiting(client, retry, "");
        } else {
            client = client.toDegraded(retry, "", clock.instant());
        }
    }

    private void identify(Session made) {
        try {
            String id = clusterId.find(calls(made), namespace(made));
            view =
                    new Cluster.View(
                            true, true, made.server(), view.version(), id, namespace(made), "");
            identity = identity.toActive(clock.instant());
        } catch (ClusterException e) {
            identity =
                    identity.toDegraded(
                            e.getMessage(),
                            e.why() == ClusterException.Cause.FORBIDDEN
                                    ? "allow what ./drover rbac identity prints"
                                    : "",
                            clock.instant());
        }
    }

    private ClusterId.Calls calls(Session made) {
        return new ClusterId.Calls() {
            @Override
            public Map<String, Object> get(String path) throws ClusterException {
                return made.reads().get(path, limits.read());
            }

            @Override
            public Map<String, Object> create(String path, Map<String, Object> object)
                    throws ClusterException {
                return made.writes()
                        .send("POST", path, ApiCalls.JSON, object, limits.write(), () -> {});
            }
        };
    }

    private void noCluster(String problem) {
        view = new Cluster.View(false, false, "", "", "", "", problem);
    }

    /** Waiting with something that a person can do. */
    private Status waiting(Status status, String reason, String remedy) {
        Status waiting = status.toWaiting(reason, clock.instant());
        return new Status(
                waiting.state(),
                waiting.reason(),
                remedy,
                waiting.since(),
                waiting.attempts(),
                waiting.lastError(),
                waiting.history());
    }

    private String namespace(Session made) {
        if (!ownNamespace.isEmpty()) {
            return ownNamespace;
        }
        return made.namespace().isEmpty() ? "default" : made.namespace();
    }
}
