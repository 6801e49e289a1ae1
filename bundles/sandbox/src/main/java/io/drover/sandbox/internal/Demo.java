package io.drover.sandbox.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A workload that is none: pods without containers follow the replicas of their Deployment, and
 * share a load that rises and falls. On a thread of its own.
 */
final class Demo implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Demo.class);
    static final String NAMESPACE = "shop";
    private static final long TICK_MILLIS = 1_000;
    private static final long START_MILLIS = 3_000;
    private static final int HISTORY_MAX = 600;
    private static final double LEAST_CORES = 0.2;
    private static final double MOST_CORES = 2.0;
    private static final int REQUEST_MILLICORES = 250;
    private static final List<String> DEPLOYMENTS = List.of("web", "worker");

    private final Store store;
    private final Clock clock;
    private final int curveSeconds;
    private final long began;
    private final ArrayDeque<Point> history = new ArrayDeque<>();
    private final Map<String, Long> made = new LinkedHashMap<>();
    private final Thread thread = new Thread(this::run, "drover-sandbox-demo");
    private long number;

    /**
     * What was.
     *
     * @param at milliseconds of the epoch
     * @param millicores the load, for all pods together
     * @param replicas of the Deployment web
     * @param ready its pods that serve
     */
    record Point(long at, long millicores, long replicas, long ready) {}

    Demo(Store store, Clock clock, int curveSeconds) throws Refusal {
        this.store = store;
        this.clock = clock;
        this.curveSeconds = curveSeconds;
        this.began = clock.millis();
        for (String name : List.of("default", "kube-system", NAMESPACE)) {
            store.create(new Store.Place(Resource.NAMESPACE, "", name), Map.of());
        }
        for (String name : DEPLOYMENTS) {
            store.create(place(Resource.DEPLOYMENT, name), deployment(name));
        }
        store.create(place(Resource.AUTOSCALER, "web"), scaler("web", "Apply"));
        store.create(place(Resource.AUTOSCALER, "worker"), scaler("worker", "Preview"));
        store.create(place(Resource.AUTOSCALER, "lost"), scaler("nowhere", "Apply"));
    }

    void start() {
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }

    /** What was, oldest first. */
    List<Point> history() {
        synchronized (history) {
            return List.copyOf(history);
        }
    }

    /** The load at a time: the first half of a curve rises. */
    long millicores(long at) {
        double turn = (at - began) / 1000.0 / curveSeconds * 2 * Math.PI;
        double share = (1 - Math.cos(turn)) / 2;
        return Math.round(1000 * (LEAST_CORES + (MOST_CORES - LEAST_CORES) * share));
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    tick();
                } catch (Refusal | RuntimeException e) {
                    // The outermost frame of the loop: a person may have deleted what it looks for.
                    log.warn("the demo workload lost its turn", e);
                }
                Thread.sleep(TICK_MILLIS);
            }
        } catch (InterruptedException e) {
            log.debug("the demo workload ends");
        }
    }

    /** One turn: what a scheduler, a kubelet and a metrics server would do. */
    void tick() throws Refusal {
        long now = clock.millis();
        for (String name : DEPLOYMENTS) {
            if (store.get(place(Resource.DEPLOYMENT, name)).isPresent()) {
                follow(name, now);
            }
        }
        synchronized (history) {
            if (history.size() == HISTORY_MAX) {
                history.removeFirst();
            }
            history.addLast(
                    new Point(now, millicores(now), replicas("web"), serving("web", now).size()));
        }
    }

    private void follow(String name, long now) throws Refusal {
        long wanted = replicas(name);
        List<String> pods = pods(name);
        while (pods.size() < wanted) {
            number++;
            String pod = name + "-" + number;
            made.put(pod, now);
            store.create(place(Resource.POD, pod), pod(name));
            pods.add(pod);
        }
        while (pods.size() > wanted) {
            String pod = pods.remove(pods.size() - 1);
            made.remove(pod);
            store.delete(place(Resource.POD, pod));
            if (store.get(place(Resource.USAGE, pod)).isPresent()) {
                store.delete(place(Resource.USAGE, pod));
            }
        }
        List<String> serving = serving(name, now);
        for (String pod : serving) {
            serve(pod);
            use(name, pod, millicores(now) / serving.size(), now);
        }
        Map<String, Object> status =
                Map.of(
                        "replicas",
                        (long) pods.size(),
                        "readyReplicas",
                        (long) serving.size(),
                        "updatedReplicas",
                        (long) pods.size());
        store.patch(place(Resource.DEPLOYMENT, name), "status", Map.of("status", status));
    }

    private List<String> pods(String name) {
        List<String> pods = new ArrayList<>();
        for (String pod : made.keySet()) {
            if (pod.startsWith(name + "-")) {
                pods.add(pod);
            }
        }
        return pods;
    }

    private List<String> serving(String name, long now) {
        return pods(name).stream().filter(pod -> now - made.get(pod) >= START_MILLIS).toList();
    }

    private long replicas(String name) {
        return store.get(place(Resource.DEPLOYMENT, name))
                .map(object -> Store.number(Trees.map(object, "spec").get("replicas")))
                .orElse(0L);
    }

    private void serve(String pod) throws Refusal {
        Map<String, Object> object = store.get(place(Resource.POD, pod)).orElse(Map.of());
        if (object.isEmpty()
                || Trees.text(Trees.map(object, "status"), "phase").equals("Running")) {
            return;
        }
        String at = seconds(clock.millis());
        Map<String, Object> ready =
                Map.of("type", "Ready", "status", "True", "lastTransitionTime", at);
        Map<String, Object> status =
                Map.of("phase", "Running", "startTime", at, "conditions", List.of(ready));
        store.patch(place(Resource.POD, pod), "status", Map.of("status", status));
    }

    private void use(String name, String pod, long millicores, long now) throws Refusal {
        Map<String, Object> usage =
                Map.of("name", "app", "usage", Map.of("cpu", millicores + "m", "memory", "64Mi"));
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("metadata", Map.of("labels", Map.of("app", name)));
        figures.put("timestamp", seconds(now));
        figures.put("window", "5s");
        figures.put("containers", List.of(usage));
        Store.Place place = place(Resource.USAGE, pod);
        if (store.get(place).isPresent()) {
            store.replace(place, figures);
        } else {
            store.create(place, figures);
        }
    }

    private static Store.Place place(Resource resource, String name) {
        return new Store.Place(resource, NAMESPACE, name);
    }

    private static Map<String, Object> deployment(String name) {
        Map<String, Object> labels = Map.of("app", name);
        return Map.of(
                "metadata",
                Map.of("labels", labels),
                "spec",
                Map.of(
                        "replicas",
                        2L,
                        "selector",
                        Map.of("matchLabels", labels),
                        "template",
                        Map.of("metadata", Map.of("labels", labels), "spec", containers())));
    }

    private static Map<String, Object> pod(String name) {
        return Map.of(
                "metadata",
                Map.of("labels", Map.of("app", name)),
                "spec",
                containers(),
                "status",
                Map.of("phase", "Pending"));
    }

    private static Map<String, Object> containers() {
        Map<String, Object> requests = Map.of("cpu", REQUEST_MILLICORES + "m", "memory", "128Mi");
        return Map.of(
                "containers",
                List.of(
                        Map.of(
                                "name",
                                "app",
                                "image",
                                "none",
                                "resources",
                                Map.of("requests", requests))));
    }

    private static Map<String, Object> scaler(String target, String mode) {
        Map<String, Object> goal = Map.of("type", "Utilization", "utilization", 60L);
        return Map.of(
                "spec",
                Map.of(
                        "owner",
                        "Local",
                        "targetRef",
                        Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", target),
                        "constraints",
                        Map.of("minReplicas", 1L, "maxReplicas", 10L),
                        "applyPolicy",
                        Map.of(
                                "mode",
                                mode,
                                "scaleDown",
                                Map.of("strategy", "Max", "stabilizationWindowSeconds", 20L)),
                        "objectives",
                        List.of(
                                Map.of(
                                        "type",
                                        "PodResource",
                                        "podResource",
                                        Map.of("name", "cpu", "value", goal)))));
    }

    private static String seconds(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
