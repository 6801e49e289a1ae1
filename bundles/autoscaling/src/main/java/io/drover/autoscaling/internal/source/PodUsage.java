package io.drover.autoscaling.internal.source;

import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.Right;
import io.drover.api.watch.Heartbeat;
import io.drover.autoscaling.internal.decide.Objective;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Sample;
import io.drover.autoscaling.internal.decide.Samples.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The usage of pods from {@code metrics.k8s.io}, which can be listed but not watched: asked for the
 * namespaces that somebody wants to know of, on threads of its own. Any thread may ask.
 */
public final class PodUsage implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PodUsage.class);
    private static final ObjectKind KIND = new ObjectKind("metrics.k8s.io/v1beta1", "PodMetrics");

    /** A namespace that nobody asks for any more is forgotten after so many intervals. */
    private static final int INTERVALS_REMEMBERED = 20;

    /** It was not asked for that many times in a row: nobody wants to know of it any more. */
    private static final int QUESTIONS_MISSED = 2;

    private static final Duration IDLE = Duration.ofSeconds(30);

    /** What asking needs. */
    public static final Right RIGHT =
            Right.to(
                    List.of("list"),
                    "metrics.k8s.io",
                    List.of("pods"),
                    "autoscaling",
                    "what the pods of targets use.");

    private final Cluster cluster;
    private final long rememberedNanos;
    private final int podsMax;
    private volatile Consumer<String> news = namespace -> {};
    private final LongSupplier nanoTime;
    private final Cadence cadence;
    private final Map<String, Place> places = new ConcurrentHashMap<>();

    /** Whose few pods are looked at to see whether there are new figures. */
    private volatile Scout scout;

    private final Heartbeat heartbeat = Heartbeat.outside("drover-autoscaling-usage");
    private final Thread thread = new Thread(this::run, "drover-autoscaling-usage");

    /** Ask for one namespace each; none is there while nothing is asked. */
    private final ThreadPoolExecutor askers;

    private final AtomicInteger named = new AtomicInteger();

    private record Scout(String namespace, Selector selector) {}

    /**
     * @param interval between two questions for all figures
     * @param eager between two questions for a few of them, when new ones are due; zero for never
     * @param parallel namespaces that are asked for at the same time
     * @param asked between two questions of one who wants to know of a namespace
     * @param podsMax more pods than this in one namespace are an error
     */
    public PodUsage(
            Cluster cluster,
            Duration interval,
            Duration eager,
            int parallel,
            Duration asked,
            int podsMax,
            LongSupplier nanoTime) {
        this.cluster = cluster;
        this.rememberedNanos =
                Math.max(
                        interval.toNanos() * INTERVALS_REMEMBERED,
                        asked.toNanos() * QUESTIONS_MISSED + interval.toNanos());
        this.podsMax = podsMax;
        this.nanoTime = nanoTime;
        this.cadence = new Cadence(interval.toMillis(), eager.toMillis(), millis());
        this.askers =
                new ThreadPoolExecutor(
                        parallel,
                        parallel,
                        IDLE.toMillis(),
                        TimeUnit.MILLISECONDS,
                        new LinkedBlockingQueue<>(), // as many as there are namespaces
                        this::asker);
        askers.allowCoreThreadTimeOut(true);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }

    private Thread asker(Runnable work) {
        Thread asker = new Thread(work, thread.getName() + "-" + named.incrementAndGet());
        asker.setDaemon(true);
        asker.setContextClassLoader(null);
        return asker;
    }

    /** The sign of life of its thread. */
    public Heartbeat heartbeat() {
        return heartbeat;
    }

    /** Who is told of a namespace whose figures are new, on this source's threads; at most one. */
    public void tell(Consumer<String> listener) {
        news = listener;
    }

    /** Namespaces that are asked for. */
    int namespaces() {
        return places.size();
    }

    /** The figures of one pod. */
    private record Figures(String name, Map<String, String> labels, Map<String, Sample> usage) {}

    /** What is known of one namespace. */
    private static final class Place {
        /** By the pod's name; null before the first answer. */
        private volatile Map<String, Figures> figures;

        private volatile String problem = "the usage of pods is not known yet";
        private volatile long askedAt;
    }

    /** What the pods that a selector finds use. From memory. */
    public Measured measure(String namespace, Selector selector, Objective.Resource objective) {
        Place place = place(namespace);
        if (!place.problem.isEmpty()) {
            return new Failed(place.problem);
        }
        String key =
                objective.container().isEmpty()
                        ? objective.resource()
                        : objective.resource() + "/" + objective.container();
        Map<String, Sample> byPod = new HashMap<>();
        scout = new Scout(namespace, selector);
        for (Figures figures : place.figures.values()) {
            Sample sample = figures.usage.get(key);
            if (sample != null && selector.selects(figures.labels)) {
                byPod.put(figures.name, sample);
            }
        }
        return byPod.isEmpty()
                ? new Failed("metrics.k8s.io has no figure for any of the pods")
                : new Usage(byPod);
    }

    private Place place(String namespace) {
        Place place = places.get(namespace);
        if (place == null) {
            place = places.computeIfAbsent(namespace, key -> new Place());
            place.askedAt = nanoTime.getAsLong();
            synchronized (this) {
                notifyAll(); // the first answer need not wait for the next round
            }
        }
        place.askedAt = nanoTime.getAsLong();
        return place;
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                heartbeat.begin();
                try {
                    look();
                } finally {
                    heartbeat.end();
                }
                pause();
            }
        } catch (InterruptedException e) {
            log.debug("usage ends");
        } finally {
            askers.shutdownNow(); // here: nobody gives them work any more
        }
    }

    private synchronized void pause() throws InterruptedException {
        for (long left = cadence.left(millis());
                left > 0 && places.values().stream().allMatch(place -> place.figures != null);
                left = cadence.left(millis())) {
            wait(left);
        }
    }

    private void look() throws InterruptedException {
        rounds(each -> each.figures == null);
        long now = millis();
        if (cadence.left(now) > 0) {
            return; // it was for a new namespace
        }
        Scout few = scout;
        boolean whole = cadence.whole(now) || few == null;
        if (!whole && !isNew(few)) {
            cadence.nothingNew(now);
            return;
        }
        cadence.looked(now, rounds(each -> true));
    }

    /** Asks for all namespaces of a kind; whether there is anything new. */
    private boolean rounds(Predicate<Place> which) throws InterruptedException {
        List<Callable<Boolean>> all = new ArrayList<>();
        places.forEach(
                (namespace, place) -> {
                    if (which.test(place)) {
                        all.add(() -> round(namespace, place));
                    }
                });
        boolean changed = false;
        for (Future<Boolean> each : askers.invokeAll(all)) {
            try {
                changed |= each.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a round throws nothing", e);
            }
        }
        return changed;
    }

    private long millis() {
        return nanoTime.getAsLong() / 1_000_000;
    }

    /** Whether some of the figures of a few pods are not those that are known. */
    private boolean isNew(Scout few) {
        Place place = places.get(few.namespace);
        if (place == null || place.figures == null) {
            return true;
        }
        try {
            List<Figures> figures = ask(few.namespace, few.selector.toString());
            return figures.stream().anyMatch(one -> !one.equals(place.figures.get(one.name)));
        } catch (ClusterException | RuntimeException e) {
            log.debug("usage of a few pods not read: namespace={}", few.namespace, e);
            return true; // the round tells what is wrong
        }
    }

    private List<Figures> ask(String namespace, String selector) throws ClusterException {
        List<Figures> figures = new ArrayList<>();
        for (KubeObject object : cluster.list(KIND, namespace, selector, podsMax)) {
            figures.add(
                    new Figures(object.name(), PodReader.labels(object), PodReader.usage(object)));
        }
        return figures;
    }

    /** Whether there is anything new. */
    private boolean round(String namespace, Place place) {
        if (nanoTime.getAsLong() - place.askedAt > rememberedNanos) {
            places.remove(namespace, place);
            return false;
        }
        boolean changed = false;
        try {
            Map<String, Figures> figures = new HashMap<>();
            for (Figures one : ask(namespace, "")) {
                figures.put(one.name, one);
            }
            changed = !figures.equals(place.figures) || !place.problem.isEmpty();
            place.figures = figures;
            place.problem = "";
            if (changed) {
                news.accept(namespace);
            }
        } catch (ClusterException e) {
            failed(place, "metrics.k8s.io does not answer: " + e.getMessage());
            log.debug("usage not read: namespace={}", namespace, e);
        } catch (RuntimeException e) {
            // The outermost frame of the loop: one round is lost, and said.
            failed(place, "the usage of pods could not be read");
            log.warn("usage not read: namespace={}", namespace, e);
        }
        return changed;
    }

    private static void failed(Place place, String problem) {
        place.problem = problem;
        if (place.figures == null) {
            place.figures = Map.of(); // it was asked for, and is again with the next round
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
