package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ClusterException.Cause;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.Observer;
import io.drover.api.kubernetes.Patch;
import io.drover.api.kubernetes.ResourceType;
import io.drover.api.kubernetes.Term;
import io.drover.api.kubernetes.Watch;
import io.drover.kubernetes.internal.election.Fence;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

/** The service {@link Cluster} over one {@link Connection}. */
public final class ClusterCalls implements Cluster, AutoCloseable {

    private static final int PAGE = 500;

    private final Connection connection;
    private final Fence fence;
    private final Duration readTimeout;
    private final Duration writeTimeout;
    private final ScheduledExecutorService scheduler;
    private final Counters counters;
    private final Clock clock;
    private final Set<ObjectWatch> watches = ConcurrentHashMap.newKeySet();

    public ClusterCalls(
            Connection connection,
            Fence fence,
            Duration readTimeout,
            Duration writeTimeout,
            ScheduledExecutorService scheduler,
            Counters counters,
            Clock clock) {
        this.connection = connection;
        this.fence = fence;
        this.readTimeout = readTimeout;
        this.writeTimeout = writeTimeout;
        this.scheduler = scheduler;
        this.counters = counters;
        this.clock = clock;
    }

    @Override
    public View view() {
        return connection.view();
    }

    @Override
    public Optional<ResourceType> discover(ObjectKind kind) throws ClusterException {
        return connection.require().discovery().find(kind);
    }

    @Override
    public Optional<KubeObject> get(ObjectRef ref, String subresource) throws ClusterException {
        Optional<ResourceType> type = discover(ref.kind());
        if (type.isEmpty()) {
            return Optional.empty();
        }
        String path = Paths.of(type.get(), ref.namespace(), ref.name(), subresource);
        try {
            return Optional.of(Trees.object(connection.require().reads().get(path, readTimeout)));
        } catch (ClusterException e) {
            if (e.why() == Cause.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public List<KubeObject> list(ObjectKind kind, String namespace, String labelSelector, int max)
            throws ClusterException {
        String path =
                Paths.of(served(kind), namespace)
                        + "?limit="
                        + PAGE
                        + (labelSelector.isEmpty()
                                ? ""
                                : "&labelSelector=" + Paths.query(labelSelector));
        List<KubeObject> objects = new ArrayList<>();
        String next = "";
        do {
            Map<String, Object> page = connection.require().reads().get(path + next, readTimeout);
            addItems(page, kind, objects);
            if (objects.size() > max) {
                throw new ClusterException(
                        Cause.INVALID, "list " + kind + ": there are more than " + max);
            }
            next = KubeObject.text(KubeObject.map(page, "metadata"), "continue");
            next = next.isEmpty() ? "" : "&continue=" + Paths.query(next);
        } while (!next.isEmpty());
        return objects;
    }

    @Override
    public KubeObject patch(Term term, Patch patch) throws ClusterException {
        ObjectRef target = patch.target();
        String path =
                Paths.of(
                        served(target.kind()),
                        target.namespace(),
                        target.name(),
                        patch.subresource());
        Map<String, Object> body = new LinkedHashMap<>(patch.body());
        if (!patch.resourceVersion().isEmpty()) {
            Map<String, Object> metadata = new LinkedHashMap<>(KubeObject.map(body, "metadata"));
            metadata.put("resourceVersion", patch.resourceVersion());
            body.put("metadata", metadata);
        }
        return write(term, "PATCH", path, ApiCalls.MERGE_PATCH, body);
    }

    @Override
    public KubeObject create(Term term, Map<String, Object> tree) throws ClusterException {
        KubeObject object = new KubeObject(tree);
        String path = Paths.of(served(object.kind()), object.namespace());
        return write(term, "POST", path, ApiCalls.JSON, tree);
    }

    @Override
    public Map<String, Object> parse(String manifest) {
        try {
            return Trees.object(new KubernetesSerialization().unmarshal(manifest, Map.class))
                    .tree();
        } catch (RuntimeException e) { // its YAML reader throws what it likes
            throw new IllegalArgumentException("the manifest is neither YAML nor JSON", e);
        }
    }

    @Override
    public Watch watch(ObjectKind kind, String namespace, Observer observer) {
        ObjectWatch watch =
                new ObjectWatch(
                        kind,
                        namespace,
                        observer,
                        connection,
                        scheduler,
                        counters,
                        clock,
                        watches::remove);
        watches.add(watch);
        watch.start();
        return watch;
    }

    /** All watches that run, for metrics. */
    public Set<ObjectWatch> watches() {
        return watches;
    }

    /** Ends all watches; returns at once. */
    @Override
    public void close() {
        watches.forEach(ObjectWatch::close);
    }

    private ResourceType served(ObjectKind kind) throws ClusterException {
        return discover(kind)
                .orElseThrow(
                        () ->
                                new ClusterException(
                                        Cause.NOT_FOUND, "the API server does not serve " + kind));
    }

    private KubeObject write(
            Term term, String method, String path, String contentType, Map<String, Object> body)
            throws ClusterException {
        ApiCalls writes = connection.require().writes();
        Permission permission = new Permission(term, method + " " + path);
        try {
            return Trees.object(
                    writes.send(method, path, contentType, body, writeTimeout, permission));
        } finally {
            permission.giveBack();
        }
    }

    private static void addItems(Map<String, Object> page, ObjectKind kind, List<KubeObject> to) {
        if (page.get("items") instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof Map<?, ?> map) {
                    // The items of a list do not say what they are.
                    Map<Object, Object> whole = new LinkedHashMap<>(map);
                    whole.putIfAbsent("apiVersion", kind.apiVersion());
                    whole.putIfAbsent("kind", kind.kind());
                    to.add(Trees.object(whole));
                }
            }
        }
    }

    /** Asked for at the last moment, after any wait for the client-side limit. */
    private final class Permission implements ApiCalls.Gate {
        private final Term term;
        private final String what;
        private Fence.Permit permit;

        Permission(Term term, String what) {
            this.term = term;
            this.what = what;
        }

        @Override
        public void pass() throws ClusterException {
            permit =
                    fence.permit(term)
                            .orElseThrow(
                                    () -> {
                                        counters.fenced.increment();
                                        return new ClusterException(
                                                Cause.TERM_OVER,
                                                what
                                                        + ": not sent, term "
                                                        + term.transitions()
                                                        + " of "
                                                        + term.election()
                                                        + " is over");
                                    });
        }

        void giveBack() {
            if (permit != null) {
                permit.close();
            }
        }
    }
}
