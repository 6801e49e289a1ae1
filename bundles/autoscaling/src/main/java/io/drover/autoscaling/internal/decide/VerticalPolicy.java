package io.drover.autoscaling.internal.decide;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What one autoscaler wants of the requests of its pods, checked.
 *
 * @param update how they are changed
 * @param containers bounds by the container's name; {@code *} for those that are not named
 * @param advised whether what a VerticalPodAutoscaler recommends is wanted
 * @param forced what its annotation asks for, by the container's name; empty for nothing
 */
public record VerticalPolicy(
        Update update,
        Map<String, Bounds> containers,
        boolean advised,
        Map<String, Resources> forced) {

    static final List<String> RESOURCES = List.of("cpu", "memory");

    /** How the requests of running pods are changed. */
    public enum Update {
        /** In the pod, while it runs. */
        AUTO,
        /** Not at all. */
        DISABLED,
        /** By new pods: nobody here gives them other requests, so that it is not done. */
        TRIGGER_ROLLOUT
    }

    /**
     * The bounds of one container, by resource in thousandths.
     *
     * @param controlled what is changed; empty for nothing
     * @param limits whether limits are changed too
     * @param min of requests and limits
     * @param max of requests and limits
     * @param requestMin of requests alone
     * @param requestMax of requests alone
     */
    public record Bounds(
            Set<String> controlled,
            boolean limits,
            Map<String, Long> min,
            Map<String, Long> max,
            Map<String, Long> requestMin,
            Map<String, Long> requestMax) {

        static final Bounds NONE =
                new Bounds(Set.copyOf(RESOURCES), true, Map.of(), Map.of(), Map.of(), Map.of());

        public Bounds {
            controlled = Set.copyOf(controlled);
            min = Map.copyOf(min);
            max = Map.copyOf(max);
            requestMin = Map.copyOf(requestMin);
            requestMax = Map.copyOf(requestMax);
        }
    }

    public VerticalPolicy {
        Objects.requireNonNull(update, "update");
        containers = Map.copyOf(containers);
        forced = Map.copyOf(forced);
    }

    /** The bounds of a container: a name beats {@code *}. */
    Bounds bounds(String container) {
        Bounds all = containers.getOrDefault("*", Bounds.NONE);
        return containers.getOrDefault(container, all);
    }
}
