package io.drover.autoscaling.internal.decide;

import io.drover.autoscaling.internal.decide.VerticalPolicy.Bounds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The requests and limits that the containers of a target are to have, within their bounds.
 * Immutable.
 *
 * @param containers by name, in order; empty when nothing is recommended
 * @param limits the containers whose limits follow
 * @param rough those whose numbers somebody recommends, and nobody ordered: near is near enough
 * @param clamped those that a bound changed
 */
public record Wanted(
        SortedMap<String, Resources> containers,
        Set<String> limits,
        Set<String> rough,
        Set<String> clamped) {

    public Wanted {
        containers = Collections.unmodifiableSortedMap(new TreeMap<>(containers));
        limits = Collections.unmodifiableSet(new TreeSet<>(limits));
        rough = Collections.unmodifiableSet(new TreeSet<>(rough));
        clamped = Collections.unmodifiableSet(new TreeSet<>(clamped));
    }

    /**
     * What a policy wants. Pure.
     *
     * @param advice what is recommended, by the container's name; the annotation overrides it
     */
    public static Wanted of(VerticalPolicy policy, Map<String, Resources> advice) {
        SortedMap<String, Resources> containers = new TreeMap<>();
        Set<String> limits = new TreeSet<>();
        Set<String> clamped = new TreeSet<>();
        Set<String> rough = new TreeSet<>(advice.keySet());
        rough.removeAll(policy.forced().keySet());
        overlaid(advice, policy.forced())
                .forEach(
                        (name, asked) -> {
                            Bounds bounds = policy.bounds(name);
                            Resources controlled = controlled(asked, bounds);
                            Resources within = within(controlled, bounds);
                            if (!within.requests().isEmpty() || !within.limits().isEmpty()) {
                                containers.put(name, within);
                                if (bounds.limits()) {
                                    limits.add(name);
                                }
                            }
                            if (!within.equals(controlled)) {
                                clamped.add(name);
                            }
                        });
        rough.retainAll(containers.keySet());
        return new Wanted(containers, limits, rough, clamped);
    }

    private static Map<String, Resources> overlaid(
            Map<String, Resources> advice, Map<String, Resources> forced) {
        Map<String, Resources> all = new TreeMap<>(advice);
        forced.forEach(
                (name, ordered) -> {
                    Resources advised = advice.getOrDefault(name, Resources.NONE);
                    Map<String, Long> requests = new TreeMap<>(advised.requests());
                    requests.putAll(ordered.requests());
                    all.put(name, new Resources(requests, ordered.limits()));
                });
        return all;
    }

    private static Resources controlled(Resources asked, Bounds bounds) {
        Map<String, Long> requests = new TreeMap<>(asked.requests());
        Map<String, Long> limits = new TreeMap<>(bounds.limits() ? asked.limits() : Map.of());
        requests.keySet().retainAll(bounds.controlled());
        limits.keySet().retainAll(bounds.controlled());
        return new Resources(requests, limits);
    }

    private static Resources within(Resources asked, Bounds bounds) {
        Map<String, Long> requests = new TreeMap<>();
        Map<String, Long> limits = new TreeMap<>();
        asked.requests()
                .forEach(
                        (resource, amount) -> {
                            long own =
                                    clamp(
                                            amount,
                                            resource,
                                            bounds.requestMin(),
                                            bounds.requestMax());
                            requests.put(
                                    resource, clamp(own, resource, bounds.min(), bounds.max()));
                        });
        asked.limits()
                .forEach(
                        (resource, amount) -> {
                            long limit = clamp(amount, resource, bounds.min(), bounds.max());
                            long least = requests.getOrDefault(resource, 0L);
                            limits.put(resource, Math.max(limit, least));
                        });
        return new Resources(requests, limits);
    }

    private static long clamp(
            long amount, String resource, Map<String, Long> min, Map<String, Long> max) {
        long most = Math.min(amount, max.getOrDefault(resource, Long.MAX_VALUE));
        return Math.max(most, min.getOrDefault(resource, 0L));
    }

    /** What tells it from another one: a hash. */
    public String version() {
        try {
            StringBuilder text = new StringBuilder();
            containers.forEach((name, each) -> text.append(name).append(each.tree()));
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** What the requests of a pod are together, as far as they are wanted. */
    long request(String resource) {
        return containers.values().stream()
                .mapToLong(each -> each.requests().getOrDefault(resource, 0L))
                .sum();
    }
}
