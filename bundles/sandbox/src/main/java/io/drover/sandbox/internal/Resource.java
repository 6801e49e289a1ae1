package io.drover.sandbox.internal;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kind that is served.
 *
 * @param apiVersion {@code apps/v1}
 * @param kind {@code Deployment}
 * @param plural {@code deployments}
 * @param namespaced whether its objects lie in namespaces
 * @param subresources {@code status}, {@code scale}
 */
record Resource(
        String apiVersion,
        String kind,
        String plural,
        boolean namespaced,
        Set<String> subresources) {

    static final Resource POD = of("v1", "Pod", "pods", "status");
    static final Resource NAMESPACE =
            new Resource("v1", "Namespace", "namespaces", false, Set.of());
    static final Resource DEPLOYMENT =
            of("apps/v1", "Deployment", "deployments", "status", "scale");
    static final Resource EVENT = of("events.k8s.io/v1", "Event", "events");
    static final Resource USAGE = of("metrics.k8s.io/v1beta1", "PodMetrics", "pods");
    static final Resource AUTOSCALER =
            of("datadoghq.com/v1alpha2", "DatadogPodAutoscaler", "datadogpodautoscalers", "status");

    /** All of them: what the agent asks for, and no more. */
    static final List<Resource> ALL =
            List.of(
                    POD,
                    NAMESPACE,
                    new Resource("v1", "Node", "nodes", false, Set.of("status")),
                    of("v1", "Service", "services", "status"),
                    of("discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
                    DEPLOYMENT,
                    of("coordination.k8s.io/v1", "Lease", "leases"),
                    EVENT,
                    USAGE,
                    AUTOSCALER);

    private static Resource of(
            String apiVersion, String kind, String plural, String... subresources) {
        return new Resource(apiVersion, kind, plural, true, Set.of(subresources));
    }

    static Optional<Resource> find(String apiVersion, String plural) {
        return ALL.stream()
                .filter(each -> each.apiVersion.equals(apiVersion) && each.plural.equals(plural))
                .findFirst();
    }
}
