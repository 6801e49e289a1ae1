package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.Observer;
import io.drover.api.kubernetes.ResourceType;
import io.drover.api.kubernetes.Watch;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch: waits until the API server serves the kind, then runs a fabric8 informer, and another
 * one when that has stopped. An informer that is started before its CustomResourceDefinition is
 * there stops at the first 404, so it is never started before.
 *
 * <p>What the observer knows outlives an informer: after a change of informers it is told the
 * difference. Looked after by the scheduler of the bundle; changes come on the informer's threads.
 */
public final class ObjectWatch implements Watch, ResourceEventHandler<GenericKubernetesResource> {

    private static final Logger log = LoggerFactory.getLogger(ObjectWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofMillis(1_500);
    private static final Duration RETRY_MAX = Duration.ofSeconds(5);

    private final ObjectKind kind;
    private final String namespace;
    private final Observer observer;
    private final Connection connection;
    private final ScheduledExecutorService scheduler;
    private final Counters counters;
    private final Clock clock;
    private final Consumer<ObjectWatch> onClose;
    private final BackOff backOff =
            new BackOff(LOOK, RETRY_MAX, () -> ThreadLocalRandom.current().nextDouble());

    /** What the observer was told; guarded by this. */
    private final Map<String, KubeObject> known = new HashMap<>();

    /** Orders the begin and the end of informers: a watch may be closed while one is being made. */
    private final Object lifecycle = new Object();

    private volatile SharedIndexInformer<GenericKubernetesResource> informer;
    private boolean sweptAfterSync;
    private Instant withoutWatchSince;
    private volatile boolean closed;
    private volatile Runnable stopWaiting = () -> {};
    private volatile ScheduledFuture<?> nextLook;
    private volatile boolean kindGone;
    private volatile String lastFailure = "";
    private volatile State state;

    ObjectWatch(
            ObjectKind kind,
            String namespace,
            Observer observer,
            Connection connection,
            ScheduledExecutorService scheduler,
            Counters counters,
            Clock clock,
            Consumer<ObjectWatch> onClose) {
        this.kind = kind;
        this.namespace = namespace;
        this.observer = observer;
        this.connection = connection;
        this.scheduler = scheduler;
        this.counters = counters;
        this.clock = clock;
        this.onClose = onClose;
        this.state = new State(Phase.NO_CLUSTER, clock.instant(), connection.view().problem());
    }

    void start() {
        scheduler.execute(this::look);
        // Not only at the next look: a cluster that has just been found is to be watched at once.
        stopWaiting = connection.whenConfigured(this::lookNow);
    }

    /** The kind that is watched. */
    public ObjectKind kind() {
        return kind;
    }

    /** How many objects the observer knows. */
    public synchronized int size() {
        return known.size();
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public void close() {
        closed = true;
        stopWaiting.run();
        onClose.accept(this);
        try {
            scheduler.execute(this::stopInformer);
        } catch (RejectedExecutionException e) {
            stopInformer(); // the whole bundle ends
        }
    }

    @Override
    public void onAdd(GenericKubernetesResource resource) {
        changed(resource);
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource after) {
        changed(after);
    }

    @Override
    public void onDelete(GenericKubernetesResource resource, boolean lastStateUnknown) {
        KubeObject last = object(resource);
        deleted(last.key());
    }

    private void lookNow() {
        try {
            scheduler.execute(this::look);
        } catch (RejectedExecutionException e) {
            log.debug("watch ends with its bundle: kind={}", kind);
        }
    }

    /** The outermost frame: a defect becomes a reason, not silence. */
    private void look() {
        ScheduledFuture<?> former = nextLook;
        if (former != null) {
            former.cancel(false); // one chain of looks, whoever asked for this one
        }
        if (closed) {
            return;
        }
        Duration again = LOOK;
        try {
            again = advance();
        } catch (RuntimeException | LinkageError e) {
            log.error("watch failed: kind={}", kind, e);
            enter(state.phase(), "unexpected: " + e);
            again = backOff.next();
        }
        if (!closed && !scheduler.isShutdown()) {
            nextLook = scheduler.schedule(this::look, again.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private Duration advance() {
        Optional<Session> session = connection.now();
        if (session.isEmpty()) {
            enter(Phase.NO_CLUSTER, connection.view().problem());
            return Duration.ofSeconds(5);
        }
        SharedIndexInformer<GenericKubernetesResource> running = informer;
        if (running != null && !kindGone && running.isRunning()) {
            return follow(session.get(), running);
        }
        if (running != null) {
            stopInformer();
            session.get().discovery().forget(kind);
        }
        return begin(session.get());
    }

    private Duration begin(Session session) {
        try {
            Optional<ResourceType> type = session.discovery().find(kind);
            if (type.isEmpty()) {
                backOff.reset();
                enter(Phase.NO_KIND, "the API server does not serve " + kind);
                return LOOK;
            }
            if (state.phase() != Phase.RECONNECTING && state.phase() != Phase.LISTING) {
                enter(Phase.LISTING, "");
            }
            startInformer(session, type.get());
            return SOON;
        } catch (ClusterException e) {
            enter(
                    state.phase() == Phase.RECONNECTING ? Phase.RECONNECTING : Phase.NO_CLUSTER,
                    e.getMessage());
            return backOff.next();
        }
    }

    private Duration follow(
            Session session, SharedIndexInformer<GenericKubernetesResource> informer) {
        if (!informer.hasSynced()) {
            return lastFailure.isEmpty() ? SOON : listFailed();
        }
        sweep(informer);
        if (informer.isWatching()) {
            backOff.reset();
            lastFailure = "";
            withoutWatchSince = null;
            enter(Phase.LIVE, "");
            return LOOK;
        }
        Instant now = clock.instant();
        if (withoutWatchSince == null) {
            withoutWatchSince = now;
        }
        if (Duration.between(withoutWatchSince, now).compareTo(PATIENCE) < 0) {
            return SOON; // being opened, or ended by the API server, as it does every few minutes
        }
        enter(Phase.RECONNECTING, lastFailure.isEmpty() ? "the connection is lost" : lastFailure);
        return makeAnew(session);
    }

    /**
     * The first list of an informer: the next one begins after our wait, which does not grow so
     * far.
     */
    private Duration listFailed() {
        String reason = lastFailure;
        stopInformer();
        enter(state.phase() == Phase.RECONNECTING ? Phase.RECONNECTING : Phase.LISTING, reason);
        return backOff.next();
    }

    /**
     * fabric8 would come back by itself, but only after a wait that has grown to half a minute; and
     * it does not notice that the kind is gone.
     */
    private Duration makeAnew(Session session) {
        session.discovery().forget(kind);
        try {
            session.discovery().find(kind);
        } catch (ClusterException e) {
            lastFailure = e.getMessage();
            return backOff.next();
        }
        stopInformer();
        return begin(session);
    }

    private SharedIndexInformer<GenericKubernetesResource> informer(
            Session session, ResourceType type) {
        ResourceDefinitionContext context =
                new ResourceDefinitionContext.Builder()
                        .withGroup(kind.group())
                        .withVersion(kind.version())
                        .withKind(kind.kind())
                        .withPlural(type.plural())
                        .withNamespaced(type.namespaced())
                        .build();
        kindGone = false;
        sweptAfterSync = false;
        withoutWatchSince = null;
        lastFailure = "";
        var resources = session.client().genericKubernetesResources(context);
        SharedIndexInformer<GenericKubernetesResource> made =
                type.namespaced() && !namespace.isEmpty()
                        ? resources.inNamespace(namespace).runnableInformer(0)
                        : type.namespaced()
                                ? resources.inAnyNamespace().runnableInformer(0)
                                : resources.runnableInformer(0);
        return made.exceptionHandler((started, failure) -> goOn(failure)).addEventHandler(this);
    }

    /**
     * Always: but a 404 says that the kind is gone, and then a new informer begins from the start.
     */
    private boolean goOn(Throwable failure) {
        counters.watchFailures.increment();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof KubernetesClientException api && api.getCode() == 404) {
                kindGone = true;
            }
        }
        lastFailure = "list or watch of " + kind + " failed: " + failure.getMessage();
        log.debug("list or watch failed: kind={}", kind, failure);
        return !kindGone;
    }

    /**
     * After the first list of an informer: what an earlier one knew and this one does not is gone.
     */
    private void sweep(SharedIndexInformer<GenericKubernetesResource> informer) {
        if (sweptAfterSync) {
            return;
        }
        sweptAfterSync = true;
        List<String> listed = new ArrayList<>();
        informer.getStore().list().forEach(resource -> listed.add(object(resource).key()));
        List<String> gone;
        synchronized (this) {
            gone = known.keySet().stream().filter(key -> !listed.contains(key)).toList();
        }
        gone.forEach(this::deleted);
    }

    private synchronized void changed(GenericKubernetesResource resource) {
        if (closed) {
            return;
        }
        counters.watchEvents.increment();
        KubeObject after = object(resource);
        KubeObject before = known.put(after.key(), after);
        try {
            if (before == null) {
                observer.added(after);
            } else if (!before.resourceVersion().equals(after.resourceVersion())) {
                observer.updated(before, after);
            }
        } catch (RuntimeException e) {
            log.error("observer failed: kind={} object={}", kind, after.key(), e);
        }
    }

    private synchronized void deleted(String key) {
        KubeObject last = known.remove(key);
        if (last == null || closed) {
            return;
        }
        counters.watchEvents.increment();
        try {
            observer.deleted(last);
        } catch (RuntimeException e) {
            log.error("observer failed: kind={} object={}", kind, key, e);
        }
    }

    private synchronized void enter(Phase phase, String reason) {
        State before = state;
        if (before.phase() == phase && before.reason().equals(reason)) {
            return;
        }
        state =
                new State(
                        phase, before.phase() == phase ? before.since() : clock.instant(), reason);
        if (before.phase() != phase) {
            log.info("watch: kind={} phase={} reason={}", kind, phase, reason);
        }
        observer.changed(state);
    }

    private void startInformer(Session session, ResourceType type) {
        synchronized (lifecycle) {
            if (!closed) {
                informer = informer(session, type);
                informer.start();
            }
        }
    }

    private void stopInformer() {
        synchronized (lifecycle) {
            if (informer != null) {
                informer.stop();
                informer = null;
            }
        }
    }

    private KubeObject object(GenericKubernetesResource resource) {
        return Trees.object(connection.session().join().json().convertValue(resource, Map.class));
    }
}
