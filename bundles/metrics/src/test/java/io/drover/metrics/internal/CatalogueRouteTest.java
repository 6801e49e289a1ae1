package io.drover.metrics.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.metrics.Family;
import io.drover.testing.JsonText;
import io.drover.testing.ScriptedRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CatalogueRouteTest {

    private final Registry registry = new Registry(Settings.DEFAULTS, Duration.ofSeconds(5));

    CatalogueRouteTest() {
        registry.add(
                "test",
                Given.of(
                        out -> {},
                        Family.counter("drover_test_seconds_total", "Time | spent.", "kind", "way"),
                        Family.gauge("drover-bad", "A name that is none.")));
    }

    @Test
    void listsEveryFamilyThatIsDeclaredThoughItHasNoSeries() throws Exception {
        assertThat(
                        JsonText.of(
                                new CatalogueRoute(registry)
                                        .route()
                                        .handler()
                                        .answer(new ScriptedRequest())))
                .isEqualTo(
                        "{\"families\":[{\"name\":\"drover_test_seconds_total\",\"type\":\"counter\","
                                + "\"unit\":\"seconds\",\"help\":\"Time | spent.\","
                                + "\"labels\":[\"kind\",\"way\"],\"source\":\"test\"}]}");
    }

    @Test
    void isTheDocumentAsMarkdown() throws Exception {
        assertThat(
                        JsonText.of(
                                new CatalogueRoute(registry)
                                        .route()
                                        .handler()
                                        .answer(
                                                new ScriptedRequest()
                                                        .header("Accept", "text/markdown"))))
                .startsWith("# Metrics\n")
                .endsWith(
                        "| `drover_test_seconds_total` | counter | kind, way | test | Time \\| spent."
                                + " |\n");
    }
}
