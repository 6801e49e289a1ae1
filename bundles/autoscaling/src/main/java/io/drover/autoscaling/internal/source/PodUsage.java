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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The usage of pods from {@code metrics.k8s.io}, which can be listed but not watched: asked for the
 * namespaces that somebody wants to know of, on a thread of its own. Any thread may ask.
 */
public final class PodUsage implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PodUsage.class);
    private static final ObjectKind KIND = new ObjectKind("metrics.k8s.io/v1beta1", "PodMetrics");

    /** A namespace that nobody asks for any more is forgotten after so many rounds at the least. */
    private static final int ROUNDS_REMEMBERED_MIN = 20;

    /** It was not asked for that many times in a row: nobody wants to know of it any more. */
    private static final int QUESTIONS_MISSED = 2;

    /** What asking needs. */
    public static final Right RIGHT =
            Right.to(
                    List.of("list"),
                    "metrics.k8s.io",
                    List.of("pods"),
                    "autoscaling",
                    "what the pods of targets use.");

    private final Cluster cluster;
    private final Duration interval;
    private final long roundsRemembered;
    private final int podsMax;
    private volatile Consumer<String> news = namespace -> {};
    private final LongSupplier nanoTime;
    private final Map<String, Place> places = new ConcurrentHashMap<>();
    private final Heartbeat heartbeat = Heartbeat.outside("drover-autoscaling-usage");
    private final Thread thread = new Thread(this::run, "drover-autoscaling-usage");

    /**
     * @param interval between two rounds
     * @param asked between two questions of one who wants to know of a namespace
     * @param podsMax more pods than this in one namespace are an error
     */
    public PodUsage(
            Cluster cluster,
            Duration interval,
            Duration asked,
            int podsMax,
            LongSupplier nanoTime) {
        this.cluster = cluster;
        this.interval = interval;
        this.roundsRemembered =
                Math.max(
                        ROUNDS_REMEMBERED_MIN,
                        QUESTIONS_MISSED * asked.toMillis() / interval.toMillis() + 1);
        this.podsMax = podsMax;
        this.nanoTime = nanoTime;
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }

    /** The sign of life of its thread. */
    public Heartbeat heartbeat() {
        return heartbeat;
    }

    /** Who is told of a namespace whose figures are new, on this source's thread; at most one. */
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
        private volatile List<Figures> figures = List.of();
        private volatile String problem = "the usage of pods is not known yet";
        private final AtomicInteger idle = new AtomicInteger();
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
        for (Figures figures : place.figures) {
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
            synchronized (this) {
                notifyAll(); // the first answer need not wait for the next round
            }
        }
        place.idle.set(0);
        return place;
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long began = nanoTime.getAsLong();
                Set<String> known = Set.copyOf(places.keySet());
                heartbeat.begin();
                try {
                    for (String namespace : known) {
                        round(namespace);
                    }
                } finally {
                    heartbeat.end();
                }
                pause(known, began);
            }
        } catch (InterruptedException e) {
            log.debug("usage ends");
        }
    }

    private synchronized void pause(Set<String> asked, long began) throws InterruptedException {
        long left = interval.toMillis() - (nanoTime.getAsLong() - began) / 1_000_000;
        while (left > 0 && asked.containsAll(places.keySet())) {
            wait(left);
            left = interval.toMillis() - (nanoTime.getAsLong() - began) / 1_000_000;
        }
    }

    private void round(String namespace) throws InterruptedException {
        Place place = places.get(namespace);
        if (place.idle.incrementAndGet() > roundsRemembered) {
            places.remove(namespace, place);
            return;
        }
        try {
            List<Figures> figures = new ArrayList<>();
            for (KubeObject object : cluster.list(KIND, namespace, "", podsMax)) {
                figures.add(
                        new Figures(
                                object.name(), PodReader.labels(object), PodReader.usage(object)));
            }
            boolean changed = !figures.equals(place.figures) || !place.problem.isEmpty();
            place.figures = List.copyOf(figures);
            place.problem = "";
            if (changed) {
                news.accept(namespace);
            }
        } catch (ClusterException e) {
            place.problem = "metrics.k8s.io does not answer: " + e.getMessage();
            log.debug("usage not read: namespace={}", namespace, e);
        } catch (RuntimeException e) {
            // The outermost frame of the loop: one round is lost, and said.
            place.problem = "the usage of pods could not be read";
            log.warn("usage not read: namespace={}", namespace, e);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
