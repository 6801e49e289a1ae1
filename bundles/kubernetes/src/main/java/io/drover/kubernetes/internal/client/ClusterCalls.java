package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ClusterException.Cause;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.LightObserver;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.Observer;
import io.drover.api.kubernetes.Patch;
import io.drover.api.kubernetes.ResourceType;
import io.drover.api.kubernetes.Term;
import io.drover.api.kubernetes.Watch;
import io.drover.kubernetes.internal.election.Fence;
import io.drover.kubernetes.internal.watch.LightInformers;
import io.drover.kubernetes.internal.watch.OwnWrites;
import io.drover.kubernetes.internal.watch.SharedInformers;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The service {@link Cluster} over one {@link Connection}. */
public final class ClusterCalls implements Cluster, AutoCloseable {

    private static final int PAGE = 500;

    private final Connection connection;
    private final Fence fence;
    private final Duration readTimeout;
    private final Duration writeTimeout;
    private final SharedInformers informers;
    private final LightInformers light;
    private final OwnWrites ownWrites;
    private final Counters counters;

    public ClusterCalls(
            Connection connection,
            Fence fence,
            Duration readTimeout,
            Duration writeTimeout,
            SharedInformers informers,
            LightInformers light,
            OwnWrites ownWrites,
            Counters counters) {
        this.connection = connection;
        this.fence = fence;
        this.readTimeout = readTimeout;
        this.writeTimeout = writeTimeout;
        this.informers = informers;
        this.light = light;
        this.ownWrites = ownWrites;
        this.counters = counters;
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
            objects.addAll(ApiListWatch.items(page, kind));
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
        if (patch.resourceVersion().isEmpty() && target.uid().isEmpty()) {
            throw new ClusterException(
                    Cause.INVALID,
                    "patch " + target.key() + " needs a resourceVersion or uid that must still be");
        }
        String path =
                Paths.of(
                        served(target.kind()),
                        target.namespace(),
                        target.name(),
                        patch.subresource());
        Map<String, Object> body = new LinkedHashMap<>(patch.body());
        Map<String, Object> metadata = new LinkedHashMap<>(KubeObject.map(body, "metadata"));
        putUnlessEmpty(metadata, "resourceVersion", patch.resourceVersion());
        putUnlessEmpty(metadata, "uid", target.uid());
        body.put("metadata", metadata);
        ApiCalls.Call call =
                new ApiCalls.Call(
                        "PATCH", path + "?fieldManager=drover", ApiCalls.MERGE_PATCH, body);
        KubeObject written = write(term, call, () -> checkVersion(call, patch));
        ownWrites.wrote(target.kind(), target.key(), written.resourceVersion());
        return written;
    }

    @Override
    public KubeObject create(Term term, Map<String, Object> tree) throws ClusterException {
        KubeObject object = new KubeObject(tree);
        String path = Paths.of(served(object.kind()), object.namespace());
        ApiCalls.Call call =
                new ApiCalls.Call("POST", path + "?fieldManager=drover", ApiCalls.JSON, tree);
        KubeObject written = write(term, call, () -> {});
        ownWrites.wrote(written.kind(), written.key(), written.resourceVersion());
        return written;
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
        return informers.watch(kind, namespace, observer);
    }

    @Override
    public Watch watchLightly(
            ObjectKind kind, String namespace, List<String> paths, LightObserver observer) {
        Shape shape = Shape.of(paths.toArray(String[]::new));
        return light.watch(new SharedInformers.Key(kind, namespace), shape, observer);
    }

    /** Ends all watches; returns at once. */
    @Override
    public void close() {
        informers.close();
        light.close();
    }

    private ResourceType served(ObjectKind kind) throws ClusterException {
        return discover(kind)
                .orElseThrow(
                        () ->
                                new ClusterException(
                                        Cause.NOT_FOUND, "the API server does not serve " + kind));
    }

    /** A patch that was made from what a cache showed before our own last write is not sent. */
    private void checkVersion(ApiCalls.Call call, Patch patch) throws ClusterException {
        ObjectRef target = patch.target();
        if (ownWrites.newerThan(target.kind(), target.key(), patch.resourceVersion())) {
            counters.stale.increment();
            throw new ClusterException(
                    Cause.CONFLICT,
                    call
                            + ": not sent, made from version "
                            + patch.resourceVersion()
                            + ", older than what this process wrote last");
        }
    }

    private KubeObject write(Term term, ApiCalls.Call call, ApiCalls.Gate first)
            throws ClusterException {
        ApiCalls writes = connection.require().writes();
        Permission permission = new Permission(term, call.toString());
        ApiCalls.Gate both =
                () -> {
                    first.pass();
                    permission.pass();
                };
        try {
            return Trees.object(writes.send(call, Shape.ALL, writeTimeout, both, comment(term)));
        } finally {
            permission.giveBack();
        }
    }

    /** So that the audit log of the API server shows the term of each write. */
    static String comment(Term term) {
        return " (term " + term.election() + "/" + term.transitions() + ")";
    }

    private static void putUnlessEmpty(Map<String, Object> to, String name, String value) {
        if (!value.isEmpty()) {
            to.put(name, value);
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
