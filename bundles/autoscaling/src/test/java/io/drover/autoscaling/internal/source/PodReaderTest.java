package io.drover.autoscaling.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Samples.Pod;
import io.drover.autoscaling.internal.decide.Samples.Ready;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodReaderTest {

    @ParameterizedTest
    @CsvSource({
        "30s, 30000",
        "1m30s, 90000",
        "1h0m0s, 3600000",
        "14.871s, 14871",
        "500ms, 500",
        "1m15.5s, 75500",
        "'', 0",
        "soon, 0"
    })
    void aWindowIsReadToTheMillisecond(String text, long millis) {
        Map<String, Object> container = Map.of("name", "app", "usage", Map.of("cpu", "1"));
        KubeObject metrics =
                new KubeObject(
                        Map.of(
                                "timestamp",
                                "2026-01-01T00:00:00Z",
                                "window",
                                text,
                                "containers",
                                List.of(container)));

        assertThat(PodReader.usage(metrics).get("cpu").window()).isEqualTo(millis);
    }

    @ParameterizedTest
    @CsvSource({"True, YES", "False, NO", "Unknown, UNKNOWN"})
    void readinessHasThreeAnswers(String status, Ready ready) {
        Map<String, Object> condition = Map.of("type", "Ready", "status", status);

        assertThat(pod(Map.of(), Map.of("conditions", List.of(condition))).ready())
                .isEqualTo(ready);
    }

    @Test
    void aResourceThatAPodWithRequestsOfItsOwnDoesNotNameIsThatOfItsContainers() {
        Map<String, Object> spec =
                Map.of(
                        "resources",
                        Map.of("requests", Map.of("cpu", "2")),
                        "containers",
                        List.of(container("app", "100"), container("sidecar", "")),
                        "initContainers",
                        List.of(container("before", "400")),
                        "overhead",
                        Map.of("cpu", "250m", "memory", "50"));

        assertThat(pod(spec, Map.of()).requests())
                .containsEntry("cpu", 2250L)
                .containsEntry("memory", 450_000L);
    }

    private static Map<String, Object> container(String name, String memory) {
        Map<String, Object> requests = memory.isEmpty() ? Map.of() : Map.of("memory", memory);
        return Map.of("name", name, "resources", Map.of("requests", requests));
    }

    private static Pod pod(Map<String, Object> spec, Map<String, Object> status) {
        return PodReader.pod(
                new KubeObject(
                        Map.of("metadata", Map.of("name", "p"), "spec", spec, "status", status)));
    }
}
