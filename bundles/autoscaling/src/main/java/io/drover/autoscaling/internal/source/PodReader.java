package io.drover.autoscaling.internal.source;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Quantity;
import io.drover.autoscaling.internal.decide.Samples.Phase;
import io.drover.autoscaling.internal.decide.Samples.Pod;
import io.drover.autoscaling.internal.decide.Samples.Ready;
import io.drover.autoscaling.internal.decide.Samples.Sample;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pods and PodMetrics as the API server has them to what a decision needs. Pure functions. */
final class PodReader {

    static final List<String> RESOURCES = List.of("cpu", "memory");
    private static final Pattern SECONDS =
            Pattern.compile("(?:(\\d{1,5})h)?(?:(\\d{1,6})m)?(?:(\\d{1,7}(?:\\.\\d{1,9})?)(m?)s)?");

    private PodReader() {}

    /** A pod. */
    static Pod pod(KubeObject object) {
        Map<String, Object> status = object.status();
        Ready ready = Ready.NONE;
        long since = 0;
        for (Map<String, Object> condition : maps(status.get("conditions"))) {
            if ("Ready".equals(condition.get("type"))) {
                ready = ready(String.valueOf(condition.get("status")));
                since = millis(condition.get("lastTransitionTime"));
            }
        }
        return new Pod(
                object.name(),
                phase(KubeObject.text(status, "phase")),
                object.metadata().get("deletionTimestamp") != null,
                ready,
                since,
                millis(status.get("startTime")),
                requests(object.spec()));
    }

    /** The labels of an object. */
    static Map<String, String> labels(KubeObject object) {
        Map<String, String> labels = new HashMap<>();
        KubeObject.map(object.metadata(), "labels")
                .forEach((key, value) -> labels.put(key, String.valueOf(value)));
        return Map.copyOf(labels);
    }

    /**
     * The usage in a PodMetrics object: by {@code cpu} for the pod, by {@code cpu/app} for one of
     * its containers. A resource that one container does not tell of is not told of for the pod.
     */
    static Map<String, Sample> usage(KubeObject metrics) {
        long at = millis(metrics.tree().get("timestamp"));
        long window = duration(metrics.tree().get("window"));
        List<Map<String, Object>> containers = maps(metrics.tree().get("containers"));
        Map<String, Sample> usage = new HashMap<>();
        for (String resource : RESOURCES) {
            long sum = 0;
            boolean whole = !containers.isEmpty();
            for (Map<String, Object> container : containers) {
                OptionalLong used =
                        Quantity.thousandths(KubeObject.map(container, "usage").get(resource));
                if (used.isEmpty() || used.getAsLong() > Long.MAX_VALUE - sum) {
                    whole = false;
                    continue;
                }
                sum += used.getAsLong();
                String name = resource + "/" + container.get("name");
                usage.put(name, new Sample(used.getAsLong(), at, window));
            }
            if (whole) {
                usage.put(resource, new Sample(sum, at, window));
            }
        }
        return Map.copyOf(usage);
    }

    /**
     * What a pod asks for: what it says as a whole (KEP-2837), else the sum of its containers,
     * those that run beside them from the start (restartable init containers) included.
     */
    private static Map<String, Long> requests(Map<String, Object> spec) {
        List<Map<String, Object>> containers = new ArrayList<>(maps(spec.get("containers")));
        for (Map<String, Object> container : maps(spec.get("initContainers"))) {
            if ("Always".equals(container.get("restartPolicy"))) {
                containers.add(container);
            }
        }
        Map<String, Object> whole = KubeObject.map(KubeObject.map(spec, "resources"), "requests");
        Map<String, Long> requests = new HashMap<>();
        for (String resource : RESOURCES) {
            long sum = 0;
            boolean all = true;
            for (Map<String, Object> container : containers) {
                OptionalLong asked = asked(container, resource);
                if (asked.isEmpty() || asked.getAsLong() > Long.MAX_VALUE - sum) {
                    all = false;
                    continue;
                }
                sum += asked.getAsLong();
                requests.put(resource + "/" + container.get("name"), asked.getAsLong());
            }
            if (!whole.isEmpty()) {
                OptionalLong ofPod = Quantity.thousandths(whole.get(resource));
                OptionalLong asked = ofPod.isPresent() ? ofPod : aggregate(spec, resource);
                OptionalLong runtime =
                        Quantity.thousandths(KubeObject.map(spec, "overhead").get(resource));
                if (asked.isPresent() || runtime.isPresent()) {
                    requests.put(resource, asked.orElse(0) + runtime.orElse(0));
                }
            } else if (all && !containers.isEmpty()) {
                requests.put(resource, sum);
            }
        }
        return requests;
    }

    /**
     * What a pod that says something as a whole asks for of a resource that it does not say there,
     * as k8s.io/component-helpers/resource has it: those that ask for it, or the largest of those
     * that run before them, and what its runtime takes.
     */
    private static OptionalLong aggregate(Map<String, Object> spec, String resource) {
        long sum = 0;
        boolean any = false;
        for (Map<String, Object> container : maps(spec.get("containers"))) {
            OptionalLong asked = asked(container, resource);
            any |= asked.isPresent();
            sum += asked.orElse(0);
        }
        long beside = 0;
        long before = 0;
        for (Map<String, Object> container : maps(spec.get("initContainers"))) {
            OptionalLong asked = asked(container, resource);
            any |= asked.isPresent();
            if ("Always".equals(container.get("restartPolicy"))) {
                sum += asked.orElse(0);
                beside += asked.orElse(0);
                before = Math.max(before, beside);
            } else {
                before = Math.max(before, beside + asked.orElse(0));
            }
        }
        return any ? OptionalLong.of(Math.max(sum, before)) : OptionalLong.empty();
    }

    private static OptionalLong asked(Map<String, Object> container, String resource) {
        return Quantity.thousandths(
                KubeObject.map(KubeObject.map(container, "resources"), "requests").get(resource));
    }

    private static Ready ready(String status) {
        return switch (status) {
            case "True" -> Ready.YES;
            case "False" -> Ready.NO;
            default -> Ready.UNKNOWN;
        };
    }

    private static Phase phase(String word) {
        for (Phase phase : Phase.values()) {
            if (phase.name().equals(word.toUpperCase(Locale.ROOT))) {
                return phase;
            }
        }
        return Phase.UNKNOWN;
    }

    private static long millis(Object time) {
        try {
            return time instanceof String text ? Instant.parse(text).toEpochMilli() : 0;
        } catch (DateTimeException e) {
            return 0;
        }
    }

    /** As Go writes a time span: {@code 1m30s}, {@code 14.871s}, {@code 500ms}. */
    private static long duration(Object text) {
        Matcher matcher = SECONDS.matcher(text instanceof String string ? string : "");
        if (!matcher.matches()) {
            return 0;
        }
        double rest = matcher.group(3) == null ? 0 : Double.parseDouble(matcher.group(3));
        double unit = "m".equals(matcher.group(4)) ? 1 : 1000;
        return (number(matcher.group(1)) * 60 + number(matcher.group(2))) * 60_000
                + Math.round(rest * unit);
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
    private static List<Map<String, Object>> maps(Object list) {
        List<Map<String, Object>> maps = new ArrayList<>();
        if (list instanceof List<?> elements) {
            for (Object element : elements) {
                if (element instanceof Map<?, ?> map) {
                    maps.add((Map<String, Object>) map);
                }
            }
        }
        return maps;
    }
}
