package io.drover.autoscaling.internal;

import io.drover.api.http.ProblemException;
import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.Elections;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.Observer;
import io.drover.api.kubernetes.Standing;
import io.drover.api.kubernetes.Term;
import io.drover.api.kubernetes.Watch;
import io.drover.api.watch.Heartbeat;
import io.drover.autoscaling.internal.decide.Spec;
import io.drover.autoscaling.internal.guard.Budgets;
import io.drover.autoscaling.internal.guard.Slots;
import io.drover.autoscaling.internal.source.Rivals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows all autoscalers in every replica, so that a new leader knows them at once; works on them
 * only while it leads. The watch and the election only put keys into the queue; the workers do the
 * rest.
 */
final class Controller implements Observer, AutoCloseable {

    static final ObjectKind KIND = new ObjectKind("datadoghq.com/v1alpha2", "DatadogPodAutoscaler");
    static final String ELECTION = "autoscaling";

    private static final Logger log = LoggerFactory.getLogger(Controller.class);

    private final Settings settings;
    private final Reconciler reconciler;
    private final Rivals rivals;
    private final Slots slots;
    private final Budgets budgets;
    private final Consumer<String> gone;
    private final CrdInstaller installer;
    private final DecisionLog decisions;
    private final WorkQueue queue;
    private final Counters counters;
    private final Elections.Candidacy candidacy;
    private final Watch watch;
    private final List<Thread> workers = new ArrayList<>();
    private final List<Heartbeat> heartbeats = new ArrayList<>();

    /** As the watch or our own last write gave them. */
    private final NavigableMap<String, KubeObject> objects = new ConcurrentSkipListMap<>();

    private final Map<String, Long> generationsWritten = new ConcurrentHashMap<>();
    private final Memory memory = new Memory();
    private volatile String problem = "";

    Controller(
            Settings settings,
            Cluster cluster,
            Elections elections,
            Reconciler reconciler,
            Rivals rivals,
            Slots slots,
            Budgets budgets,
            Consumer<String> gone,
            CrdInstaller installer,
            DecisionLog decisions,
            Counters counters) {
        this.settings = settings;
        this.reconciler = reconciler;
        this.rivals = rivals;
        this.slots = slots;
        this.budgets = budgets;
        this.gone = gone;
        this.installer = installer;
        this.decisions = decisions;
        this.counters = counters;
        this.queue =
                new WorkQueue(
                        System::nanoTime,
                        settings.backOffMin(),
                        settings.backOffMax(),
                        counters.lateness::add);
        this.candidacy = elections.enter(ELECTION, this::stands);
        this.watch = cluster.watch(KIND, settings.namespace(), this);
        // Last: what they use is there now.
        for (int i = 1; i <= settings.workers(); i++) {
            // It waits for the API server within a round.
            Heartbeat heartbeat = Heartbeat.outside("drover-autoscaling-" + i);
            heartbeats.add(heartbeat);
            Thread worker = new Thread(() -> work(heartbeat), heartbeat.thread());
            worker.setDaemon(true);
            worker.setContextClassLoader(null);
            workers.add(worker);
            worker.start();
        }
    }

    /** Ends everything; waits for the workers as long as {@code bound}. */
    void close(Duration bound) {
        watch.close();
        queue.close();
        workers.forEach(Thread::interrupt);
        long until = System.nanoTime() + bound.toNanos();
        for (Thread worker : workers) {
            try {
                worker.join(Math.max(1, Duration.ofNanos(until - System.nanoTime()).toMillis()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        candidacy.close(); // last: a write that was under way was made in our term
    }

    @Override
    public void close() {
        close(Duration.ofMillis(300));
    }

    /** The signs of life of its workers. */
    List<Heartbeat> heartbeats() {
        return List.copyOf(heartbeats);
    }

    /** Where the watch stands. */
    Watch.State watch() {
        return watch.state();
    }

    /** How the election stands. */
    Standing standing() {
        return candidacy.standing();
    }

    /** Whether this replica works on the objects. */
    boolean leads() {
        return candidacy.term().isPresent();
    }

    /** All known objects, by namespace and name. */
    Collection<KubeObject> objects() {
        return objects.values();
    }

    /** One known object. */
    Optional<KubeObject> object(String namespace, String name) {
        return Optional.ofNullable(objects.get(namespace + "/" + name));
    }

    /** What is to be said where an object is not known. */
    ProblemException missing(String key) {
        Watch.State state = watch.state();
        return state.phase() == Watch.Phase.LIVE
                ? ProblemException.notFound("no DatadogPodAutoscaler " + key)
                : ProblemException.unavailable(
                        "autoscalers are not known: " + state.phase() + " " + state.reason());
    }

    /** The newest look of this process at an object; empty while it has not led. */
    Optional<Look> look(String namespace, String name) {
        return memory.look(namespace + "/" + name);
    }

    /** Something new is known of a namespace: the figures of its pods, or who else scales there. */
    void changed(String namespace) {
        if (leads()) {
            // '0' is the character behind '/'.
            objects.subMap(namespace + "/", namespace + "0").keySet().forEach(queue::add);
        }
    }

    /** Something new is known of one object. */
    void changedObject(String key) {
        if (leads() && objects.containsKey(key)) {
            queue.add(key);
        }
    }

    /** Something new is known of all namespaces. */
    void changed() {
        if (leads()) {
            objects.keySet().forEach(queue::add);
        }
    }

    /** Keys that wait. */
    int waiting() {
        return queue.size();
    }

    /** Why statuses cannot be written, or others not seen; empty when nothing is wrong. */
    String problem() {
        return problem.isEmpty() ? rivals.problem() : problem;
    }

    /** Two of ours may point to one target. */
    private void pointsTo(KubeObject object) {
        Spec spec = Spec.of(object);
        if (spec.problems().isEmpty()) {
            rivals.put(object, spec.target(), spec.targetName());
        } else {
            rivals.removed(object);
        }
    }

    @Override
    public void added(KubeObject object) {
        objects.put(object.key(), object);
        pointsTo(object);
        budgets.put(object);
        slots.put(object).ifPresent(queue::add);
        queue.add(object.key());
    }

    @Override
    public void updated(KubeObject before, KubeObject after) {
        KubeObject known = objects.put(after.key(), after);
        pointsTo(after);
        budgets.put(after);
        slots.put(after).ifPresent(queue::add);
        if (known == null || !known.resourceVersion().equals(after.resourceVersion())) {
            queue.add(after.key());
        }
    }

    @Override
    public void deleted(KubeObject last) {
        objects.remove(last.key());
        rivals.removed(last);
        generationsWritten.remove(last.key());
        memory.forget(last.key());
        queue.forget(last.key());
        budgets.removed(last.key());
        gone.accept(last.key());
        slots.removed(last.key()).ifPresent(queue::add);
    }

    @Override
    public void changed(Watch.State state) {
        if (state.phase() == Watch.Phase.NO_KIND && settings.installCrd()) {
            queue.add(CrdInstaller.KEY);
        }
    }

    private void stands(Standing standing) {
        if (standing.term().isPresent()) {
            objects.keySet().forEach(queue::add);
            if (settings.installCrd()) {
                queue.add(CrdInstaller.KEY);
            }
        }
    }

    private void work(Heartbeat heartbeat) {
        try {
            for (Optional<String> key = queue.take(); key.isPresent(); key = queue.take()) {
                heartbeat.begin();
                try {
                    handle(key.get());
                } catch (RuntimeException e) {
                    // The outermost frame of the loop: a defect costs one object its turn.
                    log.error("reconcile failed: object={}", key.get(), e);
                    counters.failures.increment();
                    queue.addFailed(key.get(), Duration.ZERO);
                } finally {
                    heartbeat.end();
                    queue.done(key.get());
                }
            }
        } catch (InterruptedException e) {
            log.debug("worker ends");
        }
    }

    private void handle(String key) {
        Optional<Term> term = candidacy.term();
        if (term.isEmpty()) {
            return; // all keys come again when we lead
        }
        long began = System.nanoTime();
        try {
            if (key.equals(CrdInstaller.KEY)) {
                installer.install(term.get(), watch.state());
            } else {
                reconcile(key, term.get());
            }
        } catch (ClusterException e) {
            failed(key, e);
        } finally {
            counters.nanos.add(System.nanoTime() - began);
        }
    }

    private void reconcile(String key, Term term) throws ClusterException {
        KubeObject object = objects.get(key);
        if (object == null || !object.metadata().getOrDefault("deletionTimestamp", "").equals("")) {
            return;
        }
        memory.begin(term);
        budgets.begin(term, objects.values(), Instant.now());
        Reconciler.Outcome outcome =
                reconciler.reconcile(
                        term, object, memory, generationsWritten.getOrDefault(key, 0L));
        outcome.told().ifPresent(decisions::add);
        if (outcome.scaled()) {
            counters.scaled.increment();
        }
        if (outcome.written().isPresent()) {
            counters.written.increment();
            generationsWritten.put(key, object.generation());
            // Not older than the watch: that one may have brought a newer one meanwhile.
            objects.replace(key, object, outcome.written().get());
            problem = "";
        } else {
            counters.unchanged.increment();
        }
        queue.forget(key);
        queue.addAfter(key, next(outcome));
    }

    private Duration next(Reconciler.Outcome outcome) {
        Duration regular = outcome.well() ? settings.checkInterval() : settings.missingInterval();
        long retry = outcome.retrySeconds();
        return retry > 0 && retry < regular.toSeconds() ? Duration.ofSeconds(retry) : regular;
    }

    private void failed(String key, ClusterException e) {
        switch (e.why()) {
            case TERM_OVER -> log.debug("not written, the term is over: object={}", key);
            case NOT_FOUND -> log.debug("gone meanwhile: object={}", key);
            case CONFLICT -> {
                counters.conflicts.increment();
                queue.addFailed(key, Duration.ZERO);
            }
            default -> {
                counters.failures.increment();
                if (e.why() == ClusterException.Cause.FORBIDDEN) {
                    problem = e.getMessage();
                }
                log.debug("tried again later: object={}", key, e);
                queue.addFailed(key, e.retryAfter());
            }
        }
    }
}
