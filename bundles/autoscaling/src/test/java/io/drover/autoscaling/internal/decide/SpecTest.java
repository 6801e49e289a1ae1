package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
        Map<String, Object> query = query("up", "");
        spec.put("objectives", List.of(query));
        assertThat(messages()).isEmpty();

        spec.put("fallback", Map.of("horizontal", Map.of("objectives", List.of(query))));
        assertThat(messages())
                .containsExactly(
                        "spec.fallback.horizontal.objectives[0].customQuery must not be in a fallback");
    }

    @Test
    void aGoalHasTheMemberOfItsType() {
        Map<String, Object> value = Map.of("type", "Utilization", "absoluteValue", "3");
        spec.put(
                "objectives",
                List.of(
                        Map.of(
                                "type",
                                "PodResource",
                                "podResource",
                                Map.of("name", "cpu", "value", value))));

        assertThat(messages())
                .containsExactly(
                        "spec.objectives[0].podResource.value.utilization must be there for the type Utilization");
    }

    @Test
    void aFormulaMakesSeveralQueriesOne() {
        spec.put("objectives", List.of(query("errors", "a / b * 100", "requests # all")));

        Spec read = read();

        assertThat(read.problems()).isEmpty();
        assertThat(((Objective.Query) read.policy().objectives().get(0)).text())
                .isEqualTo("sum(errors) / sum(requests # all\n) * 100");
    }

    @Test
    void severalQueriesWithoutAFormulaAreNoFigureAndTheMessageSaysWhatIsMissing() {
        spec.put("objectives", List.of(query("errors", "", "requests")));

        Spec read = read();

        assertThat(read.problems()).isEmpty();
        assertThat(((Objective.Unsupported) read.policy().objectives().get(0)).why())
                .isEqualTo(
                        "spec.objectives[0].customQuery.request.queries: several take a formula that makes one of them");
    }

    @Test
    void aQueryThatTheFormulaDoesNotNameIsSaidToBeUnused() {
        spec.put("objectives", List.of(query("errors", "a * 2", "requests")));

        assertThat(read().unused())
                .containsExactly(
                        "spec.objectives[0].customQuery.request.queries b: the formula does not name it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a +",
                "(a",
                "a)",
                "a b",
                "c",
                "2",
                "default_zero(a)",
                "a ^ 2",
                "a; b",
                "*a"
            })
    void aFormulaThatIsNoneIsRefused(String formula) {
        spec.put("objectives", List.of(query("errors", formula, "requests")));

        assertThat(messages())
                .singleElement()
                .asString()
                .startsWith("spec.objectives[0].customQuery.request.formula must ");
    }

    @Test
    void aFormulaThatIsDeepIsRefusedAndNotFollowed() {
        spec.put("objectives", List.of(query("errors", "(".repeat(900) + "a", "requests")));

        assertThat(messages()).singleElement().asString().contains("must be at most 50 deep");
    }

    @Test
    void whatARemoteOwnerSaysIsTakenAsItIsAndThatIsSaid() {
        spec.put("owner", "Remote");
        spec.put("remoteVersion", 3);

        assertThat(read().problems()).isEmpty();
        assertThat(read().unused())
                .extracting(sentence -> sentence.substring(0, sentence.indexOf(':')))
                .containsExactly("spec.owner Remote", "spec.remoteVersion");
    }

    /** Queries a, b and so on. */
    private static Map<String, Object> query(String first, String formula, String... more) {
        List<Object> queries = new ArrayList<>();
        char name = 'a';
        for (String text : Stream.concat(Stream.of(first), Stream.of(more)).toList()) {
            queries.add(
                    Map.of(
                            "name",
                            String.valueOf(name++),
                            "source",
                            "Metrics",
                            "metrics",
                            Map.of("query", text)));
        }
        return Map.of(
                "type",
                "CustomQuery",
                "customQuery",
                Map.of(
                        "window",
                        "5m",
                        "value",
                        Map.of("type", "AbsoluteValue", "absoluteValue", "3"),
                        "request",
                        Map.of("formula", formula, "queries", queries)));
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
