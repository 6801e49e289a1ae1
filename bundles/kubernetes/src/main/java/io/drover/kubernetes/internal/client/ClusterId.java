package io.drover.kubernetes.internal.client;

import static io.drover.api.kubernetes.KubeObject.map;
import static io.drover.api.kubernetes.KubeObject.text;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ClusterException.Cause;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which cluster this is: the uid of its namespace kube-system, which lives as long as the cluster;
 * or what a ConfigMap of the agent's own namespace says, so that the ID outlives a cluster that is
 * made anew from a backup. A ConfigMap that is missing is made with that uid; one that is there is
 * never changed.
 */
final class ClusterId {

    private static final String KUBE_SYSTEM = "/api/v1/namespaces/kube-system";
    private static final String KEY = "id";
    private static final String WHY = "which cluster this is: the uid of this one namespace.";
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final String configMap;

    /** One request each; they block. */
    interface Calls {
        Map<String, Object> get(String path) throws ClusterException;

        Map<String, Object> create(String path, Map<String, Object> object) throws ClusterException;
    }

    /**
     * @param configMap its name; empty for none
     */
    ClusterId(String configMap) {
        this.configMap = configMap;
    }

    /** What {@link #find} needs. */
    static List<Right> rights(String configMap) {
        List<Right> rights = new ArrayList<>();
        rights.add(
                Right.to(List.of("get"), "", List.of("namespaces"), "identity", WHY)
                        .named("kube-system"));
        if (!configMap.isEmpty()) {
            String why =
                    "which cluster this is: the ConfigMap of kubernetes.cluster_id_config_map.";
            Right right = Right.to(List.of("get"), "", List.of("configmaps"), "identity", why);
            rights.add(right.named(configMap).in(Right.OWN));
            rights.add(
                    Right.to(List.of("create"), "", List.of("configmaps"), "identity", why)
                            .in(Right.OWN)
                            .onlyWhen("only while it is missing."));
        }
        return rights;
    }

    /**
     * Blocks for three requests at most.
     *
     * @param namespace the agent's own
     */
    String find(Calls calls, String namespace) throws ClusterException {
        if (configMap.isEmpty()) {
            return uid(calls);
        }
        String path = "/api/v1/namespaces/" + namespace + "/configmaps";
        try {
            return read(calls, path, namespace);
        } catch (ClusterException e) {
            if (e.why() != Cause.NOT_FOUND) {
                throw e;
            }
        }
        String uid = uid(calls);
        try {
            calls.create(
                    path,
                    Map.of(
                            "apiVersion",
                            "v1",
                            "kind",
                            "ConfigMap",
                            "metadata",
                            Map.of("name", configMap),
                            "data",
                            Map.of(KEY, uid)));
            return uid;
        } catch (ClusterException e) {
            if (e.why() != Cause.CONFLICT) {
                throw e;
            }
            return read(calls, path, namespace); // another replica was faster
        }
    }

    private String read(Calls calls, String path, String namespace) throws ClusterException {
        String id = text(map(calls.get(path + "/" + configMap), "data"), KEY);
        if (!UUID.matcher(id).matches()) {
            throw new ClusterException(
                    Cause.INVALID,
                    "the ConfigMap "
                            + namespace
                            + "/"
                            + configMap
                            + " must have a UUID under "
                            + KEY
                            + ", and has: "
                            + (id.isEmpty() ? "nothing" : id));
        }
        return id;
    }

    private static String uid(Calls calls) throws ClusterException {
        return new KubeObject(calls.get(KUBE_SYSTEM)).uid();
    }
}
