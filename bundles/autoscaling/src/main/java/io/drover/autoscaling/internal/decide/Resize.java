package io.drover.autoscaling.internal.decide;

import io.drover.api.kubernetes.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How one pod comes to what is wanted of it: the change for its subresource {@code resize}. Pure.
 *
 * @param spec the lists of containers as they should be; empty when nothing is to be changed
 * @param restarts whether a container restarts for it ({@code resizePolicy})
 */
public record Resize(Map<String, Object> spec, boolean restarts) {

    private static final List<String> LISTS = List.of("containers", "initContainers");

    public Resize {
        spec = Map.copyOf(spec);
    }

    /** What is to be done with a pod. */
    public static Resize of(KubeObject pod, Wanted wanted) {
        Map<String, Object> spec = new LinkedHashMap<>();
        boolean restarts = false;
        for (String list : LISTS) {
            List<Object> containers = new ArrayList<>();
            boolean changed = false;
            for (Map<String, Object> container : Spec.maps(pod.spec(), list)) {
                Resources has = Resources.of(container);
                Resources gets = resizable(list, container) ? gets(container, has, wanted) : has;
                changed |= !gets.equals(has);
                restarts |= restarts(container, has, gets);
                containers.add(gets.equals(has) ? container : with(container, gets));
            }
            if (changed) {
                spec.put(list, containers);
            }
        }
        return new Resize(spec, restarts);
    }

    /** Nothing to be done. */
    public boolean none() {
        return spec.isEmpty();
    }

    /** Of those that run before the others only the ones that stay beside them. */
    private static boolean resizable(String list, Map<String, Object> container) {
        return list.equals("containers") || "Always".equals(container.get("restartPolicy"));
    }

    /**
     * What a container is to have. A limit that nothing is said of stays, and bounds the request;
     * where it was the request itself it goes with it, for a pod may not change its class of
     * service.
     */
    private static Resources gets(Map<String, Object> container, Resources has, Wanted wanted) {
        String name = KubeObject.text(container, "name");
        Resources asked = wanted.containers().get(name);
        if (asked == null) {
            return has;
        }
        Map<String, Long> requests = new TreeMap<>(has.requests());
        Map<String, Long> limits = new TreeMap<>(has.limits());
        asked.requests()
                .forEach(
                        (resource, amount) -> {
                            Long before = has.requests().get(resource);
                            if (before == null
                                    || !wanted.rough().contains(name)
                                    || !near(before, amount)) {
                                requests.put(resource, amount);
                            }
                        });
        limits.putAll(asked.limits());
        for (String resource : VerticalPolicy.RESOURCES) {
            Long request = requests.get(resource);
            Long limit = limits.get(resource);
            if (request == null || limit == null || asked.limits().containsKey(resource)) {
                continue;
            }
            if (limit.equals(has.requests().get(resource)) && wanted.limits().contains(name)) {
                limits.put(resource, request);
            } else if (request > limit) {
                requests.put(resource, limit);
            }
        }
        return new Resources(requests, limits);
    }

    /** As the VerticalPodAutoscaler's updater has it: a tenth of what is there. */
    private static boolean near(long has, long asked) {
        return Math.abs(asked - has) <= has / 10;
    }

    private static boolean restarts(Map<String, Object> container, Resources has, Resources gets) {
        boolean restarts = false;
        for (Map<String, Object> policy : Spec.maps(container, "resizePolicy")) {
            String resource = KubeObject.text(policy, "resourceName");
            restarts |=
                    "RestartContainer".equals(policy.get("restartPolicy"))
                            && !(same(has.requests(), gets.requests(), resource)
                                    && same(has.limits(), gets.limits(), resource));
        }
        return restarts;
    }

    private static boolean same(Map<String, Long> one, Map<String, Long> other, String key) {
        return one.getOrDefault(key, -1L).equals(other.getOrDefault(key, -1L));
    }

    /** The container with other amounts; what else its resources say stays. */
    private static Map<String, Object> with(Map<String, Object> container, Resources gets) {
        Map<String, Object> resources = new LinkedHashMap<>(KubeObject.map(container, "resources"));
        gets.tree()
                .forEach(
                        (key, amounts) -> {
                            Map<String, Object> all =
                                    new LinkedHashMap<>(KubeObject.map(resources, key));
                            all.putAll(KubeObject.map(gets.tree(), key));
                            resources.put(key, all);
                        });
        Map<String, Object> changed = new LinkedHashMap<>(container);
        changed.put("resources", resources);
        return changed;
    }
}
