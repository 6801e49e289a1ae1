package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What the API server serves, group version by group version. Remembered for some minutes; that
 * something is absent for a second. Any thread; blocks for one request at most.
 */
final class Discovery {

    private static final long PRESENT_NANOS = Duration.ofMinutes(5).toNanos();
    private static final long ABSENT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int REMEMBERED_MAX = 256;

    private final ApiCalls calls;
    private final Duration timeout;
    private final LongSupplier nanos;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(Map<String, ResourceType> byKind, long atNanos) {}

    Discovery(ApiCalls calls, Duration timeout, LongSupplier nanos) {
        this.calls = calls;
        this.timeout = timeout;
        this.nanos = nanos;
    }

    Optional<ResourceType> find(ObjectKind kind) throws ClusterException {
        Known remembered = known.get(kind.apiVersion());
        if (remembered != null) {
            ResourceType type = remembered.byKind.get(kind.kind());
            long age = nanos.getAsLong() - remembered.atNanos;
            if (age < (type == null ? ABSENT_NANOS : PRESENT_NANOS)) {
                return Optional.ofNullable(type);
            }
        }
        return Optional.ofNullable(ask(kind).get(kind.kind()));
    }

    /** Forgets what is known of a group version. */
    void forget(ObjectKind kind) {
        known.remove(kind.apiVersion());
    }

    private Map<String, ResourceType> ask(ObjectKind kind) throws ClusterException {
        Map<String, ResourceType> byKind;
        try {
            byKind = types(kind.apiVersion(), calls.get(Paths.of(kind), timeout));
        } catch (ClusterException e) {
            if (e.why() != ClusterException.Cause.NOT_FOUND) {
                throw e;
            }
            byKind = Map.of();
        }
        if (known.size() >= REMEMBERED_MAX) {
            known.clear(); // kinds come from users' objects: without a limit they could fill the
            // heap
        }
        known.put(kind.apiVersion(), new Known(byKind, nanos.getAsLong()));
        return byKind;
    }

    private static Map<String, ResourceType> types(String apiVersion, Map<String, Object> answer) {
        List<Map<?, ?>> resources = new ArrayList<>();
        Map<String, Set<String>> subresources = new HashMap<>();
        if (answer.get("resources") instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> resource
                        && resource.get("name") instanceof String name) {
                    int slash = name.indexOf('/');
                    if (slash < 0) {
                        resources.add(resource);
                    } else {
                        subresources
                                .computeIfAbsent(
                                        name.substring(0, slash), plural -> new HashSet<>())
                                .add(name.substring(slash + 1));
                    }
                }
            }
        }
        Map<String, ResourceType> byKind = new HashMap<>();
        for (Map<?, ?> resource : resources) {
            @SuppressWarnings("unchecked") // the keys of a JSON object are strings
            Map<String, Object> fields = (Map<String, Object>) resource;
            String plural = KubeObject.text(fields, "name");
            ObjectKind kind = new ObjectKind(apiVersion, KubeObject.text(fields, "kind"));
            byKind.put(
                    kind.kind(),
                    new ResourceType(
                            kind,
                            plural,
                            Boolean.TRUE.equals(fields.get("namespaced")),
                            subresources.getOrDefault(plural, Set.of())));
        }
        return byKind;
    }
}
