package io.drover.autoscaling.internal.source;

import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.LightObserver;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.Right;
import io.drover.api.kubernetes.Watch;
import io.drover.autoscaling.internal.decide.Samples.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All pods, as little of each as a decision needs; follows them from the first question on, so that
 * a cluster without autoscalers pays nothing. Any thread.
 */
public final class PodIndex implements LightObserver, AutoCloseable {

    private static final ObjectKind POD = new ObjectKind("v1", "Pod");

    /** What {@link PodReader} reads of a pod. */
    private static final List<String> PATHS =
            List.of(
                    "metadata.labels",
                    "metadata.deletionTimestamp",
                    "spec.resources.requests",
                    "spec.containers.name",
                    "spec.containers.resources.requests",
                    "spec.initContainers.name",
                    "spec.initContainers.restartPolicy",
                    "spec.initContainers.resources.requests",
                    "status.phase",
                    "status.startTime",
                    "status.conditions.type",
                    "status.conditions.status",
                    "status.conditions.lastTransitionTime");

    /** What following pods needs. */
    public static final Right RIGHT =
            Right.toFollow("", List.of("pods"), "autoscaling", "the pods of targets.");

    private final Cluster cluster;
    private final String namespace;

    /** By namespace, then by name. */
    private final Map<String, Map<String, Entry>> pods = new ConcurrentHashMap<>();

    private volatile Runnable known = () -> {};
    private Watch watch;
    private boolean closed;

    /**
     * @param namespace whose pods are followed; empty for all
     */
    public PodIndex(Cluster cluster, String namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
    }

    /** Who is told, on the watch's thread, when the pods have become known. Must return at once. */
    public void tell(Runnable whenKnown) {
        known = whenKnown;
    }

    private record Entry(Map<String, String> labels, Pod pod) {}

    /**
     * The pods that a selector finds, in no order.
     *
     * @return empty when they are not known yet
     */
    public List<Pod> find(String inNamespace, Selector selector) {
        List<Pod> found = new ArrayList<>();
        for (Entry entry : pods.getOrDefault(inNamespace, Map.of()).values()) {
            if (selector.selects(entry.labels)) {
                found.add(entry.pod);
            }
        }
        return found;
    }

    /** Why the pods are not known, or may be old; empty when they are. Begins to follow them. */
    public synchronized String problem() {
        if (watch == null && !closed) {
            watch = cluster.watchLightly(POD, namespace, PATHS, this);
        }
        Watch.State state = closed ? null : watch.state();
        if (state == null || state.phase() == Watch.Phase.LIVE) {
            return "";
        }
        return "the pods are not known yet"
                + (state.reason().isEmpty() ? "" : ": " + state.reason());
    }

    @Override
    public void put(KubeObject object) {
        pods.computeIfAbsent(object.namespace(), key -> new ConcurrentHashMap<>())
                .put(object.name(), new Entry(PodReader.labels(object), PodReader.pod(object)));
    }

    @Override
    public void removed(String key) {
        int slash = key.indexOf('/');
        Map<String, Entry> here = pods.get(key.substring(0, Math.max(0, slash)));
        if (here != null) {
            here.remove(key.substring(slash + 1));
        }
    }

    @Override
    public void changed(Watch.State state) {
        if (state.phase() == Watch.Phase.LIVE) {
            known.run();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (watch != null) {
            watch.close();
        }
    }
}
