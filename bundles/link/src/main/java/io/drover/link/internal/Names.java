package io.drover.link.internal;

import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * What is known of the cluster: each object by its name, and by the addresses under which it is
 * reached. One thread writes, any thread reads.
 */
final class Names {

    private final Map<Kind, Map<Entry.Ref, Entry>> byRef = new EnumMap<>(Kind.class);
    private final Map<InetAddress, Entry> services = new ConcurrentHashMap<>();
    private final Map<InetAddress, Entry> pods = new ConcurrentHashMap<>();
    private final Map<InetAddress, Entry> nodes = new ConcurrentHashMap<>();

    Names() {
        for (Kind kind : Kind.values()) {
            byRef.put(kind, new ConcurrentHashMap<>());
        }
    }

    void put(Entry entry) {
        Entry before = byRef.get(entry.kind()).put(entry.ref(), entry);
        if (before != null) {
            release(before);
        }
        Map<InetAddress, Entry> index = index(entry.kind());
        addresses(entry).forEach(address -> index.put(address, entry));
    }

    /** Whether it was there. */
    boolean remove(Entry.Ref ref) {
        Entry before = byRef.get(ref.kind()).remove(ref);
        if (before != null) {
            release(before);
        }
        return before != null;
    }

    /** Another object may have taken an address over meanwhile. */
    private void release(Entry before) {
        Map<InetAddress, Entry> index = index(before.kind());
        addresses(before).forEach(address -> index.remove(address, before));
    }

    Optional<Entry> get(Entry.Ref ref) {
        return Optional.ofNullable(byRef.get(ref.kind()).get(ref));
    }

    Optional<Entry> at(InetAddress address) {
        Entry service = services.get(address);
        if (service != null) {
            return Optional.of(service);
        }
        Entry pod = pods.get(address);
        return Optional.ofNullable(pod != null ? pod : nodes.get(address));
    }

    void visit(Kind kind, Predicate<Entry> visitor) {
        for (Entry entry : byRef.get(kind).values()) {
            if (!visitor.test(entry)) {
                return;
            }
        }
    }

    boolean holds(Entry.Ref ref) {
        return byRef.get(ref.kind()).containsKey(ref);
    }

    int size() {
        return byRef.values().stream().mapToInt(Map::size).sum();
    }

    Map<Kind, Integer> sizes() {
        Map<Kind, Integer> sizes = new EnumMap<>(Kind.class);
        byRef.forEach((kind, entries) -> sizes.put(kind, entries.size()));
        return sizes;
    }

    /** All that there is of these kinds; what comes or goes meanwhile may be in it or not. */
    List<Entry> all(Iterable<Kind> kinds) {
        List<Entry> all = new ArrayList<>();
        kinds.forEach(kind -> all.addAll(byRef.get(kind).values()));
        return all;
    }

    private Map<InetAddress, Entry> index(Kind kind) {
        return switch (kind) {
            case SERVICE -> services;
            case NODE -> nodes;
            // Backends are no names for their addresses; their map of addresses stays empty.
            case POD, NAMESPACE, ENDPOINTS -> pods;
        };
    }

    private static List<InetAddress> addresses(Entry entry) {
        if (entry instanceof Entry.Service service) {
            return service.addresses();
        }
        if (entry instanceof Entry.Node node) {
            return node.addresses();
        }
        if (entry instanceof Entry.Pod pod && !pod.hostNetwork() && !over(pod)) {
            return pod.addresses();
        }
        return List.of();
    }

    private static boolean over(Entry.Pod pod) {
        return pod.phase().equals("Succeeded") || pod.phase().equals("Failed");
    }
}
