package io.drover.autoscaling.internal.decide;

import io.drover.api.kubernetes.KubeObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What one container asks for and may have at most: by {@code cpu} and {@code memory}, in
 * thousandths of a core or byte. What is not said is not there. Immutable.
 */
public record Resources(Map<String, Long> requests, Map<String, Long> limits) {

    static final Resources NONE = new Resources(Map.of(), Map.of());

    public Resources {
        requests = Map.copyOf(requests);
        limits = Map.copyOf(limits);
    }

    /** Requests alone, of amounts as objects have them. */
    public static Resources requests(Map<String, Object> amounts) {
        return new Resources(amounts(amounts), Map.of());
    }

    /** What a container of a pod has; other resources and what is no amount are left out. */
    static Resources of(Map<String, Object> container) {
        Map<String, Object> resources = KubeObject.map(container, "resources");
        return new Resources(
                amounts(KubeObject.map(resources, "requests")),
                amounts(KubeObject.map(resources, "limits")));
    }

    private static Map<String, Long> amounts(Map<String, Object> from) {
        Map<String, Long> amounts = new TreeMap<>();
        for (String resource : VerticalPolicy.RESOURCES) {
            OptionalLong amount = Quantity.thousandths(from.get(resource));
            if (amount.isPresent()) {
                amounts.put(resource, amount.getAsLong());
            }
        }
        return amounts;
    }

    /** As objects have it: {@code {requests: {cpu: 250m}}}. */
    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (!limits.isEmpty()) {
            tree.put("limits", texts(limits));
        }
        if (!requests.isEmpty()) {
            tree.put("requests", texts(requests));
        }
        return tree;
    }

    private static Map<String, Object> texts(Map<String, Long> amounts) {
        Map<String, Object> texts = new TreeMap<>();
        amounts.forEach((resource, amount) -> texts.put(resource, text(resource, amount)));
        return texts;
    }

    /** An amount as people write it: {@code 250m}, {@code 2}, {@code 512Mi}. */
    static String text(String resource, long thousandths) {
        if (resource.equals("cpu") && thousandths % 1000 != 0) {
            return thousandths + "m";
        }
        long whole = thousandths / 1000 + (thousandths % 1000 == 0 ? 0 : 1);
        long mebi = 1 << 20;
        return resource.equals("memory") && whole > 0 && whole % mebi == 0
                ? whole / mebi + "Mi"
                : String.valueOf(whole);
    }
}
