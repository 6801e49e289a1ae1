package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What nobody can mean: a condition names field, rule and value, nothing is thrown, nothing is
 * decided. The schema in the cluster may be an older one or none, so anything may be anywhere.
 */
class AbsurdTest {

    private static final String RULES = "spec.applyPolicy.scaleUp.rules";
    private static final String CPU = "spec.objectives.0.podResource";
    private static final List<Object> NO_NUMBERS =
            Arrays.asList(
                    1_000_000_000,
                    -1_000_000_000,
                    Long.MAX_VALUE,
                    1e300,
                    -1,
                    1.5,
                    Double.NaN,
                    Double.NEGATIVE_INFINITY,
                    "",
                    "NaN",
                    "many",
                    "7".repeat(100_000),
                    true,
                    List.of(),
                    Map.of(),
                    deep(1_000));

    static Stream<Arguments> fields() {
        List<Arguments> all = new ArrayList<>();
        for (String path :
                List.of(
                        "spec.constraints.minReplicas",
                        "spec.applyPolicy.scaleUp.stabilizationWindowSeconds",
                        "spec.applyPolicy.scaleDown.stabilizationWindowSeconds",
                        RULES + ".0.periodSeconds",
                        "spec.fallback.horizontal.triggers.staleRecommendationThresholdSeconds",
                        CPU + ".value.utilization")) {
            NO_NUMBERS.forEach(value -> all.add(Arguments.of(path, value)));
        }
        for (Object value : NO_NUMBERS) {
            if (!value.equals(1_000_000_000)) { // as a bound, or for a rate, it is a number
                all.add(Arguments.of("spec.constraints.maxReplicas", value));
                all.add(Arguments.of(RULES + ".0.value", value));
            }
        }
        List<Object> noWords = Arrays.asList("", "apply", 3, true, List.of(), deep(1_000));
        for (String path :
                List.of(
                        "spec.applyPolicy.mode",
                        "spec.applyPolicy.scaleUp.strategy",
                        RULES + ".0.type",
                        "spec.fallback.horizontal.direction",
                        CPU + ".name")) {
            noWords.forEach(value -> all.add(Arguments.of(path, value)));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aFieldThatHoldsItIsNamed(String path, Object value) {
        Map<String, Object> tree = tree();
        set(tree, path, value);

        String named = path.replace(".0.", "[0].");
        assertThat(error(tree).message()).startsWith(named + " must be");
        assertThat(error(tree).message().length()).isLessThan(300);
    }

    static Stream<Arguments> annotations() {
        List<Arguments> all = new ArrayList<>();
        List<String> noTrees =
                List.of(
                        "",
                        "null",
                        "NaN",
                        "1e9",
                        "{",
                        "[{]",
                        "\u0000",
                        "[".repeat(100_000),
                        "{\"a\":".repeat(100_000));
        for (String name :
                List.of(
                        "autoscaling.drover.io/schedule",
                        "autoscaling.datadoghq.com/custom-recommender")) {
            noTrees.forEach(value -> all.add(Arguments.of(name, value)));
        }
        for (String value : List.of("", "-1", "1000000000", "NaN", "1.5", "99999999999999999999")) {
            all.add(Arguments.of("autoscaling.datadoghq.com/force-replicas", value));
        }
        for (String value :
                List.of(
                        "{}",
                        "{\"endpoint\":\"\"}",
                        "{\"endpoint\":\"ftp://x/\"}",
                        "{\"endpoint\":\"file:///etc/passwd\"}",
                        "{\"endpoint\":\"http://me:secret@x/\"}",
                        "{\"endpoint\":\"http://x/a/../b\"}",
                        "{\"endpoint\":\"http://x/%2e%2e/b\"}",
                        "{\"endpoint\":\"http:///b\"}",
                        "{\"endpoint\":\"http://x/" + "a".repeat(3_000) + "\"}",
                        "{\"endpoint\":\"http://x/\",\"settings\":[]}",
                        "{\"endpoint\":\"http://x/\",\"settings\":{\"a\":1}}")) {
            all.add(Arguments.of("autoscaling.datadoghq.com/custom-recommender", value));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("annotations")
    void anAnnotationThatHoldsItIsNamed(String name, String value) {
        Map<String, Object> tree = tree();
        tree.put("metadata", Map.of("annotations", Map.of(name, value)));

        assertThat(error(tree).message()).startsWith("the annotation " + name);
        assertThat(error(tree).message().length()).isLessThan(400);
    }

    @Test
    void whatStandsBeforeAHostIsNotRepeated() {
        Map<String, Object> tree = tree();
        tree.put(
                "metadata",
                Map.of(
                        "annotations",
                        Map.of(
                                "autoscaling.datadoghq.com/custom-recommender",
                                "{\"endpoint\":\"http://me:secret@x/\"}")));

        assertThat(error(tree).message()).endsWith("is one with a user").doesNotContain("secret");
    }

    @Test
    void thousandsOfFaultsMakeAMessageThatFits() {
        Map<String, Object> tree = tree();
        List<Object> wrong = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            wrong.add(Map.of("type", "Nonsense"));
        }
        set(tree, "spec.objectives", wrong);

        assertThat(error(tree).message()).endsWith(" more").hasSizeLessThan(10_000);
    }

    @Test
    void treesOfAnyFormAreRefusedAndNotThrownAt() {
        List<Object> values = new ArrayList<>(NO_NUMBERS);
        values.add(null);
        List<String> paths =
                List.of(
                        "spec",
                        "spec.targetRef",
                        "spec.constraints",
                        "spec.constraints.containers",
                        "spec.applyPolicy",
                        "spec.applyPolicy.scaleUp",
                        RULES,
                        "spec.objectives",
                        CPU,
                        CPU + ".value",
                        "spec.fallback",
                        "spec.fallback.horizontal",
                        "metadata",
                        "metadata.annotations",
                        "status",
                        "status.horizontal");
        for (String path : paths) {
            for (Object value : values) {
                Map<String, Object> tree = tree();
                set(tree, path, value);
                KubeObject object = new KubeObject(tree);
                assertThat(Spec.of(object)).as("%s is %s", path, Spec.shown(value)).isNotNull();
                assertThat(History.restore(object, 3600, Instant.EPOCH)).isNotNull();
            }
        }
    }

    private static Condition error(Map<String, Object> tree) {
        KubeObject object = new KubeObject(tree);
        Situation situation =
                Situation.of(
                        object,
                        Spec.of(object),
                        new Target.NotLookedFor(),
                        Optional.empty(),
                        Instant.EPOCH);
        Condition error = Condition.find(situation.conditions(), Condition.ERROR).orElseThrow();
        assertThat(error.status()).isEqualTo(Condition.Status.TRUE);
        assertThat(error.reason()).isEqualTo(Reason.INVALID_SPEC);
        assertThat(situation.notice()).isPresent();
        return error;
    }

    private static Object deep(int levels) {
        Object value = "x";
        for (int i = 0; i < levels; i++) {
            value = Map.of("deeper", value);
        }
        return value;
    }

    private static Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        set(tree, "spec.targetRef.apiVersion", "apps/v1");
        set(tree, "spec.targetRef.kind", "Deployment");
        set(tree, "spec.targetRef.name", "web");
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("type", "Pods");
        rule.put("value", 2);
        rule.put("periodSeconds", 60);
        set(tree, RULES, new ArrayList<>(List.of(rule)));
        Map<String, Object> objective = new LinkedHashMap<>();
        set(objective, "type", "PodResource");
        set(objective, "podResource.name", "cpu");
        set(objective, "podResource.value.type", "Utilization");
        set(objective, "podResource.value.utilization", 50);
        set(tree, "spec.objectives", new ArrayList<>(List.of(objective)));
        return tree;
    }

    @SuppressWarnings("unchecked") // this test alone makes these trees
    private static void set(Map<String, Object> tree, String path, Object value) {
        String[] keys = path.split("\\.");
        Object at = tree;
        for (int i = 0; i < keys.length - 1; i++) {
            at =
                    at instanceof List<?> list
                            ? list.get(Integer.parseInt(keys[i]))
                            : ((Map<String, Object>) at)
                                    .computeIfAbsent(keys[i], any -> new LinkedHashMap<>());
        }
        ((Map<String, Object>) at).put(keys[keys.length - 1], value);
    }
}
