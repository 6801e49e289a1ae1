package io.drover.autoscaling.internal.source;

import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.LightObserver;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.Right;
import io.drover.api.kubernetes.Watch;
import io.drover.autoscaling.internal.decide.Target.Found;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The scales of what autoscalers point to. Those of Deployments, ReplicaSets and StatefulSets are
 * made of the objects themselves, which are followed from the first question about their kind on;
 * so a look at one costs no request. Of other kinds, and of what is not known, the API server is
 * asked. Any thread.
 */
public final class Targets implements AutoCloseable {

    /** Kinds whose scale is: these fields (kubernetes/pkg/registry/apps). */
    private static final List<ObjectKind> PLAIN =
            List.of(
                    new ObjectKind("apps/v1", "Deployment"),
                    new ObjectKind("apps/v1", "StatefulSet"),
                    new ObjectKind("apps/v1", "ReplicaSet"));

    /** What finding a scale needs. */
    public static final List<Right> RIGHTS =
            List.of(
                    Right.to(
                            List.of("get", "patch"),
                            "apps",
                            List.of("deployments/scale", "replicasets/scale", "statefulsets/scale"),
                            "autoscaling",
                            "the number of replicas of targets. Add the scale subresource of your own kinds here."
                                    + " Without patch everything is shown (explain, status) and nothing is written."),
                    Right.toFollow(
                            "apps",
                            List.of("deployments", "replicasets", "statefulsets"),
                            "autoscaling",
                            "their scales without a request for each look; without these rights each look is a get."));

    private static final List<String> PATHS =
            List.of("spec.replicas", "spec.selector", "status.replicas");

    private final Cluster cluster;
    private final String namespace;
    private final Map<ObjectKind, Followed> followed = new HashMap<>();
    private boolean closed;

    /**
     * @param namespace whose objects are followed; empty for all
     */
    public Targets(Cluster cluster, String namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
    }

    /**
     * The scale of an object. Blocks while the API server is asked.
     *
     * @return empty when the object is not there
     */
    public Optional<Found> find(ObjectRef ref) throws ClusterException {
        Optional<Found> known = follow(ref.kind()).flatMap(all -> all.known(ref.key()));
        return known.isPresent() ? known : cluster.get(ref, "scale").map(Targets::ofScale);
    }

    /**
     * Our own write of a scale, which the watch has yet to show: nobody decides by an older one.
     *
     * @param from what was decided by
     * @param scale what came of it
     */
    public void wrote(ObjectRef ref, Found from, KubeObject scale) {
        follow(ref.kind()).ifPresent(all -> all.scales.replace(ref.key(), from, ofScale(scale)));
    }

    /** What is known turned out to be old: the API server is asked until the watch shows more. */
    public void doubt(ObjectRef ref, Found old) {
        follow(ref.kind()).ifPresent(all -> all.scales.remove(ref.key(), old));
    }

    private synchronized Optional<Followed> follow(ObjectKind kind) {
        if (closed || !PLAIN.contains(kind)) {
            return Optional.empty();
        }
        Followed all = followed.get(kind);
        if (all == null) {
            all = new Followed();
            followed.put(kind, all);
            all.watch = cluster.watchLightly(kind, namespace, PATHS, all);
        }
        return Optional.of(all);
    }

    private static Found ofScale(KubeObject scale) {
        return new Found(
                number(scale.spec().get("replicas"), 0), // the API server leaves a zero out
                number(scale.status().get("replicas"), 0),
                KubeObject.text(scale.status(), "selector"),
                scale.resourceVersion());
    }

    private static Found ofObject(KubeObject object) {
        return new Found(
                number(object.spec().get("replicas"), 1),
                number(object.status().get("replicas"), 0),
                Selector.text(KubeObject.map(object.spec(), "selector")),
                object.resourceVersion());
    }

    private static int number(Object value, int absent) {
        return value instanceof Number number ? number.intValue() : absent;
    }

    @Override
    public synchronized void close() {
        closed = true;
        followed.values().forEach(all -> all.watch.close());
    }

    /** All objects of one kind. */
    private static final class Followed implements LightObserver {

        private final Map<String, Found> scales = new ConcurrentHashMap<>();
        private volatile Watch watch;

        Optional<Found> known(String key) {
            return watch.state().phase() == Watch.Phase.LIVE
                    ? Optional.ofNullable(scales.get(key))
                    : Optional.empty();
        }

        @Override
        public void put(KubeObject object) {
            scales.put(object.key(), ofObject(object));
        }

        @Override
        public void removed(String key) {
            scales.remove(key);
        }
    }
}
