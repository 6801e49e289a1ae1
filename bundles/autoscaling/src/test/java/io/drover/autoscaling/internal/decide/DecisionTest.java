package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Condition.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecisionTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123Z");
    private static final Instant SECOND = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = NOW.plus(Duration.ofHours(1));

    @Test
    void aTargetThatIsThereMakesItActive() {
        Decision decision = Decision.of(web(), Spec.of(web()), new Target.Found(3, 2), NOW);

        assertThat(status(decision, Condition.ERROR)).isEqualTo(Status.FALSE);
        assertThat(status(decision, Condition.ACTIVE)).isEqualTo(Status.TRUE);
        assertThat(status(decision, Condition.HORIZONTAL_ABLE_TO_RECOMMEND))
                .isEqualTo(Status.UNKNOWN);
        assertThat(decision.conditions())
                .hasSize(8)
                .allSatisfy(one -> assertThat(one.lastTransition()).isEqualTo(SECOND));
        assertThat(decision.currentReplicas()).hasValue(2);
        assertThat(decision.changed()).isTrue();
        assertThat(decision.notice())
                .contains(
                        new Decision.Notice(
                                false,
                                "TargetFound",
                                "apps/v1 Deployment web has 2 of 3 replicas (min 2, max 5)"));
    }

    @Test
    void theSameAgainChangesNothingAndSaysNothing() {
        KubeObject object = web();
        Decision first = Decision.of(object, Spec.of(object), new Target.Found(3, 2), NOW);

        KubeObject written = with(object, first);
        Decision second = Decision.of(written, Spec.of(written), new Target.Found(3, 2), LATER);

        assertThat(second.changed()).isFalse();
        assertThat(second.notice()).isEmpty();
        assertThat(second.conditions()).isEqualTo(first.conditions());
    }

    @Test
    void theOrderInWhichTheApiServerKeepsConditionsDoesNotMatter() {
        KubeObject object = web();
        Decision first = Decision.of(object, Spec.of(object), new Target.Found(3, 2), NOW);
        List<Condition> turned = new ArrayList<>(first.conditions());
        Collections.reverse(turned);
        KubeObject written =
                with(object, new Decision(turned, first.currentReplicas(), true, first.notice()));

        Decision second = Decision.of(written, Spec.of(written), new Target.Found(3, 2), LATER);

        assertThat(second.changed()).isFalse();
    }

    @Test
    void theTimeOfATransitionMovesOnlyWithTheStatus() {
        KubeObject missing = decided(web(), new Target.Missing());

        Decision found = Decision.of(missing, Spec.of(missing), new Target.Found(3, 3), LATER);

        Instant later = Instant.parse("2026-01-01T01:00:00Z");
        assertThat(at(found, Condition.ACTIVE)).isEqualTo(later);
        assertThat(at(found, Condition.HORIZONTAL_ABLE_TO_SCALE)).isEqualTo(later);
        assertThat(at(found, Condition.ERROR)).isEqualTo(SECOND);
        assertThat(at(found, Condition.VERTICAL_ABLE_TO_RECOMMEND)).isEqualTo(SECOND);
    }

    @Test
    void aMissingTargetIsWarnedOfOnceAndItsReturnIsTold() {
        Decision missing = Decision.of(web(), Spec.of(web()), new Target.Missing(), NOW);
        assertThat(missing.notice())
                .contains(
                        new Decision.Notice(
                                true, "TargetNotFound", "apps/v1 Deployment web does not exist"));
        assertThat(status(missing, Condition.HORIZONTAL_ABLE_TO_SCALE)).isEqualTo(Status.FALSE);
        assertThat(status(missing, Condition.ERROR)).isEqualTo(Status.FALSE);

        KubeObject written = with(web(), missing);
        assertThat(Decision.of(written, Spec.of(written), new Target.Missing(), LATER).notice())
                .isEmpty();
        assertThat(Decision.of(written, Spec.of(written), new Target.Found(1, 1), LATER).notice())
                .map(Decision.Notice::reason)
                .contains("TargetFound");
    }

    @Test
    void aTargetAtZeroIsLeftAlone() {
        Decision decision = Decision.of(web(), Spec.of(web()), new Target.Found(0, 0), NOW);

        assertThat(status(decision, Condition.ACTIVE)).isEqualTo(Status.FALSE);
        assertThat(status(decision, Condition.ERROR)).isEqualTo(Status.FALSE);
        assertThat(decision.notice().orElseThrow().warning()).isFalse();
        assertThat(decision.notice().orElseThrow().reason()).isEqualTo("ScalingDisabled");
    }

    @Test
    void aChangeOfReplicasAloneIsWrittenWithoutAnEvent() {
        KubeObject object = decided(web(), new Target.Found(3, 2));

        Decision decision = Decision.of(object, Spec.of(object), new Target.Found(3, 3), LATER);

        assertThat(decision.changed()).isTrue();
        assertThat(decision.notice()).isEmpty();
    }

    @Test
    void whatIsWrongWithTheSpecIsAnErrorWithAllFindings() {
        KubeObject object =
                object(
                        Map.of(
                                "targetRef",
                                Map.of("kind", "Deployment", "name", "web"),
                                "constraints",
                                Map.of("minReplicas", 5, "maxReplicas", 2)));

        Decision decision = Decision.of(object, Spec.of(object), new Target.NotLookedFor(), NOW);

        Condition error = Condition.find(decision.conditions(), Condition.ERROR).orElseThrow();
        assertThat(error.status()).isEqualTo(Status.TRUE);
        assertThat(error.reason()).isEqualTo("InvalidTargetRef");
        assertThat(error.message())
                .isEqualTo(
                        "spec.targetRef.apiVersion must name group and version, as apps/v1, is \"\";"
                                + " spec.constraints.maxReplicas must be at least minReplicas (5), is 2");
        assertThat(status(decision, Condition.ACTIVE)).isEqualTo(Status.FALSE);
        assertThat(decision.notice().orElseThrow().warning()).isTrue();
    }

    @Test
    void anotherErrorIsToldAgain() {
        KubeObject object = decided(web(), new Target.UnknownKind());

        Decision decision = Decision.of(object, Spec.of(object), new Target.NotScalable(), LATER);

        assertThat(at(decision, Condition.ERROR)).isEqualTo(SECOND);
        assertThat(decision.notice())
                .contains(
                        new Decision.Notice(
                                true,
                                "UnsupportedTargetKind",
                                "apps/v1 Deployment has no scale subresource"));
    }

    @Test
    void conditionsOfOthersStay() {
        Map<String, Object> foreign = Map.of("type", "Audited", "status", "True");
        Map<String, Object> tree = new LinkedHashMap<>(web().tree());
        tree.put("status", Map.of("conditions", List.of(foreign)));
        KubeObject object = new KubeObject(tree);

        Decision decision = Decision.of(object, Spec.of(object), new Target.Found(1, 1), NOW);

        assertThat(Condition.find(decision.conditions(), "Audited")).isPresent();
    }

    @Test
    void aForbiddenTargetSaysWhatTheApiServerSaid() {
        Decision decision =
                Decision.of(web(), Spec.of(web()), new Target.Forbidden("cannot get"), NOW);

        assertThat(decision.notice())
                .contains(new Decision.Notice(true, "TargetForbidden", "cannot get"));
    }

    private static Status status(Decision decision, String type) {
        return Condition.find(decision.conditions(), type).orElseThrow().status();
    }

    private static Instant at(Decision decision, String type) {
        return Condition.find(decision.conditions(), type).orElseThrow().lastTransition();
    }

    private static KubeObject decided(KubeObject object, Target target) {
        return with(object, Decision.of(object, Spec.of(object), target, NOW));
    }

    /** The object as the API server has it after the write. */
    private static KubeObject with(KubeObject object, Decision decision) {
        Map<String, Object> status = new LinkedHashMap<>();
        decision.currentReplicas().ifPresent(count -> status.put("currentReplicas", count));
        status.put("conditions", decision.conditions().stream().map(Condition::tree).toList());
        Map<String, Object> tree = new LinkedHashMap<>(object.tree());
        tree.put("status", status);
        return new KubeObject(tree);
    }

    private static KubeObject web() {
        return object(
                Map.of(
                        "targetRef",
                        Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", "web"),
                        "constraints",
                        Map.of("minReplicas", 2, "maxReplicas", 5)));
    }

    private static KubeObject object(Map<String, Object> spec) {
        return new KubeObject(
                Map.of("metadata", Map.of("name", "a", "namespace", "default"), "spec", spec));
    }
}
