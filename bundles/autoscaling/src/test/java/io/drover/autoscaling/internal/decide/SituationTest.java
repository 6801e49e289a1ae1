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
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SituationTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123Z");
    private static final Instant SECOND = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = NOW.plus(Duration.ofHours(1));

    @Test
    void aTargetThatIsThereMakesItActive() {
        Situation decision =
                Situation.of(web(), Spec.of(web()), found(3, 2), Optional.empty(), NOW);

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
                        new Situation.Notice(
                                false,
                                "TargetFound",
                                "apps/v1 Deployment web has 2 of 3 replicas (min 2, max 5)"));
    }

    @Test
    void theSameAgainChangesNothingAndSaysNothing() {
        KubeObject object = web();
        Situation first = Situation.of(object, Spec.of(object), found(3, 2), Optional.empty(), NOW);

        KubeObject written = with(object, first);
        Situation second =
                Situation.of(written, Spec.of(written), found(3, 2), Optional.empty(), LATER);

        assertThat(second.changed()).isFalse();
        assertThat(second.notice()).isEmpty();
        assertThat(second.conditions()).isEqualTo(first.conditions());
    }

    @Test
    void theOrderInWhichTheApiServerKeepsConditionsDoesNotMatter() {
        KubeObject object = web();
        Situation first = Situation.of(object, Spec.of(object), found(3, 2), Optional.empty(), NOW);
        List<Condition> turned = new ArrayList<>(first.conditions());
        Collections.reverse(turned);
        KubeObject written =
                with(object, new Situation(turned, first.currentReplicas(), true, first.notice()));

        Situation second =
                Situation.of(written, Spec.of(written), found(3, 2), Optional.empty(), LATER);

        assertThat(second.changed()).isFalse();
    }

    @Test
    void theTimeOfATransitionMovesOnlyWithTheStatus() {
        KubeObject missing = decided(web(), new Target.Missing());

        Situation found =
                Situation.of(missing, Spec.of(missing), found(3, 3), Optional.empty(), LATER);

        Instant later = Instant.parse("2026-01-01T01:00:00Z");
        assertThat(at(found, Condition.ACTIVE)).isEqualTo(later);
        assertThat(at(found, Condition.HORIZONTAL_ABLE_TO_SCALE)).isEqualTo(later);
        assertThat(at(found, Condition.ERROR)).isEqualTo(SECOND);
        assertThat(at(found, Condition.VERTICAL_ABLE_TO_RECOMMEND)).isEqualTo(SECOND);
    }

    @Test
    void aMissingTargetIsWarnedOfOnceAndItsReturnIsTold() {
        Situation missing =
                Situation.of(web(), Spec.of(web()), new Target.Missing(), Optional.empty(), NOW);
        assertThat(missing.notice())
                .contains(
                        new Situation.Notice(
                                true, "TargetNotFound", "apps/v1 Deployment web does not exist"));
        assertThat(status(missing, Condition.HORIZONTAL_ABLE_TO_SCALE)).isEqualTo(Status.FALSE);
        assertThat(status(missing, Condition.ERROR)).isEqualTo(Status.FALSE);

        KubeObject written = with(web(), missing);
        assertThat(
                        Situation.of(
                                        written,
                                        Spec.of(written),
                                        new Target.Missing(),
                                        Optional.empty(),
                                        LATER)
                                .notice())
                .isEmpty();
        assertThat(
                        Situation.of(
                                        written,
                                        Spec.of(written),
                                        found(1, 1),
                                        Optional.empty(),
                                        LATER)
                                .notice())
                .map(Situation.Notice::reason)
                .contains("TargetFound");
    }

    @Test
    void aTargetAtZeroIsLeftAlone() {
        Situation decision =
                Situation.of(web(), Spec.of(web()), found(0, 0), Optional.empty(), NOW);

        assertThat(status(decision, Condition.ACTIVE)).isEqualTo(Status.FALSE);
        assertThat(status(decision, Condition.ERROR)).isEqualTo(Status.FALSE);
        assertThat(decision.notice().orElseThrow().warning()).isFalse();
        assertThat(decision.notice().orElseThrow().reason()).isEqualTo("ScalingDisabled");
    }

    @Test
    void aChangeOfReplicasAloneIsWrittenWithoutAnEvent() {
        KubeObject object = decided(web(), found(3, 2));

        Situation decision =
                Situation.of(object, Spec.of(object), found(3, 3), Optional.empty(), LATER);

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

        Situation decision =
                Situation.of(
                        object, Spec.of(object), new Target.NotLookedFor(), Optional.empty(), NOW);

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

        Situation decision =
                Situation.of(
                        object, Spec.of(object), new Target.NotScalable(), Optional.empty(), LATER);

        assertThat(at(decision, Condition.ERROR)).isEqualTo(SECOND);
        assertThat(decision.notice())
                .contains(
                        new Situation.Notice(
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

        Situation decision =
                Situation.of(object, Spec.of(object), found(1, 1), Optional.empty(), NOW);

        assertThat(Condition.find(decision.conditions(), "Audited")).isPresent();
    }

    @Test
    void aForbiddenTargetSaysWhatTheApiServerSaid() {
        Situation decision =
                Situation.of(
                        web(),
                        Spec.of(web()),
                        new Target.Forbidden("cannot get"),
                        Optional.empty(),
                        NOW);

        assertThat(decision.notice())
                .contains(new Situation.Notice(true, "TargetForbidden", "cannot get"));
    }

    @Test
    void whatNothingIsDoneWithIsSaidAndNoMoreWhenItIsGone() {
        Map<String, Object> spec = new LinkedHashMap<>(web().spec());
        spec.put("options", Map.of("burstable", true, "outOfMemory", Map.of("bumpUpRatio", "1.2")));
        KubeObject wishes = object(spec);

        Situation said = Situation.of(wishes, Spec.of(wishes), found(3, 3), Optional.empty(), NOW);

        assertThat(status(said, Condition.ACTIVE)).isEqualTo(Status.TRUE);
        assertThat(Condition.find(said.conditions(), Condition.FIELDS_UNUSED))
                .hasValueSatisfying(
                        condition ->
                                assertThat(condition.message())
                                        .isEqualTo(
                                                "spec.options.burstable: a running pod keeps its CPU limit;"
                                                        + " spec.options.outOfMemory: nothing follows after a"
                                                        + " container ran out of memory"));
        KubeObject plain = with(web(), said);
        Situation after = Situation.of(plain, Spec.of(plain), found(3, 3), Optional.empty(), LATER);
        assertThat(Condition.find(after.conditions(), Condition.FIELDS_UNUSED)).isEmpty();
        assertThat(after.changed()).isTrue();
    }

    private static Status status(Situation decision, String type) {
        return Condition.find(decision.conditions(), type).orElseThrow().status();
    }

    private static Instant at(Situation decision, String type) {
        return Condition.find(decision.conditions(), type).orElseThrow().lastTransition();
    }

    private static KubeObject decided(KubeObject object, Target target) {
        return with(object, Situation.of(object, Spec.of(object), target, Optional.empty(), NOW));
    }

    /** The object as the API server has it after the write. */
    private static KubeObject with(KubeObject object, Situation decision) {
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

    private static Target found(int desired, int current) {
        return new Target.Found(desired, current, "app=web", "1");
    }
}
