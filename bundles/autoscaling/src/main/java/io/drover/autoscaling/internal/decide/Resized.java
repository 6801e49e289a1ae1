package io.drover.autoscaling.internal.decide;

import io.drover.api.kubernetes.KubeObject;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the pods of a target are on the way to what is wanted.
 *
 * @param pods all of them that live
 * @param done those that have it
 * @param triggered those that were changed just now
 * @param waiting those for whom their node has no room yet, or that are on the way
 * @param stuck what keeps one of them from ever getting there, or its change from being written;
 *     empty when nothing does
 */
public record Resized(int pods, int done, int triggered, int waiting, String stuck) {

    public static final Resized NOTHING = new Resized(0, 0, 0, 0, "");

    /** What a pod says of a resize. */
    public enum Phase {
        /** Nothing: it has what its spec says. */
        SETTLED,
        /** It is on the way, or its node has no room yet. */
        WAITING,
        /** Its node can never give it that. */
        INFEASIBLE
    }

    /** Whether all pods have what is wanted. */
    boolean complete() {
        return pods > 0 && done == pods;
    }

    /**
     * What a pod's status says: its conditions (Kubernetes 1.33: PodResizePending,
     * PodResizeInProgress) and, where its node tells them, the resources that its containers have.
     */
    public static Phase phase(KubeObject pod) {
        Phase phase = has(pod) ? Phase.SETTLED : Phase.WAITING;
        for (Map<String, Object> condition : Spec.maps(pod.status(), "conditions")) {
            if (!"True".equals(condition.get("status"))) {
                continue;
            }
            if ("PodResizePending".equals(condition.get("type"))) {
                return "Infeasible".equals(condition.get("reason"))
                        ? Phase.INFEASIBLE
                        : Phase.WAITING;
            }
            if ("PodResizeInProgress".equals(condition.get("type"))) {
                phase = Phase.WAITING;
            }
        }
        return phase;
    }

    private static boolean has(KubeObject pod) {
        Map<String, Resources> asked = new HashMap<>();
        for (Map<String, Object> container : Spec.maps(pod.spec(), "containers")) {
            asked.put(KubeObject.text(container, "name"), Resources.of(container));
        }
        return Spec.maps(pod.status(), "containerStatuses").stream()
                .filter(each -> !KubeObject.map(each, "resources").isEmpty())
                .allMatch(
                        each ->
                                Resources.of(each)
                                        .equals(asked.get(KubeObject.text(each, "name"))));
    }

    /** Whether a pod serves. */
    public static boolean ready(KubeObject pod) {
        return Spec.maps(pod.status(), "conditions").stream()
                .anyMatch(
                        each ->
                                "Ready".equals(each.get("type"))
                                        && "True".equals(each.get("status")));
    }

    /** Whether a pod will never serve again. */
    public static boolean over(KubeObject pod) {
        String phase = KubeObject.text(pod.status(), "phase");
        return pod.metadata().get("deletionTimestamp") != null
                || phase.equals("Failed")
                || phase.equals("Succeeded");
    }
}
