package io.drover.itests.process;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A workload thought of at random, for two autoscalers at once: the spec of each, and for each step
 * the pods and what they use. One seed, one series.
 *
 * <p>Its times fit to steps of {@link #STEP_SECONDS}: what a controller remembers is a whole number
 * of steps old, and every window and period ends half a step away from that, so that it does not
 * matter when within a step each of the two looks. The longest period is the same in both
 * directions: where they differ the HPA forgets what the other direction still counts, which
 * HpaDifferentialIT shows. And each says something of its behaviour: where none is given the HPA
 * bounds what it adds at one look, however soon the next one is, and Drover what it adds in 15 s.
 */
final class TwinSeries {

    static final int STEP_SECONDS = 6;

    private static final Gson GSON = new Gson();
    private static final int[] WINDOWS = {0, 3, 9, 15, 21};
    private static final int[] PERIODS = {3, 9, 15};
    private static final int PERIOD_LONGEST = 15;
    private static final int PODS_MAX = 16;

    private final Random random;
    private final String name;
    private final int min;
    private final int max;
    private final long cpu;
    private final long memory;
    private final boolean sidecar;
    private final List<Object> metrics = new ArrayList<>();
    private final List<Object> objectives = new ArrayList<>();
    private final Map<String, Object> behaviour = new LinkedHashMap<>();
    private final Map<String, Object> applyPolicy = new LinkedHashMap<>();

    /** What all pods together use, as a share of what one asks for. */
    private double load;

    TwinSeries(long seed, int number) {
        random = new Random(seed * 1_000_003 + number);
        name = "s" + seed + "-" + number;
        min = 1 + (chance(60) ? 0 : random.nextInt(3));
        max = Math.min(PODS_MAX - 2, min + 3 + random.nextInt(10));
        cpu = 10L * (1 + random.nextInt(50));
        memory = 1_000_000L * (1 + random.nextInt(400));
        sidecar = chance(30);
        load = 1 + random.nextInt(4);
        for (int i = chance(60) ? 1 : 2; i > 0; i--) {
            figure(chance(70) ? "cpu" : "memory");
        }
        if (chance(80)) {
            direction("scaleUp");
        }
        direction("scaleDown");
    }

    private void figure(String resource) {
        Map<String, Object> target;
        Map<String, Object> value;
        if (chance(75)) {
            int share = 20 + random.nextInt(75);
            target = Map.of("type", "Utilization", "averageUtilization", share);
            value = Map.of("type", "Utilization", "utilization", share);
        } else {
            long one = resource.equals("cpu") ? cpu : memory;
            String each = one * (20 + random.nextInt(75)) / 100 + (one == cpu ? "m" : "");
            target = Map.of("type", "AverageValue", "averageValue", each);
            value = Map.of("type", "AbsoluteValue", "absoluteValue", each);
        }
        Map<String, Object> theirs = new LinkedHashMap<>(Map.of("name", resource));
        Map<String, Object> ours = new LinkedHashMap<>(Map.of("name", resource));
        theirs.put("target", target);
        ours.put("value", value);
        if (chance(25)) {
            theirs.put("container", "app");
            ours.put("container", "app");
            metrics.add(Map.of("type", "ContainerResource", "containerResource", theirs));
            objectives.add(Map.of("type", "ContainerResource", "containerResource", ours));
        } else {
            metrics.add(Map.of("type", "Resource", "resource", theirs));
            objectives.add(Map.of("type", "PodResource", "podResource", ours));
        }
    }

    private void direction(String key) {
        Map<String, Object> theirs = new LinkedHashMap<>();
        Map<String, Object> ours = new LinkedHashMap<>();
        if (key.equals("scaleDown") || chance(60)) {
            int window = WINDOWS[random.nextInt(WINDOWS.length)];
            theirs.put("stabilizationWindowSeconds", window);
            ours.put("stabilizationWindowSeconds", window);
        }
        String select = chance(8) ? "Disabled" : chance(50) ? "Min" : "Max";
        theirs.put("selectPolicy", select);
        ours.put("strategy", select);
        if (chance(60)) {
            List<Object> rules = new ArrayList<>();
            rules.add(rule(PERIOD_LONGEST));
            if (chance(50)) {
                rules.add(rule(PERIODS[random.nextInt(PERIODS.length)]));
            }
            theirs.put("policies", rules);
            ours.put("rules", rules);
        }
        behaviour.put(key, theirs);
        applyPolicy.put(key, ours);
    }

    private Map<String, Object> rule(int seconds) {
        boolean percent = chance(50);
        int value = percent ? 20 + random.nextInt(150) : 1 + random.nextInt(4);
        return Map.of(
                "type", percent ? "Percent" : "Pods", "value", value, "periodSeconds", seconds);
    }

    String name() {
        return name;
    }

    /** For people: what both were told. */
    String spec() {
        return GSON.toJson(Map.of("metrics", metrics, "behavior", behaviour))
                + " min "
                + min
                + " max "
                + max;
    }

    String hpa() {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("scaleTargetRef", target());
        spec.put("minReplicas", min);
        spec.put("maxReplicas", max);
        spec.put("metrics", metrics);
        if (!behaviour.isEmpty()) {
            spec.put("behavior", behaviour);
        }
        return document("autoscaling/v2", "HorizontalPodAutoscaler", Map.of("name", name), spec);
    }

    String own() {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("owner", "Local");
        spec.put("targetRef", target());
        spec.put("constraints", Map.of("minReplicas", min, "maxReplicas", max));
        spec.put("objectives", objectives);
        if (!applyPolicy.isEmpty()) {
            spec.put("applyPolicy", applyPolicy);
        }
        Map<String, Object> annotations = Map.of("autoscaling.drover.io/strategy", "hpa");
        return document(
                "datadoghq.com/v1alpha2",
                "DatadogPodAutoscaler",
                Map.of("name", name, "annotations", annotations),
                spec);
    }

    private Map<String, Object> target() {
        return Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", name);
    }

    /** The replicas to begin with, now and then out of bounds. */
    int first() {
        return chance(10) ? max + 1 + random.nextInt(2) : min + random.nextInt(max - min + 1);
    }

    /** Whether a person sets the replicas, and to how many; within the bounds, or none. */
    int touched(int replicas) {
        if (!chance(replicas == 0 ? 60 : 4)) {
            return replicas;
        }
        return chance(20) ? 0 : min + random.nextInt(max - min + 1);
    }

    String deployment(int replicas) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("replicas", replicas);
        spec.put("selector", Map.of("matchLabels", Map.of("app", name)));
        spec.put(
                "template",
                Map.of(
                        "metadata",
                        Map.of("labels", Map.of("app", name)),
                        "spec",
                        Map.of("containers", containers())));
        return document("apps/v1", "Deployment", Map.of("name", name), spec);
    }

    /**
     * One pod of a step.
     *
     * @param document as it is created
     * @param status what is said of it; what is the same as before need not be written again
     * @param metrics what it uses; null where that is not known
     */
    record Pod(String name, String document, String status, JsonObject metrics) {}

    /**
     * The pods of the next step.
     *
     * @param replicas that the target is to have
     */
    List<Pod> pods(int replicas, Instant now) {
        load =
                Math.max(
                        0.1,
                        Math.min(
                                1.5 * max,
                                load * (chance(50) ? 1 : 0.4 + random.nextDouble() * 1.5)));
        boolean calm = chance(60);
        int count =
                calm ? replicas : Math.max(0, Math.min(PODS_MAX, replicas + random.nextInt(4) - 2));
        double each = load / Math.max(1, count);
        List<Pod> pods = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String pod = name + "-" + i;
            Map<String, Object> labels = Map.of("app", name);
            pods.add(
                    new Pod(
                            pod,
                            document(
                                    "v1",
                                    "Pod",
                                    Map.of("name", pod, "labels", labels),
                                    Map.of("containers", containers())),
                            status(pod, calm, now),
                            !calm && chance(12)
                                    ? null
                                    : usage(
                                            pod,
                                            each * (calm ? 1 : 0.6 + random.nextDouble() * 0.8),
                                            !calm && chance(5),
                                            now)));
        }
        return pods;
    }

    /** Its times are far from the 30 s and the 5 min that the HPA grants a pod that starts. */
    private String status(String pod, boolean calm, Instant now) {
        Map<String, Object> status = new LinkedHashMap<>();
        boolean odd = !calm && chance(35);
        Instant whole = now.truncatedTo(ChronoUnit.SECONDS);
        Instant started =
                odd
                        ? whole.minusSeconds(new int[] {5, 100, 1000}[random.nextInt(3)])
                        : Instant.parse("2026-01-01T00:00:00Z");
        Instant since = started.plusSeconds(odd && chance(50) ? 60 : 2);
        status.put(
                "phase", odd && chance(25) ? "Pending" : odd && chance(15) ? "Failed" : "Running");
        status.put("startTime", started.toString());
        status.put(
                "conditions",
                List.of(
                        Map.of(
                                "type",
                                "Ready",
                                "status",
                                odd && chance(60) ? "False" : "True",
                                "lastTransitionTime",
                                (since.isAfter(whole) ? whole : since).toString())));
        return GSON.toJson(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Pod",
                        "metadata",
                        Map.of("name", pod),
                        "status",
                        status));
    }

    private List<Object> containers() {
        List<Object> containers = new ArrayList<>();
        containers.add(container("app", cpu, memory));
        if (sidecar) {
            containers.add(container("beside", cpu / 2 + 1, memory / 2));
        }
        return containers;
    }

    private static Map<String, Object> container(String name, long cpu, long memory) {
        Map<String, Object> asked = Map.of("cpu", cpu + "m", "memory", String.valueOf(memory));
        return Map.of("name", name, "image", "none", "resources", Map.of("requests", asked));
    }

    private JsonObject usage(String pod, double share, boolean half, Instant now) {
        List<Object> containers = new ArrayList<>();
        containers.add(used("app", cpu, memory, share, half));
        if (sidecar) {
            containers.add(used("beside", cpu / 2 + 1, memory / 2, share, false));
        }
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("metadata", Map.of("name", pod, "labels", Map.of("app", name)));
        metrics.put("timestamp", now.truncatedTo(ChronoUnit.SECONDS).toString());
        metrics.put("window", "15s");
        metrics.put("containers", containers);
        return GSON.toJsonTree(metrics).getAsJsonObject();
    }

    private static Map<String, Object> used(
            String name, long cpu, long memory, double share, boolean half) {
        String cores = (long) (cpu * 1_000_000 * share) + "n";
        String bytes = (long) (memory * share) / 1024 + "Ki";
        return Map.of(
                "name",
                name,
                "usage",
                half ? Map.of("cpu", cores) : Map.of("cpu", cores, "memory", bytes));
    }

    private static String document(
            String apiVersion, String kind, Map<String, Object> metadata, Object spec) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", apiVersion);
        document.put("kind", kind);
        document.put("metadata", metadata);
        document.put("spec", spec);
        return GSON.toJson(document);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
