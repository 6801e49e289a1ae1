package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecTest {

    private final Map<String, Object> spec = new LinkedHashMap<>();
    private final Map<String, Object> ref = new LinkedHashMap<>();
    private final Map<String, Object> constraints = new LinkedHashMap<>();

    SpecTest() {
        ref.putAll(Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", "web"));
        spec.put("targetRef", ref);
        spec.put("constraints", constraints);
    }

    @Test
    void whatIsNotGivenHasTheReferencesDefaults() {
        Spec read = read();

        assertThat(read.problems()).isEmpty();
        assertThat(read.minReplicas()).isEqualTo(1);
        assertThat(read.maxReplicas()).isEqualTo(Integer.MAX_VALUE);
        assertThat(read.targetText()).isEqualTo("apps/v1 Deployment web");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secrets/x", "a/b", "", "Web", "web?watch=1", "web%2f", "..", "-a"})
    void aNameThatCouldReachOutOfItsPlaceIsRefused(String name) {
        ref.put("name", name);

        assertThat(read().problems()).singleElement().satisfies(SpecTest::isInvalidRef);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "apps", "", "apps/v1/x", "apps /v1"})
    void anApiVersionHasGroupAndVersion(String apiVersion) {
        ref.put("apiVersion", apiVersion);

        assertThat(read().problems()).singleElement().satisfies(SpecTest::isInvalidRef);
    }

    @Test
    void absurdNumbersAreRefused() {
        for (Object absurd :
                List.of(0, -1, 1.5, Double.NaN, 1e30, 10_000_000_000L, "3", List.of())) {
            constraints.put("minReplicas", absurd);
            assertThat(read().problems())
                    .as("minReplicas %s", absurd)
                    .singleElement()
                    .satisfies(
                            problem ->
                                    assertThat(problem.message())
                                            .startsWith("spec.constraints.minReplicas must be"));
        }
    }

    @Test
    void anObjectiveHasTheMemberOfItsType() {
        spec.put("objectives", List.of(Map.of("type", "PodResource")));

        assertThat(messages())
                .containsExactly(
                        "spec.objectives[0].podResource must be there for the type PodResource");
    }

    @Test
    void aFallbackHasNoQueries() {
        Map<String, Object> query = Map.of("type", "CustomQuery", "customQuery", Map.of("w", "5m"));
        spec.put("objectives", List.of(query));
        assertThat(messages()).isEmpty();

        spec.put("fallback", Map.of("horizontal", Map.of("objectives", List.of(query))));
        assertThat(messages())
                .containsExactly(
                        "spec.fallback.horizontal.objectives[0].type must not be CustomQuery in a fallback");
    }

    @Test
    void aContainerIsNamedOnce() {
        constraints.put(
                "containers",
                List.of(Map.of("name", "a"), Map.of("name", "*"), Map.of("name", "a")));

        assertThat(messages())
                .containsExactly(
                        "spec.constraints.containers must name each container once, names \"a\" twice");
    }

    @Test
    void anEmptyObjectIsRefusedAndNotThrownAt() {
        assertThat(Spec.of(new KubeObject(Map.of())).problems()).hasSize(3);
        assertThat(Spec.of(new KubeObject(Map.of("spec", "text"))).problems()).hasSize(3);
    }

    private static void isInvalidRef(Spec.Problem problem) {
        assertThat(problem.reason()).isEqualTo("InvalidTargetRef");
    }

    private List<String> messages() {
        return read().problems().stream().map(Spec.Problem::message).toList();
    }

    private Spec read() {
        return Spec.of(new KubeObject(Map.of("spec", spec)));
    }
}
