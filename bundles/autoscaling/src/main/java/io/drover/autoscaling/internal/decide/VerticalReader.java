package io.drover.autoscaling.internal.decide;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.VerticalPolicy.Bounds;
import io.drover.autoscaling.internal.decide.VerticalPolicy.Update;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Reads a {@link VerticalPolicy} from an object. Each finding names field, rule and value. */
final class VerticalReader {

    static final String FORCE_RESOURCES = "autoscaling.datadoghq.com/force-resources";

    static final String SOURCE = "autoscaling.drover.io/vertical-source";

    private static final List<String> VALUES =
            List.of(
                    "RequestsAndLimits",
                    "RequestsOnly",
                    "CPURequestsRemoveLimitsMemoryRequestsAndLimits");
    private static final int CONTAINERS_MAX = 100;

    private final List<Spec.Problem> problems;
    private final List<String> unused;

    private VerticalReader(List<Spec.Problem> problems, List<String> unused) {
        this.problems = problems;
        this.unused = unused;
    }

    /**
     * Reads it.
     *
     * @param problems takes what is wrong
     * @param unused takes what nothing is done with
     */
    static VerticalPolicy read(
            KubeObject object, List<Spec.Problem> problems, List<String> unused) {
        VerticalReader reader = new VerticalReader(problems, unused);
        Map<String, Object> spec = object.spec();
        Map<String, Object> annotations = KubeObject.map(object.metadata(), "annotations");
        return new VerticalPolicy(
                reader.update(KubeObject.map(KubeObject.map(spec, "applyPolicy"), "update")),
                reader.containers(KubeObject.map(spec, "constraints")),
                reader.advised(annotations.get(SOURCE)),
                reader.forced(annotations.get(FORCE_RESOURCES)));
    }

    private Update update(Map<String, Object> given) {
        String field = "spec.applyPolicy.update";
        for (String key : List.of("resizePendingPeriod", "rolloutFallbackDelay")) {
            if (given.containsKey(key)) {
                unused.add(
                        field
                                + "."
                                + key
                                + ": no pod is evicted and no rollout is begun, a resize that waits stays");
            }
        }
        String word = KubeObject.text(given, "strategy");
        return switch (word) {
            case "", "Auto" -> Update.AUTO;
            case "Disabled" -> Update.DISABLED;
            case "TriggerRollout" -> {
                unused.add(
                        field
                                + ".strategy TriggerRollout: nobody here gives new pods other requests");
                yield Update.TRIGGER_ROLLOUT;
            }
            default -> {
                wrong(
                        field
                                + ".strategy must be one of Auto, Disabled, TriggerRollout, is \""
                                + Spec.shown(word)
                                + '"');
                yield Update.AUTO;
            }
        };
    }

    private Map<String, Bounds> containers(Map<String, Object> constraints) {
        Map<String, Bounds> containers = new HashMap<>();
        List<Map<String, Object>> given = Spec.maps(constraints, "containers");
        for (int i = 0; i < given.size() && i < CONTAINERS_MAX; i++) {
            Map<String, Object> one = given.get(i);
            containers.put(
                    KubeObject.text(one, "name"),
                    bounds(one, "spec.constraints.containers[" + i + "]"));
        }
        if (given.size() > CONTAINERS_MAX) {
            wrong("spec.constraints.containers must have at most " + CONTAINERS_MAX);
        }
        return containers;
    }

    private Bounds bounds(Map<String, Object> given, String field) {
        Map<String, Long> min = amounts(given, "minAllowed", field);
        Map<String, Long> max = amounts(given, "maxAllowed", field);
        ordered(min, max, field);
        Map<String, Object> requests = KubeObject.map(given, "requests");
        Map<String, Long> requestMin = amounts(requests, "minAllowed", field + ".requests");
        Map<String, Long> requestMax = amounts(requests, "maxAllowed", field + ".requests");
        ordered(requestMin, requestMax, field + ".requests");
        boolean enabled = !Boolean.FALSE.equals(given.get("enabled"));
        return new Bounds(
                enabled ? controlled(given, field) : Set.of(),
                limits(given, field),
                min,
                max,
                requestMin,
                requestMax);
    }

    private Set<String> controlled(Map<String, Object> given, String field) {
        if (!(given.get("controlledResources") instanceof List<?> list)) {
            return Set.copyOf(VerticalPolicy.RESOURCES);
        }
        Set<String> controlled = new HashSet<>();
        for (Object each : list) {
            if (VerticalPolicy.RESOURCES.contains(each)) {
                controlled.add(each.toString());
            } else {
                unused.add(
                        field
                                + ".controlledResources "
                                + Spec.shown(each)
                                + ": cpu and memory alone are changed");
            }
        }
        return controlled;
    }

    private boolean limits(Map<String, Object> given, String field) {
        String values = KubeObject.text(given, "controlledValues");
        if (!values.isEmpty() && !VALUES.contains(values)) {
            wrong(
                    field
                            + ".controlledValues must be one of "
                            + String.join(", ", VALUES)
                            + ", is \""
                            + Spec.shown(values)
                            + '"');
        }
        if (values.startsWith("CPURequestsRemove")) {
            unused.add(
                    field + ".controlledValues " + values + ": a running pod keeps its CPU limit");
        }
        return !values.equals("RequestsOnly");
    }

    private Map<String, Long> amounts(Map<String, Object> from, String key, String field) {
        Map<String, Long> amounts = new HashMap<>();
        KubeObject.map(from, key)
                .forEach(
                        (resource, value) -> {
                            String at = field + "." + key + "." + Spec.shown(resource);
                            OptionalLong amount = Quantity.thousandths(value);
                            if (!VerticalPolicy.RESOURCES.contains(resource)) {
                                unused.add(at + ": cpu and memory alone are changed");
                            } else if (amount.isEmpty()) {
                                wrong(at + " must be an amount, is " + Spec.shown(value));
                            } else {
                                amounts.put(resource, amount.getAsLong());
                            }
                        });
        return amounts;
    }

    private void ordered(Map<String, Long> min, Map<String, Long> max, String field) {
        for (String resource : VerticalPolicy.RESOURCES) {
            Long least = min.get(resource);
            Long most = max.get(resource);
            if (least != null && most != null && least > most) {
                wrong(
                        field
                                + ".maxAllowed."
                                + resource
                                + " must be at least minAllowed ("
                                + Resources.text(resource, least)
                                + "), is "
                                + Resources.text(resource, most));
            }
        }
    }

    private boolean advised(Object annotation) {
        if (annotation != null && !annotation.equals("vpa")) {
            wrong(
                    "the annotation "
                            + SOURCE
                            + " must be vpa, is \""
                            + Spec.shown(annotation)
                            + '"');
        }
        return annotation != null;
    }

    private Map<String, Resources> forced(Object annotation) {
        if (annotation == null) {
            return Map.of();
        }
        try {
            return forced(annotation.toString());
        } catch (IllegalArgumentException e) {
            wrong("the annotation " + FORCE_RESOURCES + " is wrong: " + e.getMessage());
            return Map.of();
        }
    }

    /** {@code [{"name": "app", "requests": {"cpu": "2"}, "limits": {"cpu": "4"}}]}. */
    private static Map<String, Resources> forced(String text) {
        Map<String, Resources> forced = new HashMap<>();
        Object read = JsonReader.read(text);
        if (!(read instanceof List<?> list) || list.isEmpty() || list.size() > CONTAINERS_MAX) {
            throw new IllegalArgumentException(
                    "it must be a list of 1 to " + CONTAINERS_MAX + " containers");
        }
        for (Object element : list) {
            if (!(element instanceof Map<?, ?> map) || !(map.get("name") instanceof String name)) {
                throw new IllegalArgumentException("each must be an object with a name");
            }
            for (Object key : map.keySet()) {
                if (!List.of("name", "requests", "limits").contains(key)) {
                    throw new IllegalArgumentException(
                            "each must have name, requests, limits alone, has " + Spec.shown(key));
                }
            }
            Resources resources =
                    new Resources(
                            positive(map.get("requests"), name + ".requests"),
                            positive(map.get("limits"), name + ".limits"));
            if (forced.put(name, resources) != null) {
                throw new IllegalArgumentException(
                        "it must name each container once, names " + Spec.shown(name) + " twice");
            }
        }
        return forced;
    }

    private static Map<String, Long> positive(Object given, String field) {
        Map<String, Long> amounts = new HashMap<>();
        if (given == null) {
            return amounts;
        }
        if (!(given instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(Spec.shown(field) + " must be an object");
        }
        map.forEach(
                (resource, value) -> {
                    OptionalLong amount = Quantity.thousandths(value);
                    if (!VerticalPolicy.RESOURCES.contains(resource)
                            || amount.isEmpty()
                            || amount.getAsLong() == 0) {
                        throw new IllegalArgumentException(
                                Spec.shown(field)
                                        + " must have amounts above 0 of cpu and memory, has "
                                        + Spec.shown(resource)
                                        + ": "
                                        + Spec.shown(value));
                    }
                    amounts.put(resource.toString(), amount.getAsLong());
                });
        return amounts;
    }

    private void wrong(String message) {
        problems.add(new Spec.Problem(Reason.INVALID_SPEC, message));
    }
}
