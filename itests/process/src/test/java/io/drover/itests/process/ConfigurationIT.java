package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import io.drover.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** From the file and the environment to the component that it is for. */
class ConfigurationIT {

    private static final Duration RELOAD = Duration.ofSeconds(20);
    private static final Path DOCUMENTS =
            Path.of(System.getProperty("drover.itests")).resolve("../docs").normalize();

    @Test
    void describesEveryKeyInTheDocuments() throws IOException {
        String document = Files.readString(DOCUMENTS.resolve("configuration.md"));
        String schema = Files.readString(DOCUMENTS.resolve("drover.schema.json"));
        try (RunningDrover drover = RunningDrover.start("described").ready()) {
            // A bundle that readiness does not wait for may come a moment later.
            Await.until(
                    "docs/configuration.md is what the agent says (written anew by:"
                            + " ./drover config schema > docs/configuration.md)",
                    RELOAD,
                    () -> schema(drover, "text/markdown").equals(document),
                    () -> difference(document, schema(drover, "text/markdown")));
            assertThat(RunningDrover.json(schema(drover, "application/json")))
                    .as(
                            "docs/drover.schema.json (written anew by: ./drover config schema"
                                    + " --json | jq . > docs/drover.schema.json)")
                    .isEqualTo(RunningDrover.json(schema));
        }
    }

    @Test
    void reconfiguresOnlyTheComponentWhoseSectionChanged() throws IOException {
        try (RunningDrover drover =
                RunningDrover.start("reload")
                        .configuration("conntrack:\n  streams_max: 7\n")
                        .ready()) {
            int apiPort = drover.port("api");
            Map<String, String> before = sinceOfAll(drover);
            assertThat(effective(drover, "conntrack", "streams_max")).isEqualTo("7");

            write(drover, "conntrack:\n  enabled: false\n");

            Await.until(
                    "conntrack is switched off",
                    RELOAD,
                    () ->
                            drover.subsystem("conntrack")
                                    .get("state")
                                    .getAsString()
                                    .equals("skipped"),
                    () -> drover.subsystem("conntrack").toString());
            Map<String, String> after = sinceOfAll(drover);
            before.remove("conntrack");
            after.remove("conntrack");
            assertThat(after).isEqualTo(before);
            assertThat(drover.port("api")).isEqualTo(apiPort);
        }
    }

    @Test
    void keepsTheOldConfigurationWhenTheNewOneIsWrongAndSaysWhere() throws IOException {
        try (RunningDrover drover =
                RunningDrover.start("broken-reload")
                        .configuration("conntrack:\n  streams_max: 7\n")
                        .ready()) {
            write(drover, "conntrack:\n  streams_max: many\n  sterams_max: 8\n");

            Await.until(
                    "the configuration is said to be wrong",
                    RELOAD,
                    () -> drover.subsystem("config").get("state").getAsString().equals("degraded"),
                    () -> drover.subsystem("config").toString());
            assertThat(drover.subsystem("config").get("reason").getAsString())
                    .contains("drover.yaml:2:")
                    .contains("drover.yaml:3:")
                    .contains("streams_max")
                    .contains("many");
            assertThat(effective(drover, "conntrack", "streams_max")).isEqualTo("7");
            assertThat(drover.plain("metrics", "/metrics").body())
                    .contains("drover_config_last_reload_successful 0");

            write(drover, "conntrack:\n  streams_max: 9\n");

            Await.until(
                    "the mended configuration is taken",
                    RELOAD,
                    () -> effective(drover, "conntrack", "streams_max").equals("9"),
                    () -> drover.subsystem("config").toString());
        }
    }

    @Test
    void endsWith78AndAllFindingsWhenTheConfigurationIsWrongAtTheStart() {
        RunningDrover drover =
                RunningDrover.start("broken-start")
                        .configuration(
                                "http:\n  api_prot: 1\nconntrack:\n  streams_max: -3\nnonsense:\n  a: 1\n")
                        .launch();

        assertThat(drover.exitCode(Duration.ofSeconds(60))).as(drover.terminal()).isEqualTo(78);

        assertThat(drover.terminal())
                .contains("drover.yaml:2:")
                .contains("api_prot")
                .contains("api_port")
                .contains("drover.yaml:4:")
                .contains("streams_max")
                .contains("drover.yaml:5:1")
                .contains("nonsense");
    }

    @Test
    void letsTheEnvironmentWinOverTheFile() {
        try (RunningDrover drover =
                RunningDrover.start("environment")
                        .configuration("conntrack:\n  streams_max: 7\n")
                        .environment("DROVER_CONNTRACK_STREAMS_MAX", "11")
                        .ready()) {
            assertThat(effective(drover, "conntrack", "streams_max")).isEqualTo("11");
        }
    }

    @Test
    void reloadsOnRequest() throws IOException {
        try (RunningDrover drover = RunningDrover.start("reload-request").ready()) {
            write(drover, "conntrack:\n  streams_max: 12\n");

            HttpResponse<String> answer = drover.api("POST", "/api/v1/reload", drover.token());

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            Await.until(
                    "the new value is in force",
                    RELOAD,
                    () -> effective(drover, "conntrack", "streams_max").equals("12"),
                    answer::body);
        }
    }

    private static void write(RunningDrover drover, String yaml) throws IOException {
        Path file = drover.home().resolve("etc/drover.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, yaml);
    }

    private static Map<String, String> sinceOfAll(RunningDrover drover) {
        Map<String, String> since = new TreeMap<>();
        for (JsonElement subsystem :
                drover.apiJson("/api/v1/status").getAsJsonArray("subsystems")) {
            since.put(
                    subsystem.getAsJsonObject().get("name").getAsString(),
                    subsystem.getAsJsonObject().get("since").getAsString());
        }
        return since;
    }

    /** The value in force, by the API. */
    private static String effective(RunningDrover drover, String section, String key) {
        return EffectiveConfig.value(drover.apiJson("/api/v1/config"), section, key);
    }

    private static String schema(RunningDrover drover, String type) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "https://127.0.0.1:"
                                                + drover.port("api")
                                                + "/api/v1/config/schema"))
                        .header("Authorization", "Bearer " + drover.token())
                        .header("Accept", type);
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
