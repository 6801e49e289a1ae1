package io.drover.autoscaling.internal.source;

import io.drover.api.kubernetes.KubeObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One workload with its autoscaler, thought of at random: the same spec as a
 * HorizontalPodAutoscaler and as a DatadogPodAutoscaler, and for each step what the API server
 * would tell of its pods. One seed, one series.
 */
final class HpaSeries {

    private static final int[] WINDOWS = {0, 0, 15, 30, 45, 60, 120, 300, 600};
    private static final int[] PERIODS = {1, 15, 30, 45, 60, 120, 300, 600};
    private static final String[] SPANS = {"15s", "30s", "14.871s", "1m0s", "500ms", "1m15.5s"};
    private static final int PODS_MAX = 40;
    private static final List<String> RESOURCES = List.of("cpu", "memory");

    private final Random random;
    private final String name;
    private final int min;
    private final int max;
    private final Map<String, Object> hpa = new LinkedHashMap<>();
    private final Map<String, Object> own = new LinkedHashMap<>();
    private final int queries;
    private final boolean sidecar;
    private final boolean beside;
    private final boolean wholePod;
    private final Map<String, Map<String, Long>> asked = new HashMap<>();

    /** What all replicas together have to bear, as a share of what one asks for; and its drift. */
    private double load;

    private double drift;

    /**
     * What one look sees.
     *
     * @param replicas {@code spec.replicas}
     * @param reported {@code status.replicas}
     * @param external thousandths by the name of a query; what is not measured is not there
     */
    record Seen(
            int replicas,
            int reported,
            List<Map<String, Object>> pods,
            List<Map<String, Object>> metrics,
            Map<String, Long> external) {}

    HpaSeries(long seed, int number) {
        random = new Random(seed * 1_000_003 + number);
        name = "w" + number;
        min = 1 + (chance(60) ? 0 : random.nextInt(4));
        max = min + (chance(5) ? 0 : 3 + random.nextInt(30));
        sidecar = chance(30);
        beside = chance(15);
        wholePod = chance(15);
        for (String container : List.of("app", "sidecar", "beside", "before")) {
            asked.put(
                    container,
                    Map.of(
                            "cpu",
                            10L + random.nextInt(500),
                            "memory",
                            1_000_000L * (1 + random.nextInt(400))));
        }
        load = 1 + random.nextInt(8);
        queries = writeSpecs();
    }

    private int writeSpecs() {
        List<Object> metrics = new ArrayList<>();
        List<Object> objectives = new ArrayList<>();
        int queried = 0;
        for (int i = chance(60) ? 1 : 1 + random.nextInt(3); i > 0; i--) {
            if (chance(30)) {
                query("q" + queried++, metrics, objectives);
            } else {
                resource(metrics, objectives);
            }
        }
        Map<String, Object> reference =
                Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", name);
        Map<String, Object> hpaSpec = new LinkedHashMap<>();
        hpaSpec.put("scaleTargetRef", reference);
        hpaSpec.put("minReplicas", min);
        hpaSpec.put("maxReplicas", max);
        hpaSpec.put("metrics", metrics);
        Map<String, Object> ownSpec = new LinkedHashMap<>();
        ownSpec.put("owner", "Local");
        ownSpec.put("targetRef", reference);
        ownSpec.put("constraints", Map.of("minReplicas", min, "maxReplicas", max));
        ownSpec.put("objectives", objectives);
        if (chance(60)) {
            Map<String, Object> behaviour = new LinkedHashMap<>();
            Map<String, Object> apply = new LinkedHashMap<>();
            if (chance(70)) {
                direction("scaleUp", behaviour, apply);
            }
            if (chance(70) || behaviour.isEmpty()) {
                direction("scaleDown", behaviour, apply);
            }
            hpaSpec.put("behavior", behaviour);
            ownSpec.put("applyPolicy", apply);
        }
        hpa.put("metadata", Map.of("namespace", name, "name", name));
        hpa.put("spec", hpaSpec);
        own.put("apiVersion", "datadoghq.com/v1alpha2");
        own.put("kind", "DatadogPodAutoscaler");
        own.put(
                "metadata",
                Map.of(
                        "namespace",
                        name,
                        "name",
                        name,
                        "annotations",
                        Map.of("autoscaling.drover.io/strategy", "hpa")));
        own.put("spec", ownSpec);
        return queried;
    }

    private void direction(String key, Map<String, Object> hpa, Map<String, Object> own) {
        Map<String, Object> theirs = new LinkedHashMap<>();
        Map<String, Object> ours = new LinkedHashMap<>();
        if (chance(70)) {
            int window = one(WINDOWS);
            theirs.put("stabilizationWindowSeconds", window);
            ours.put("stabilizationWindowSeconds", window);
        }
        if (chance(70)) {
            String select = chance(15) ? "Disabled" : chance(50) ? "Min" : "Max";
            theirs.put("selectPolicy", select);
            ours.put("strategy", select);
        }
        List<Object> rules = new ArrayList<>();
        for (int i = chance(30) ? 0 : 1 + random.nextInt(3); i > 0; i--) {
            boolean percent = chance(50);
            rules.add(
                    Map.of(
                            "type",
                            percent ? "Percent" : "Pods",
                            "value",
                            percent ? 5 + random.nextInt(200) : 1 + random.nextInt(6),
                            "periodSeconds",
                            one(PERIODS)));
        }
        if (!rules.isEmpty()) {
            theirs.put("policies", rules);
            ours.put("rules", rules);
        }
        hpa.put(key, theirs);
        own.put(key, ours);
    }

    private void query(String query, List<Object> metrics, List<Object> objectives) {
        Map<String, Object> target;
        Map<String, Object> value;
        if (chance(40)) {
            int goal = 10 + random.nextInt(150);
            target = Map.of("type", "Value", "value", String.valueOf(goal));
            value = Map.of("type", "Utilization", "utilization", goal);
        } else {
            String goal = (500 + random.nextInt(20_000)) + "m";
            target = Map.of("type", "AverageValue", "averageValue", goal);
            value = Map.of("type", "AbsoluteValue", "absoluteValue", goal);
        }
        metrics.add(
                Map.of(
                        "type",
                        "External",
                        "external",
                        Map.of("metric", Map.of("name", query), "target", target)));
        objectives.add(
                Map.of(
                        "type",
                        "CustomQuery",
                        "customQuery",
                        Map.of(
                                "value",
                                value,
                                "request",
                                Map.of(
                                        "queries",
                                        List.of(
                                                Map.of(
                                                        "source",
                                                        "Metrics",
                                                        "metrics",
                                                        Map.of("query", query)))))));
    }

    private void resource(List<Object> metrics, List<Object> objectives) {
        String resource = chance(70) ? "cpu" : "memory";
        Map<String, Object> target;
        Map<String, Object> value;
        if (chance(70)) {
            int goal = 20 + random.nextInt(chance(10) ? 200 : 80);
            target = Map.of("type", "Utilization", "averageUtilization", goal);
            value = Map.of("type", "Utilization", "utilization", goal);
        } else {
            long asks = asked.get("app").get(resource);
            String goal =
                    resource.equals("cpu") ? (asks * 7 / 10 + 1) + "m" : "" + (asks * 7 / 10 + 1);
            target = Map.of("type", "AverageValue", "averageValue", goal);
            value = Map.of("type", "AbsoluteValue", "absoluteValue", goal);
        }
        if (chance(25)) {
            Map<String, Object> of = Map.of("name", resource, "container", "app");
            metrics.add(
                    Map.of(
                            "type",
                            "ContainerResource",
                            "containerResource",
                            with(of, "target", target)));
            objectives.add(
                    Map.of(
                            "type",
                            "ContainerResource",
                            "containerResource",
                            with(of, "value", value)));
        } else {
            Map<String, Object> of = Map.of("name", resource);
            metrics.add(Map.of("type", "Resource", "resource", with(of, "target", target)));
            objectives.add(Map.of("type", "PodResource", "podResource", with(of, "value", value)));
        }
    }

    String name() {
        return name;
    }

    Map<String, Object> hpa() {
        return hpa;
    }

    KubeObject own() {
        return new KubeObject(own);
    }

    /** Whether a person sets the replicas before the next look, and to how many. */
    int touched(int replicas) {
        return chance(replicas == 0 ? 30 : 4) ? random.nextInt(max + 4) : replicas;
    }

    int first() {
        return chance(5) ? 0 : min + random.nextInt(max - min + 1);
    }

    /**
     * What a look sees.
     *
     * @param replicas that the target is to have
     * @param now of that look
     */
    Seen look(int replicas, Instant now) {
        drift = chance(8) ? (random.nextDouble() - 0.5) * 0.6 : drift * 0.9;
        load = Math.max(0.05, Math.min(3.0 * max, load * (1 + drift)));
        boolean calm = chance(65);
        int count = replicas;
        if (!calm && chance(40)) {
            count = Math.max(0, replicas + random.nextInt(7) - 3);
        }
        int reported = calm || chance(70) ? count : Math.max(0, count + random.nextInt(5) - 2);
        List<Map<String, Object>> pods = new ArrayList<>();
        List<Map<String, Object>> metrics = new ArrayList<>();
        int shown = Math.min(PODS_MAX, count);
        boolean dark = chance(2);
        boolean forgetful = chance(2);
        double each = load / Math.max(1, shown);
        for (int i = 0; i < shown; i++) {
            pods.add(pod(i, calm, forgetful && i == 0, now));
            if (!dark && !(!calm && chance(12))) {
                metrics.add(
                        usage("p" + i, each * (calm ? 1 : 0.5 + random.nextDouble()), calm, now));
            }
        }
        if (!calm && chance(10)) {
            metrics.add(usage("gone", each, true, now));
        }
        Map<String, Long> external = new LinkedHashMap<>();
        for (int i = 0; i < queries; i++) {
            if (!chance(4)) {
                long most = chance(3) ? 4_000_000_000L : 40_000;
                external.put("q" + i, (long) (load * (0.2 + random.nextDouble()) * most / 8));
            }
        }
        return new Seen(replicas, reported, pods, metrics, external);
    }

    private Map<String, Object> pod(int number, boolean calm, boolean forgetful, Instant now) {
        Instant whole = now.truncatedTo(ChronoUnit.SECONDS);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("namespace", name);
        metadata.put("name", "p" + number);
        metadata.put("labels", Map.of("app", name));
        Instant started =
                whole.minusSeconds(calm ? 3600 : one(5, 29, 30, 31, 60, 299, 300, 301, 3600));
        Instant since = started.plusSeconds(calm ? 5 : one(0, 5, 29, 30, 31, 60, 200));
        if (since.isAfter(whole)) {
            since = whole;
        }
        Map<String, Object> status = new LinkedHashMap<>();
        status.put(
                "phase",
                calm || chance(80)
                        ? "Running"
                        : oneOf("Pending", "Failed", "Succeeded", "Unknown"));
        if (calm || chance(95)) {
            status.put("startTime", started.toString());
        }
        if (calm || chance(92)) {
            String ready = calm || chance(65) ? "True" : oneOf("False", "False", "Unknown");
            status.put(
                    "conditions",
                    List.of(
                            Map.of(
                                    "type",
                                    "Ready",
                                    "status",
                                    ready,
                                    "lastTransitionTime",
                                    since.toString())));
        }
        if (!calm && chance(5)) {
            metadata.put("deletionTimestamp", whole.toString());
        }
        Map<String, Object> pod = new LinkedHashMap<>();
        pod.put("metadata", metadata);
        pod.put("spec", podSpec(forgetful));
        pod.put("status", status);
        return pod;
    }

    private Map<String, Object> podSpec(boolean forgetful) {
        Map<String, Object> spec = new LinkedHashMap<>();
        List<Object> containers = new ArrayList<>();
        containers.add(container("app", forgetful));
        if (sidecar) {
            containers.add(container("sidecar", false));
        }
        spec.put("containers", containers);
        List<Object> before = new ArrayList<>();
        if (beside) {
            before.add(with(container("beside", false), "restartPolicy", "Always"));
            before.add(container("before", false));
        }
        spec.put("initContainers", before);
        if (wholePod) {
            boolean both = name.hashCode() % 2 == 0;
            spec.put(
                    "resources",
                    Map.of(
                            "requests",
                            both
                                    ? Map.of("cpu", "1500m", "memory", "700Mi")
                                    : Map.of("cpu", "1500m")));
            if (!both) {
                spec.put("overhead", Map.of("cpu", "50m", "memory", "16Mi"));
            }
        }
        return spec;
    }

    private Map<String, Object> container(String container, boolean forgetful) {
        Map<String, Object> requests = new LinkedHashMap<>();
        for (String resource : RESOURCES) {
            if (!forgetful || random.nextBoolean()) {
                requests.put(resource, amount(resource, asked.get(container).get(resource)));
            }
        }
        return Map.of("name", container, "resources", Map.of("requests", requests));
    }

    private Map<String, Object> usage(String pod, double share, boolean calm, Instant now) {
        List<Object> containers = new ArrayList<>();
        List<String> names = new ArrayList<>(List.of("app"));
        if (sidecar) {
            names.add("sidecar");
        }
        if (beside) {
            names.add("beside");
        }
        for (String container : names) {
            Map<String, Object> used = new LinkedHashMap<>();
            for (String resource : RESOURCES) {
                if (calm || !chance(4)) {
                    long amount = (long) (asked.get(container).get(resource) * share);
                    used.put(resource, amount(resource, amount));
                }
            }
            containers.add(Map.of("name", container, "usage", used));
        }
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("apiVersion", "metrics.k8s.io/v1beta1");
        metrics.put("kind", "PodMetrics");
        metrics.put(
                "metadata", Map.of("namespace", name, "name", pod, "labels", Map.of("app", name)));
        Instant at =
                now.truncatedTo(ChronoUnit.SECONDS).minusSeconds(random.nextInt(calm ? 15 : 90));
        metrics.put("timestamp", at.toString());
        metrics.put("window", calm ? "15s" : SPANS[random.nextInt(SPANS.length)]);
        metrics.put("containers", containers);
        return metrics;
    }

    /** Thousandths of a core, as metrics-server has them in billionths too; or bytes. */
    private String amount(String resource, long amount) {
        if (!resource.equals("cpu")) {
            return chance(50) ? amount / 1024 + "Ki" : String.valueOf(amount);
        }
        return chance(50) ? amount * 1_000_000 + random.nextInt(999_999) + "n" : amount + "m";
    }

    private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(map);
        more.put(key, value);
        return more;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private int one(int... values) {
        return values[random.nextInt(values.length)];
    }

    private String oneOf(String... values) {
        return values[random.nextInt(values.length)];
    }
}
