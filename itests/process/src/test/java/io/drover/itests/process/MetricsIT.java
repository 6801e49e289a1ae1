package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.Await;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page of the running agent. */
class MetricsIT {

    private static final Path DOCUMENT =
            Path.of(System.getProperty("drover.itests")).resolve("../docs/metrics.md").normalize();

    private static RunningDrover drover;

    @BeforeAll
    static void start() {
        drover = RunningDrover.start("metrics").ready();
    }

    @AfterAll
    static void stop() {
        drover.close();
    }

    @Test
    void isCleanForPromtoolInBothFormats() {
        Needs.program("promtool", "prometheus");
        String url = "http://127.0.0.1:" + drover.port("metrics") + "/metrics";
        String text = "curl -sf -H 'Accept: text/plain' " + url + " | promtool check metrics";
        assertThat(Command.run("sh", "-c", text).orFail()).isEmpty();

        // promtool reads the older format alone; what is left of OpenMetrics without its own
        // comment lines and its end is the same.
        String open =
                "curl -sf -H 'Accept: application/openmetrics-text' "
                        + url
                        + " | sed -E -e '/^# (EOF|UNIT)/d' -e 's/^# TYPE (.*) info$/# TYPE \\1_info gauge/'"
                        + " -e 's/^# TYPE (.*) counter$/# TYPE \\1_total counter/'"
                        + " | awk '/^# TYPE/ {name=$3} /^# HELP/ {$3=name} {print}'"
                        + " | promtool check metrics";
        assertThat(Command.run("sh", "-c", open).orFail()).isEmpty();
    }

    @Test
    void describesEveryFamilyInTheDocuments() throws Exception {
        String document = Files.readString(DOCUMENT);

        // A bundle that readiness does not wait for may come a moment later.
        Await.until(
                "docs/metrics.md is what the agent says (written anew by: ./drover metrics >"
                        + " docs/metrics.md)",
                Duration.ofSeconds(20),
                () -> catalogue().equals(document),
                () -> difference(document, catalogue()));
    }

    @Test
    void leavesNothingOutOfItsPage() {
        String page = drover.plain("metrics", "/metrics").body();

        // Counts with the next page what was left out of this one.
        assertThat(page).contains("drover_grpc_connections_accepted_total ");
        assertThat(drover.plain("metrics", "/metrics").body().lines())
                .filteredOn(line -> line.startsWith("drover_metrics_dropped_total{"))
                .allSatisfy(line -> assertThat(line).endsWith(" 0"));
        assertThat(drover.terminal()).doesNotContain("sample left out");
    }

    @Test
    void givesOnlyWhatIsWanted() {
        assertThat(
                        drover.plain("metrics", "/metrics?collect[]=nobody".replace("[]", "%5B%5D"))
                                .statusCode())
                .isEqualTo(400);
        String build = drover.plain("metrics", "/metrics?name%5B%5D=drover_build_info").body();
        assertThat(build).startsWith("# HELP drover_build_info").hasLineCount(3);
    }

    private static String catalogue() {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "https://127.0.0.1:"
                                                + drover.port("api")
                                                + "/api/v1/metrics/families"))
                        .header("Authorization", "Bearer " + drover.token())
                        .header("Accept", "text/markdown");
        return drover.send(request).body();
    }

    private static String difference(String document, String agent) {
        List<String> written = document.lines().toList();
        List<String> said = agent.lines().toList();
        return "only in the document: "
                + written.stream().filter(line -> !said.contains(line)).toList()
                + ", only from the agent: "
                + said.stream().filter(line -> !written.contains(line)).toList();
    }
}
