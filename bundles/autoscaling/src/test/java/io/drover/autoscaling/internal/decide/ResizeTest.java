package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.Yaml;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ResizeTest {

    @Test
    void aPodThatHasWhatIsWantedIsLeftAlone() {
        assertThat(resize("{requests: {cpu: 1500m}}", cpu(1_500, 0)).none()).isTrue();
        assertThat(resize("{requests: {cpu: '1.5'}}", cpu(1_500, 0)).none()).isTrue();
    }

    @Test
    void whatIsNotSpokenOfStays() {
        Resize resize =
                resize(
                        "{requests: {cpu: 1, memory: 1Gi, gpu: 1}, limits: {gpu: 1}}",
                        cpu(2_000, 0));

        assertThat(resources(resize))
                .isEqualTo("{requests={cpu=2, memory=1024Mi, gpu=1}, limits={gpu=1}}");
        assertThat(containers(resize)).contains("image=app").contains("image=side");
        assertThat(resize.restarts()).isFalse();
    }

    @Test
    void aLimitThatIsTheRequestGoesWithItForAPodKeepsItsClassOfService() {
        assertThat(resources(resize("{requests: {cpu: 1}, limits: {cpu: 1}}", cpu(2_000, 0))))
                .isEqualTo("{requests={cpu=2}, limits={cpu=2}}");
    }

    @Test
    void whatIsOnlyRecommendedIsNearEnoughWithinATenth() {
        Wanted ordered = cpu(1_100, 0);
        Wanted advised =
                new Wanted(ordered.containers(), ordered.limits(), Set.of("app"), Set.of());

        assertThat(resize("{requests: {cpu: 1}}", advised).none()).isTrue();
        assertThat(resize("{requests: {cpu: 1}}", ordered).none()).isFalse();
        assertThat(resize("{requests: {cpu: 999m}}", advised).none()).isFalse();
    }

    @Test
    void anyOtherLimitBoundsTheRequest() {
        assertThat(resources(resize("{requests: {cpu: 1}, limits: {cpu: 1500m}}", cpu(2_000, 0))))
                .isEqualTo("{requests={cpu=1500m}, limits={cpu=1500m}}");
        assertThat(
                        resources(
                                resize(
                                        "{requests: {cpu: 1}, limits: {cpu: 1500m}}",
                                        cpu(2_000, 3_000))))
                .isEqualTo("{requests={cpu=2}, limits={cpu=3}}");
    }

    @Test
    void aContainerThatRestartsForItIsTold() {
        String policy =
                "resizePolicy: [{resourceName: %s, restartPolicy: RestartContainer}], resources: {requests: {cpu: 1}}";

        assertThat(Resize.of(pod(policy.formatted("cpu")), cpu(2_000, 0)).restarts()).isTrue();
        assertThat(Resize.of(pod(policy.formatted("memory")), cpu(2_000, 0)).restarts()).isFalse();
    }

    @Test
    void aNodeThatTellsOtherResourcesThanTheSpecIsStillAtIt() {
        KubeObject pod = pod("resources: {requests: {cpu: 2}}");
        assertThat(Resized.phase(pod)).isEqualTo(Resized.Phase.SETTLED);
        assertThat(
                        Resized.phase(
                                with(
                                        pod,
                                        "{containerStatuses: [{name: app, resources: {requests: {cpu: 1}}}]}")))
                .isEqualTo(Resized.Phase.WAITING);
        assertThat(
                        Resized.phase(
                                with(
                                        pod,
                                        "{containerStatuses: [{name: app, resources: {requests: {cpu: 2000m}}}]}")))
                .isEqualTo(Resized.Phase.SETTLED);
        assertThat(
                        Resized.phase(
                                with(
                                        pod,
                                        "{conditions: [{type: PodResizePending, status: 'True', reason: Infeasible}]}")))
                .isEqualTo(Resized.Phase.INFEASIBLE);
        assertThat(
                        Resized.phase(
                                with(
                                        pod,
                                        "{conditions: [{type: PodResizePending, status: 'True', reason: Deferred}]}")))
                .isEqualTo(Resized.Phase.WAITING);
    }

    private static Resize resize(String resources, Wanted wanted) {
        return Resize.of(pod("resources: " + resources), wanted);
    }

    /** A request, and a limit unless that is 0, of the container app. */
    private static Wanted cpu(long request, long limit) {
        Resources app =
                new Resources(Map.of("cpu", request), limit == 0 ? Map.of() : Map.of("cpu", limit));
        return new Wanted(new TreeMap<>(Map.of("app", app)), Set.of("app"), Set.of(), Set.of());
    }

    @SuppressWarnings("unchecked") // the keys of a document are strings
    private static KubeObject pod(String app) {
        String text =
                "{metadata: {name: web}, spec: {containers: [{name: app, image: app, "
                        + app
                        + "}, {name: side, image: side}]}}";
        return new KubeObject((Map<String, Object>) Yaml.read("pod", text));
    }

    @SuppressWarnings("unchecked") // the keys of a document are strings
    private static KubeObject with(KubeObject pod, String status) {
        Map<String, Object> tree = new TreeMap<>(pod.tree());
        tree.put("status", Yaml.read("status", status));
        return new KubeObject(tree);
    }

    private static String resources(Resize resize) {
        return KubeObject.map(Spec.maps(resize.spec(), "containers").get(0), "resources")
                .toString();
    }

    private static String containers(Resize resize) {
        return resize.spec().get("containers").toString();
    }
}
