package io.drover.kubernetes.internal.rights;

import io.drover.api.kubernetes.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rights as a manifest that {@code kubectl apply} takes: a service account and, for each namespace
 * that they are for, a Role and its binding; a ClusterRole for those that are for all. Pure.
 */
final class Manifest {

    private static final int WIDTH = 128;
    private static final String API = "rbac.authorization.k8s.io";

    private static final String HEAD =
            """
            # What the cluster agent may do in a cluster, and no more: each right with its feature and its reason. Printed by a running agent,
            # as it is configured: ./drover rbac; a test holds it against the requests that the API server's audit log saw.
            #
            #   kubectl create namespace %1$s
            #   kubectl apply -f crd/datadogpodautoscalers.yaml -f rbac.yaml
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: drover, namespace: %1$s}
            ---
            """;

    private static final String PART_HEAD =
            """
            # What the feature %s of the cluster agent needs, besides a service account. Printed by a running agent: ./drover rbac %1$s
            """;

    private Manifest() {}

    /**
     * Of all features.
     *
     * @param home the agent's own namespace
     */
    static String whole(List<Right> rights, String home) {
        return HEAD.formatted(home) + roles(rights, "drover", home);
    }

    /** Of one feature, with roles of its own. */
    static String part(String feature, List<Right> rights, String home) {
        return PART_HEAD.formatted(feature) + roles(rights, "drover-" + feature, home);
    }

    private static String roles(List<Right> rights, String name, String home) {
        Map<String, List<Right>> places = new TreeMap<>();
        for (Right right : rights) {
            String place = right.namespace().equals(Right.OWN) ? home : right.namespace();
            places.computeIfAbsent(place, empty -> new ArrayList<>()).add(right);
        }
        List<String> documents = new ArrayList<>();
        places.forEach((place, there) -> documents.addAll(roles(there, name, place, home)));
        return String.join("---\n", documents);
    }

    private static List<String> roles(List<Right> rights, String name, String place, String home) {
        boolean all = place.equals(Right.ANYWHERE);
        String role = all ? "ClusterRole" : "Role";
        String metadata = "{name: " + name + (all ? "}" : ", namespace: " + place + "}");
        StringBuilder text =
                new StringBuilder("apiVersion: ")
                        .append(API)
                        .append("/v1\nkind: ")
                        .append(role)
                        .append("\nmetadata: ")
                        .append(metadata)
                        .append("\nrules:\n");
        String said = "";
        for (Right right : rights) {
            String reason = reason(right);
            if (!reason.equals(said)) {
                comment(text, reason);
                said = reason;
            }
            rule(text, right);
        }
        String binding =
                """
                apiVersion: %s/v1
                kind: %sBinding
                metadata: %s
                roleRef: {apiGroup: %s, kind: %s, name: %s}
                subjects: [{kind: ServiceAccount, name: drover, namespace: %s}]
                """
                        .formatted(API, role, metadata, API, role, name, home);
        return List.of(text.toString(), binding);
    }

    private static String reason(Right right) {
        String reason = right.feature() + ": " + right.why();
        if (right.seldom().isEmpty()) {
            return reason;
        }
        boolean all = right.seldom().equals(right.verbs());
        return reason
                + " "
                + (all ? "Used " : String.join(", ", right.seldom()) + ": ")
                + right.when();
    }

    private static void rule(StringBuilder text, Right right) {
        text.append("  - {apiGroups: [")
                .append(right.group().isEmpty() ? "''" : right.group())
                .append("], resources: [")
                .append(String.join(", ", right.resources()));
        if (!right.names().isEmpty()) {
            text.append("], resourceNames: [").append(String.join(", ", right.names()));
        }
        text.append("], verbs: [").append(String.join(", ", right.verbs())).append("]}\n");
    }

    private static void comment(StringBuilder text, String sentence) {
        StringBuilder line = new StringBuilder("  #");
        for (String word : sentence.split(" ")) {
            if (line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line = new StringBuilder("  #");
            }
            line.append(' ').append(word);
        }
        text.append(line).append('\n');
    }
}
