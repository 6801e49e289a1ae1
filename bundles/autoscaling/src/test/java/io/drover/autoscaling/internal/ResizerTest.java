package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.ResourceType;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.guard.Budgets;
import io.drover.autoscaling.internal.guard.Slots;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResizerTest {

    private static final String FORCE = "autoscaling.datadoghq.com/force-resources";
    private static final String HALF_A_CORE =
            "[{\"name\": \"app\", \"requests\": {\"cpu\": \"500m\"}}]";

    private final Rig rig =
            new Rig(
                    new Slots(1_000),
                    Budgets.unlimited(),
                    Outside.noPrometheus(),
                    Outside.noRecommenders());

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void runningPodsGetWhatTheAnnotationSaysAndTheStatusTellsHowFarTheyAre() {
        rig.deployment("web", 2, "50m");
        rig.cluster.put(forced(rig.scaler("web"), HALF_A_CORE));

        rig.until("it is done", "web", () -> "ResizeCompleted".equals(lastAction().get("type")));

        assertThat(request("web-0")).isEqualTo("500m");
        assertThat(request("web-1")).isEqualTo("500m");
        Map<String, Object> target = KubeObject.map(vertical(), "target");
        assertThat(target)
                .containsEntry("source", "Manual")
                .containsEntry("scaled", 2)
                .containsEntry("podCPURequest", "500m");
        assertThat(rig.status("web", Condition.VERTICAL_ABLE_TO_RECOMMEND)).isEqualTo("True");
        assertThat(rig.status("web", Condition.VERTICAL_ABLE_TO_APPLY)).isEqualTo("True");
        assertThat(rig.condition("web", Condition.VERTICAL_SCALING_LIMITED).message())
                .isEqualTo(
                        "resources overridden for containers app by the autoscaling.datadoghq.com/force-resources annotation");
        assertThat(rig.told("ResizeSuccessful"))
                .containsExactly("All 2 pods resized successfully for autoscaler default/web");
    }

    @Test
    void aPodThatComesLaterGetsTheSame() {
        rig.deployment("web", 1, "50m");
        rig.cluster.put(forced(rig.scaler("web"), HALF_A_CORE));
        rig.until("the first has it", "web", () -> request("web-0").equals("500m"));

        rig.deployment("web", 2, "50m"); // the first one is made anew, too

        rig.until(
                "both have it",
                "web",
                () -> request("web-0").equals("500m") && request("web-1").equals("500m"));
    }

    @Test
    void previewTellsAndWritesNothing() {
        rig.deployment("web", 1, "50m");
        Map<String, Object> scaler = rig.scaler("web");
        spec(scaler).put("applyPolicy", Map.of("mode", "Preview"));
        rig.cluster.put(forced(scaler, HALF_A_CORE));

        rig.until(
                "the status shows it",
                "web",
                () -> KubeObject.map(vertical(), "target").containsKey("version"));

        assertThat(rig.condition("web", Condition.VERTICAL_ABLE_TO_APPLY).message())
                .isEqualTo("nothing is written in the mode Preview");
        assertThat(rig.cluster.patches()).noneMatch(patch -> patch.subresource().equals("resize"));
        assertThat(request("web-0")).isEqualTo("100m");
    }

    @Test
    void aRolloutIsNotDoneAndTheConditionsSayWhy() {
        rig.deployment("web", 1, "50m");
        Map<String, Object> scaler = rig.scaler("web");
        spec(scaler).put("applyPolicy", Map.of("update", Map.of("strategy", "TriggerRollout")));
        rig.cluster.put(forced(scaler, HALF_A_CORE));

        rig.until(
                "it is said",
                "web",
                () -> rig.status("web", Condition.VERTICAL_ABLE_TO_APPLY).equals("False"));

        assertThat(rig.condition("web", Condition.FIELDS_UNUSED).message())
                .startsWith("spec.applyPolicy.update.strategy TriggerRollout: ");
        assertThat(rig.cluster.patches()).noneMatch(patch -> patch.subresource().equals("resize"));
    }

    @Test
    void withoutTheRightItIsShownAndSaidAndTheReplicasFollowAllTheSame() {
        rig.deployment("web", 2, "90m");
        rig.cluster.refuse(
                "resize",
                new ClusterException(ClusterException.Cause.FORBIDDEN, "pods/resize: no"));
        rig.cluster.put(forced(rig.scaler("web"), HALF_A_CORE));

        rig.until(
                "it is said",
                "web",
                () ->
                        rig.condition("web", Condition.VERTICAL_ABLE_TO_APPLY)
                                .message()
                                .contains("pods/resize: no"));
        rig.until("the replicas follow", "web", () -> rig.replicas("web") == 4);

        assertThat(rig.told("ResizeFailed")).hasSize(1);
    }

    @Test
    void whatAVerticalPodAutoscalerRecommendsIsAppliedWithinTheBoundsWhereTheObjectAsksForIt() {
        ObjectKind vpa = new ObjectKind("autoscaling.k8s.io/v1", "VerticalPodAutoscaler");
        rig.cluster.serve(new ResourceType(vpa, "verticalpodautoscalers", true, Set.of()));
        rig.deployment("web", 1, "50m");
        Map<String, Object> scaler = rig.scaler("web");
        Map<String, Object> bound = Map.of("name", "*", "maxAllowed", Map.of("cpu", "250m"));
        spec(scaler).put("constraints", Map.of("containers", List.of(bound)));
        rig.cluster.put(
                Rig.with(
                        scaler,
                        "annotations",
                        Map.of("autoscaling.drover.io/vertical-source", "vpa")));
        rig.until(
                "it is said that nobody recommends",
                "web",
                () -> rig.status("web", Condition.VERTICAL_ABLE_TO_RECOMMEND).equals("False"));

        rig.cluster.put(
                Map.of(
                        "apiVersion",
                        vpa.apiVersion(),
                        "kind",
                        vpa.kind(),
                        "metadata",
                        Map.of("namespace", "default", "name", "advice"),
                        "spec",
                        Map.of(
                                "targetRef",
                                Map.of(
                                        "apiVersion",
                                        "apps/v1",
                                        "kind",
                                        "Deployment",
                                        "name",
                                        "web"),
                                "updatePolicy",
                                Map.of("updateMode", "Off")),
                        "status",
                        Map.of(
                                "recommendation",
                                Map.of(
                                        "containerRecommendations",
                                        List.of(
                                                Map.of(
                                                        "containerName",
                                                        "app",
                                                        "target",
                                                        Map.of("cpu", "300m")))))));

        rig.until("it is applied", "web", () -> request("web-0").equals("250m"));
        rig.until(
                "it is said",
                "web",
                () ->
                        rig.condition("web", Condition.VERTICAL_SCALING_LIMITED)
                                .reason()
                                .equals("LimitedByConstraint"));
        assertThat(KubeObject.map(vertical(), "target")).containsEntry("source", "External");
        assertThat(rig.status("web", Condition.VERTICAL_ABLE_TO_RECOMMEND)).isEqualTo("True");
    }

    @Test
    void whatAnotherAgentLeftInTheStatusIsReplacedOnce() {
        Map<String, Object> scaler = forced(rig.scaler("web"), HALF_A_CORE);
        scaler.put(
                "status",
                Map.of("vertical", Map.of("target", Map.of("version", "old", "evicted", 3))));
        rig.deployment("web", 1, "50m");
        rig.cluster.put(scaler);

        rig.until("it is done", "web", () -> "ResizeCompleted".equals(lastAction().get("type")));

        assertThat(KubeObject.map(vertical(), "target"))
                .containsEntry("evicted", null) // which a merge patch takes away
                .containsEntry("scaled", 1);
    }

    @Test
    void whenTheAnnotationGoesTheStatusForgetsIt() {
        rig.deployment("web", 1, "50m");
        rig.cluster.put(forced(rig.scaler("web"), HALF_A_CORE));
        rig.until("the status shows it", "web", () -> !vertical().isEmpty());

        rig.cluster.put(rig.scaler("web"));

        rig.until("it is gone", "web", () -> vertical().isEmpty());
        assertThat(rig.status("web", Condition.VERTICAL_ABLE_TO_APPLY)).isEqualTo("Unknown");
        assertThat(request("web-0")).isEqualTo("500m");
    }

    private static Map<String, Object> forced(Map<String, Object> scaler, String value) {
        return Rig.with(scaler, "annotations", Map.of(FORCE, value));
    }

    @SuppressWarnings("unchecked") // as Rig makes it
    private static Map<String, Object> spec(Map<String, Object> scaler) {
        return (Map<String, Object>) scaler.get("spec");
    }

    private Map<String, Object> vertical() {
        return rig.cluster
                .stored(Rig.ref("web"))
                .map(object -> KubeObject.map(object.status(), "vertical"))
                .orElse(new HashMap<>());
    }

    private Map<String, Object> lastAction() {
        return KubeObject.map(vertical(), "lastAction");
    }

    private String request(String pod) {
        ObjectRef ref = new ObjectRef(new ObjectKind("v1", "Pod"), "default", pod, "");
        List<?> containers =
                (List<?>) rig.cluster.stored(ref).orElseThrow().spec().get("containers");
        Map<?, ?> resources = (Map<?, ?>) ((Map<?, ?>) containers.get(0)).get("resources");
        return String.valueOf(((Map<?, ?>) resources.get("requests")).get("cpu"));
    }
}
