package io.drover.api.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The objects of the cluster that the agent is connected to. Any thread.
 *
 * <p>Calls that throw {@link ClusterException} block until the API server has answered, at most for
 * the configured request time-out; while the client-side limit of requests is reached they wait
 * within the same time. An interrupted call ends with {@link ClusterException.Cause#UNAVAILABLE}
 * and keeps the thread's interrupt flag. Without a cluster they fail at once.
 */
public interface Cluster {

    /** Whether a cluster is configured and what is known of it; from memory. */
    View view();

    /**
     * How the API server serves a kind; remembered for a while, absence for a second.
     *
     * @return empty when it does not serve it
     */
    Optional<ResourceType> discover(ObjectKind kind) throws ClusterException;

    /**
     * Reads one object.
     *
     * @param subresource {@code scale}, {@code status} or empty
     * @return empty when the object, its kind or its namespace is not there
     */
    Optional<KubeObject> get(ObjectRef ref, String subresource) throws ClusterException;

    /**
     * Reads the objects of a kind, page by page.
     *
     * @param namespace empty for all namespaces
     * @param labelSelector in the syntax of the API server; empty for all
     * @param max more objects than this are an error ({@link ClusterException.Cause#INVALID})
     */
    List<KubeObject> list(ObjectKind kind, String namespace, String labelSelector, int max)
            throws ClusterException;

    /**
     * Changes one object, in a term. It is sent only while {@code term} is the present one, with
     * the time-out of writes, and is never tried again by this service.
     *
     * @return the object as it is now
     */
    KubeObject patch(Term term, Patch patch) throws ClusterException;

    /**
     * Creates an object, in a term, under the rules of {@link #patch}.
     *
     * @param tree the whole document
     * @throws ClusterException with {@link ClusterException.Cause#CONFLICT} when it exists
     */
    KubeObject create(Term term, Map<String, Object> tree) throws ClusterException;

    /**
     * Reads a manifest; needs no cluster and does not block.
     *
     * @param manifest one document in YAML or JSON
     * @throws IllegalArgumentException when it is neither
     */
    Map<String, Object> parse(String manifest);

    /**
     * Follows all objects of a kind from now on, through every loss of the connection; begins as
     * soon as there is a cluster that serves the kind. Never blocks.
     *
     * @param namespace empty for all namespaces
     */
    Watch watch(ObjectKind kind, String namespace, Observer observer);

    /**
     * Follows as {@link #watch} does, for kinds with many objects: only parts of each object are
     * read, and of an object that was told only its version is kept. It is not shared with other
     * watches.
     *
     * @param paths what is read besides kind, name, namespace, uid and resourceVersion: names with
     *     dots between, {@code *} for any name, lists need no step of their own: {@code
     *     metadata.labels}, {@code status.podIP}, {@code spec.containers.resources.requests}
     */
    Watch watchLightly(
            ObjectKind kind, String namespace, List<String> paths, LightObserver observer);

    /**
     * What is known of the cluster.
     *
     * @param configured whether a cluster is configured
     * @param reachable whether it answered the newest request
     * @param server the address of the API server; empty when none is configured
     * @param version its version; empty while it has not answered
     * @param id the cluster's identity: the uid of the namespace {@code kube-system}; empty while
     *     it is not known
     * @param namespace the agent's own namespace, where its Leases live
     * @param problem what is wrong, in a sentence; empty when nothing is
     */
    record View(
            boolean configured,
            boolean reachable,
            String server,
            String version,
            String id,
            String namespace,
            String problem) {}
}
