package io.drover.autoscaling.internal.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.kubernetes.ObjectKind;
import io.drover.autoscaling.internal.decide.Counsel;
import io.drover.autoscaling.internal.decide.JsonReader;
import io.drover.autoscaling.internal.decide.Objective;
import io.drover.autoscaling.internal.decide.Objective.Goal;
import io.drover.autoscaling.internal.decide.Samples.Value;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Recommenders are spoken to as the reference does. */
class RecommendationTest {

    private static final long AT = 1_767_268_800_000L; // 2026-01-01T12:00:00Z

    @Test
    void theRequestTellsTargetBoundsStateGoalsAndSettings() {
        String request =
                Recommendation.request(
                        "prod",
                        new Recommenders.Asking(
                                new Counsel(
                                        URI.create("https://recommender/v1"),
                                        Map.of("mood", "a \"good\"\n\\ one")),
                                "shop",
                                "scaler",
                                new ObjectKind("apps/v1", "Deployment"),
                                "web",
                                2,
                                10,
                                List.of(
                                        new Objective.Resource("cpu", "", new Goal(true, 80)),
                                        new Objective.Resource(
                                                "memory", "app", new Goal(false, 5_000)),
                                        new Objective.Query("up", 60, new Goal(false, 1))),
                                3,
                                4,
                                1));

        assertThat(JsonReader.read(request))
                .hasToString(
                        "{targetRef={cluster=prod, namespace=shop, kind=Deployment, name=web, apiVersion=apps/v1},"
                                + " constraints={minReplicas=2, maxReplicas=10},"
                                + " state={desiredReplicas=3, currentReplicas=4, readyReplicas=1},"
                                + " targets=[{type=cpu, targetValue=0.8}, {type=memory, targetValue=0}],"
                                + " settings={mood=a \"good\"\n\\ one}}");
    }

    @Test
    void theReplyTellsReplicasAndWhenThatWasTrue() {
        assertThat(read("{\"targetReplicas\":7,\"timestamp\":\"2026-01-01T11:59:00Z\"}"))
                .isEqualTo(new Value(7, AT - 60_000));
    }

    @Test
    void withoutATimeOrWithOneYetToComeItIsTrueNow() {
        assertThat(read("{\"targetReplicas\":\"7\"}")).isEqualTo(new Value(7, AT));
        assertThat(read("{\"target_replicas\":7,\"timestamp\":\"2036-01-01T00:00:00.5+01:00\"}"))
                .isEqualTo(new Value(7, AT));
    }

    static Stream<Arguments> absurd() {
        return Stream.of(
                Arguments.of("", "expected more"),
                Arguments.of("{}", "no targetReplicas"),
                Arguments.of("{\"targetReplicas\":null}", "no targetReplicas"),
                Arguments.of("{\"targetReplicas\":-3}", "whole number from 0 on, is -3"),
                Arguments.of("{\"targetReplicas\":1.5}", "whole number from 0 on, is 1.5"),
                Arguments.of("{\"targetReplicas\":NaN}", "not JSON"),
                Arguments.of("{\"targetReplicas\":\"NaN\"}", "whole number from 0 on, is NaN"),
                Arguments.of("{\"targetReplicas\":1e99}", "whole number from 0 on"),
                Arguments.of("{\"targetReplicas\":{}}", "whole number from 0 on"),
                Arguments.of(
                        "{\"targetReplicas\":1,\"timestamp\":\"soon\"}", "timestamp must be as"),
                Arguments.of(
                        "{\"targetReplicas\":1,\"error\":{\"code\":4,\"message\":\"no data\"}}",
                        "it says: no data (4)"),
                Arguments.of("[".repeat(50_000), "no more than 32 levels"));
    }

    @ParameterizedTest
    @MethodSource("absurd")
    void whatProposesNothingIsRefusedWithAReason(String text, String why) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static Object read(String text) {
        return Recommendation.read(text, AT);
    }
}
