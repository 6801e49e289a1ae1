package io.drover.kubernetes.internal.metadata;

import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.LightObserver;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.Right;
import io.drover.api.kubernetes.Watch;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import io.drover.api.metadata.Metadata;
import io.drover.api.metadata.MetadataStream;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The service {@link Metadata} over watches of the API server. They begin when somebody asks first:
 * an agent that joins no names watches no pods.
 */
public final class ClusterMetadata implements Metadata, AutoCloseable {

    /** What is read of each kind; labels are thinned out later. */
    private static final List<Source> SOURCES =
            List.of(
                    source(Kind.NAMESPACE, "v1", "Namespace"),
                    source(Kind.NODE, "v1", "Node", "status.addresses", "status.conditions"),
                    source(
                            Kind.SERVICE,
                            "v1",
                            "Service",
                            "spec.type",
                            "spec.clusterIP",
                            "spec.clusterIPs",
                            "spec.externalIPs",
                            "spec.ports",
                            "status.loadBalancer"),
                    source(
                            Kind.POD,
                            "v1",
                            "Pod",
                            "metadata.ownerReferences",
                            "spec.nodeName",
                            "spec.hostNetwork",
                            "status.phase",
                            "status.podIP",
                            "status.podIPs",
                            "status.conditions.type",
                            "status.conditions.status"),
                    source(
                            Kind.ENDPOINTS,
                            "discovery.k8s.io/v1",
                            "EndpointSlice",
                            "endpoints",
                            "ports"));

    /** What the sources need. */
    public static final List<Right> RIGHTS =
            List.of(
                    right("", "namespaces", "nodes", "pods", "services"),
                    right("discovery.k8s.io", "endpointslices"));

    private record Source(Kind kind, ObjectKind object, List<String> paths) {}

    private final Watches watches;
    private final Store store;
    private final Entries entries;
    private final int streamsMax;
    private final Clock clock;
    private final List<StoreStream> streams = new CopyOnWriteArrayList<>();
    private final List<Watch> open = new ArrayList<>();

    /** Kinds of which everything is known: read to the end, and followed. */
    private final Set<Kind> whole = ConcurrentHashMap.newKeySet();

    private final Map<String, String> strings = new ConcurrentHashMap<>();
    private final int stringsMax;
    private volatile boolean begun;
    private boolean closed;
    private State told;

    /** Follows one kind. */
    @FunctionalInterface
    public interface Watches {
        Watch watch(ObjectKind kind, List<String> paths, LightObserver observer);
    }

    /**
     * Limits of the metadata.
     *
     * @param entries that are kept
     * @param changes that are kept for readers that are behind
     * @param streams that may be open
     * @param labels that are kept
     */
    public record Limits(int entries, int changes, int streams, Set<String> labels) {}

    public ClusterMetadata(Watches watches, Limits limits, Clock clock) {
        this.watches = watches;
        this.store = new Store(limits.entries, limits.changes);
        this.entries = new Entries(limits.labels, this::shared);
        this.streamsMax = limits.streams;
        this.stringsMax = limits.entries;
        this.clock = clock;
        this.told = new State(Phase.IDLE, clock.instant(), "nobody has asked yet", Map.of(), 0, 0);
    }

    @Override
    public synchronized State state() {
        Phase phase = Phase.IDLE;
        String reason = "nobody has asked yet";
        if (begun) {
            Watch.State worst =
                    open.stream()
                            .map(Watch::state)
                            .min(Comparator.comparing(state -> rank(state.phase())))
                            .orElseThrow();
            phase = phase(worst.phase());
            reason = worst.reason();
        }
        Instant since = told.phase() == phase ? told.since() : clock.instant();
        told = new State(phase, since, reason, store.counts(), store.revision(), store.dropped());
        return told;
    }

    @Override
    public Optional<Entry> at(InetAddress address) {
        begin();
        return store.at(address);
    }

    @Override
    public Optional<Entry> get(Entry.Ref ref) {
        begin();
        return store.get(ref);
    }

    @Override
    public void visit(Kind kind, Predicate<Entry> visitor) {
        begin();
        store.visit(kind, visitor);
    }

    @Override
    public MetadataStream stream(Set<Kind> kinds) {
        begin();
        synchronized (this) {
            if (streams.size() >= streamsMax) {
                throw new IllegalStateException(
                        streamsMax + " streams of metadata are open, more are not allowed");
            }
            Set<Kind> wanted = kinds.isEmpty() ? EnumSet.allOf(Kind.class) : Set.copyOf(kinds);
            StoreStream stream =
                    new StoreStream(store, wanted, whole::containsAll, streams::remove);
            streams.add(stream);
            return stream;
        }
    }

    /** How many streams are open. */
    public int streams() {
        return streams.size();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            open.forEach(Watch::close);
        }
        streams.forEach(StoreStream::end);
        streams.clear();
    }

    private void begin() {
        if (begun) {
            return;
        }
        synchronized (this) {
            if (begun || closed) {
                return;
            }
            for (Source source : SOURCES) {
                open.add(watches.watch(source.object, source.paths, new Follower(source.kind)));
            }
            begun = true;
        }
    }

    /** Names of nodes, namespaces and workloads come again with each pod. */
    private String shared(String text) {
        if (strings.size() >= stringsMax) {
            strings.clear(); // of names that are gone, mostly; entries keep their own
        }
        String known = strings.putIfAbsent(text, text);
        return known == null ? text : known;
    }

    private void wakeIf(boolean something) {
        if (something) {
            streams.forEach(StoreStream::wake);
        }
    }

    /**
     * A kind that the API server does not serve has no objects: that is known, too. What was known
     * before the connection was lost is not, for a reader who may know something newer.
     */
    private static boolean known(Watch.Phase phase) {
        return switch (phase) {
            case LIVE, NO_KIND -> true;
            case NO_CLUSTER, LISTING, RECONNECTING -> false;
        };
    }

    private static Source source(Kind kind, String apiVersion, String name, String... paths) {
        return new Source(
                kind,
                new ObjectKind(apiVersion, name),
                Stream.concat(Stream.of("metadata.labels"), Stream.of(paths)).toList());
    }

    private static Right right(String group, String... resources) {
        return Right.toFollow(
                group,
                List.of(resources),
                "names",
                "names for connections and node agents: read when somebody asks for them, never before.");
    }

    private static int rank(Watch.Phase phase) {
        return switch (phase) {
            case NO_CLUSTER -> 0;
            case NO_KIND -> 1;
            case LISTING -> 2;
            case RECONNECTING -> 3;
            case LIVE -> 4;
        };
    }

    private static Phase phase(Watch.Phase phase) {
        return switch (phase) {
            case NO_CLUSTER, NO_KIND -> Phase.UNAVAILABLE;
            case LISTING -> Phase.LOADING;
            case RECONNECTING -> Phase.STALE;
            case LIVE -> Phase.LIVE;
        };
    }

    private final class Follower implements LightObserver {
        private final Kind kind;

        Follower(Kind kind) {
            this.kind = kind;
        }

        @Override
        public void put(KubeObject object) {
            wakeIf(store.put(entries.of(kind, object)));
        }

        @Override
        public void removed(String key) {
            int slash = key.indexOf('/');
            String namespace = slash < 0 ? "" : key.substring(0, slash);
            wakeIf(store.remove(new Entry.Ref(kind, namespace, key.substring(slash + 1))));
        }

        @Override
        public void changed(Watch.State state) {
            wakeIf(known(state.phase()) ? whole.add(kind) : whole.remove(kind));
        }
    }
}
