package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WantedTest {

    private static final String TWO_CONTAINERS =
            """
            [{"name": "app", "requests": {"cpu": "2", "memory": "1Gi"}, "limits": {"cpu": "4"}},
             {"name": "side", "requests": {"cpu": "100m"}}]
            """;

    private final Map<String, Object> constraints = new LinkedHashMap<>();
    private final Map<String, Resources> advice = new LinkedHashMap<>();
    private String forced = TWO_CONTAINERS;

    @Test
    void whatTheAnnotationSaysIsWantedWhereNothingBoundsIt() {
        assertThat(text("app")).isEqualTo("{limits={cpu=4}, requests={cpu=2, memory=1024Mi}}");
        assertThat(text("side")).isEqualTo("{requests={cpu=100m}}");
        assertThat(wanted().clamped()).isEmpty();
        assertThat(wanted().request("cpu")).isEqualTo(2_100);
    }

    @Test
    void aBoundOfItsNameBeatsThatOfAll() {
        constraints.put(
                "containers",
                List.of(
                        Map.of("name", "*", "maxAllowed", Map.of("cpu", "50m")),
                        Map.of("name", "app", "maxAllowed", Map.of("cpu", 3, "memory", "2Gi"))));

        assertThat(text("app")).isEqualTo("{limits={cpu=3}, requests={cpu=2, memory=1024Mi}}");
        assertThat(text("side")).isEqualTo("{requests={cpu=50m}}");
        assertThat(wanted().clamped()).containsExactly("app", "side");
    }

    @Test
    void theOlderBoundsAreThoseOfRequestsAloneAndALimitIsNeverBelowItsRequest() {
        forced =
                "[{\"name\": \"app\", \"requests\": {\"cpu\": \"1\"}, \"limits\": {\"cpu\": \"2\"}}]";
        constraints.put(
                "containers",
                List.of(
                        Map.of(
                                "name",
                                "app",
                                "requests",
                                Map.of("minAllowed", Map.of("cpu", "3")))));

        assertThat(text("app")).isEqualTo("{limits={cpu=3}, requests={cpu=3}}");
    }

    @Test
    void whatIsNotControlledIsNotWanted() {
        constraints.put(
                "containers",
                List.of(
                        Map.of("name", "side", "enabled", false),
                        Map.of(
                                "name",
                                "app",
                                "controlledValues",
                                "RequestsOnly",
                                "controlledResources",
                                List.of("cpu"))));

        assertThat(wanted().containers()).containsOnlyKeys("app");
        assertThat(text("app")).isEqualTo("{requests={cpu=2}}");
    }

    @Test
    void whatIsRecommendedIsWantedWhereTheAnnotationDoesNotSayOtherwise() {
        advice.put("app", new Resources(Map.of("cpu", 100L, "memory", 1000L), Map.of()));
        advice.put("third", new Resources(Map.of("cpu", 250L), Map.of()));

        assertThat(text("app")).isEqualTo("{limits={cpu=4}, requests={cpu=2, memory=1024Mi}}");
        assertThat(text("third")).isEqualTo("{requests={cpu=250m}}");
        assertThat(wanted().rough()).containsExactly("third");
    }

    @Test
    void theVersionTellsOneFromAnother() {
        String version = wanted().version();

        assertThat(wanted().version()).isEqualTo(version).hasSize(16);
        forced = TWO_CONTAINERS.replace("100m", "101m");
        assertThat(wanted().version()).isNotEqualTo(version);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "[3]",
                "[{\"requests\": {}}]",
                "[{\"name\": \"a\", \"requests\": {\"cpu\": 0}}]",
                "[{\"name\": \"a\", \"requests\": {\"cpu\": -1}}]",
                "[{\"name\": \"a\", \"requests\": {\"gpu\": 1}}]",
                "[{\"name\": \"a\", \"requests\": 3}]",
                "[{\"name\": \"a\", \"runtime\": {}}]",
                "[{\"name\": \"a\"}, {\"name\": \"a\"}]"
            })
    void anAnnotationThatIsNoneIsRefusedAndSaysWhich(String annotation) {
        forced = annotation;

        assertThat(spec().problems())
                .singleElement()
                .extracting(Spec.Problem::message)
                .asString()
                .startsWith("the annotation autoscaling.datadoghq.com/force-resources is wrong: ");
    }

    @Test
    void boundsThatExcludeEachOtherAreRefused() {
        constraints.put(
                "containers",
                List.of(
                        Map.of(
                                "name",
                                "app",
                                "minAllowed",
                                Map.of("memory", "2Gi"),
                                "maxAllowed",
                                Map.of("memory", "1Gi"))));

        assertThat(spec().problems())
                .extracting(Spec.Problem::message)
                .containsExactly(
                        "spec.constraints.containers[0].maxAllowed.memory must be at least minAllowed (2048Mi), is 1024Mi");
    }

    private String text(String container) {
        return wanted().containers().get(container).tree().toString();
    }

    private Wanted wanted() {
        Spec spec = spec();
        assertThat(spec.problems()).isEmpty();
        return Wanted.of(spec.vertical(), advice);
    }

    private Spec spec() {
        return Spec.of(
                new KubeObject(
                        Map.of(
                                "metadata",
                                Map.of(
                                        "annotations",
                                        Map.of(VerticalReader.FORCE_RESOURCES, forced)),
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
                                        "constraints",
                                        constraints))));
    }
}
