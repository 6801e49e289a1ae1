package io.drover.autoscaling.internal.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.autoscaling.internal.Yaml;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulationTest {

    private static final String POLICY =
            """
            apiVersion: datadoghq.com/v1alpha2
            kind: DatadogPodAutoscaler
            metadata: {name: web, namespace: shop}
            spec:
              owner: Local
              targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              constraints: {minReplicas: 1, maxReplicas: 20}
              applyPolicy:
                scaleDown: {stabilizationWindowSeconds: WINDOW}
              objectives:
              - type: PodResource
                podResource: {name: cpu, value: {type: Utilization, utilization: 50}}
            """;

    @TempDir private Path folder;
    private final Map<String, String> options = new LinkedHashMap<>();

    @BeforeEach
    void files() throws IOException {
        write("calm.yaml", POLICY.replace("WINDOW", "300"));
        write("eager.yaml", POLICY.replace("WINDOW", "0"));
        options.put("policy", folder.resolve("calm.yaml").toString());
        options.put("pod", "cpu=1");
    }

    @Test
    void aSteadyLoadNeedsWhatItsGoalSays() throws IOException {
        // Two cores at half a core each: four replicas, and no more changes than it takes to get
        // there.
        load(3600, second -> 2);

        assertThat(json())
                .contains("\"replicaHours\":3.988")
                .contains("\"most\":4")
                .contains("\"changes\":1")
                .contains("\"decisions\":240");
    }

    @Test
    void aWindowOfTheScheduleIsSimulatedToo() throws IOException {
        String window =
                "metadata:\n  name: web\n  namespace: shop\n  annotations:\n    autoscaling.drover.io/schedule:"
                        + " '[{\"start\": \"30 0 * * *\", \"end\": \"40 0 * * *\", \"replicas\": 9}]'";
        write(
                "calm.yaml",
                POLICY.replace("WINDOW", "0")
                        .replace("metadata: {name: web, namespace: shop}", window));
        load(3600, second -> 2);

        assertThat(json()).contains("\"most\":9").contains("\"changes\":3");
    }

    @Test
    void aJumpCostsAsLongAsNewPodsNeed() throws IOException {
        load(1200, second -> second < 600 ? 0.5 : 4);
        options.put("start", "60");
        options.put("replicas", "1");

        // One replica of one core under four cores for the 60 s until the others are ready.
        String slow = json();
        options.put("start", "0");
        String quick = json();

        assertThat(under(slow)).isBetween(60, 90);
        assertThat(under(quick)).isEqualTo(15);
    }

    @Test
    void aSeesawFlapsWithoutAWindowAndNotWithOne() throws IOException {
        load(7200, second -> second / 120 % 2 == 0 ? 1 : 3);
        options.put("against", folder.resolve("eager.yaml").toString());

        assertThat(text())
                .containsPattern("calm.yaml +\\d+\\.\\d +1 +6 +\\d +0 ")
                .containsPattern("eager.yaml +\\d+\\.\\d +1 +6 +\\d\\d +[1-9]\\d ")
                .contains("calm.yaml: held by stabilisation-down")
                .containsPattern(
                        "eager.yaml needs \\d+\\.\\d replica-hours less \\(.* than calm.yaml");
    }

    @Test
    void prometheusAndCsvGiveTheSame() throws IOException {
        load(600, second -> second / 100.0);
        String csv = json();
        StringBuilder values = new StringBuilder();
        for (int second = 0; second < 600; second += 15) {
            values.append(values.length() == 0 ? "" : ",")
                    .append("[")
                    .append(1_767_225_600 + second)
                    .append(",\"")
                    .append(second / 100.0)
                    .append("\"]");
        }
        write(
                "load.csv",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":["
                        + values
                        + "]}]}}");

        assertThat(json()).isEqualTo(csv);
    }

    @Test
    void aGapTakesNothingAway() throws IOException {
        // After five minutes without a figure nothing is known, and the replicas stay.
        write(
                "load.csv",
                "time,cpu\n2026-01-01T00:00:00Z,3\n2026-01-01T00:01:00Z,3\n2026-01-01T01:00:00Z,3\n");
        options.put("load", folder.resolve("load.csv").toString());

        assertThat(json()).contains("\"most\":6").contains("\"flaps\":0");
        assertThat(text()).contains("decisions knew no figure");
    }

    @Test
    void thePictureIsXmlAndThePageNeedsNothingElse() throws Exception {
        load(3600, second -> 1 + Math.sin(second / 500.0));
        options.put("against", folder.resolve("eager.yaml").toString());
        options.put("chart", folder.resolve("chart.svg").toString());
        text();
        byte[] svg = Files.readAllBytes(folder.resolve("chart.svg"));
        assertThat(
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(new ByteArrayInputStream(svg))
                                .getElementsByTagName("path")
                                .getLength())
                .isEqualTo(3);

        options.put("chart", folder.resolve("chart.html").toString());
        text();
        assertThat(Files.readString(folder.resolve("chart.html")))
                .contains("calm.yaml", "eager.yaml", "<svg")
                .doesNotContain("<script", "<link", "src=", "@import");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "time;1,2 | line 1 must name the columns",
                "time,cpu\\n1767225600,x | line 2: a value must be a number, is x",
                "time,cpu\\n1767225600,-1 | line 2: a value must be 0 or more, is -1",
                "time,cpu\\nyesterday,1 | line 2: a time must be seconds of the epoch",
                "time,cpu\\n1767225600,1,2 | line 2 must have 2 columns, has 3",
                "time,cpu\\n1767225600,1\\n1767225500,1 | line 3: times must grow",
                "time,cpu\\n1767225600,1 | it must have two points in time at least",
                "{\"data\":{}} | data.result must be a list",
            })
    void saysWhatIsWrongWithALoad(String text, String message) throws IOException {
        write("load.csv", text.replace("time;1,2", "time").replace("\\n", "\n"));
        options.put("load", folder.resolve("load.csv").toString());

        assertThatThrownBy(this::text)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("load.csv: " + message);
    }

    @Test
    void saysWhatIsWrongWithAPolicyOrAnOption() throws IOException {
        load(600, second -> 1);
        write("calm.yaml", POLICY.replace("WINDOW", "-4"));
        assertThatThrownBy(this::text)
                .hasMessageContaining("calm.yaml: ")
                .hasMessageContaining("must be a whole number from 0 to 3600, is -4");

        write("calm.yaml", "kind: Deployment");
        assertThatThrownBy(this::text)
                .hasMessageContaining("kind must be DatadogPodAutoscaler, is Deployment");

        options.put("every", "0");
        assertThatThrownBy(this::text).hasMessage("--every must be from 1 to 3600, is 0");

        options.put("pod", "cpu");
        assertThatThrownBy(this::text).hasMessageContaining("--pod must be what a pod asks for");
    }

    private void load(int seconds, IntToDoubleFunction cores) throws IOException {
        StringBuilder csv = new StringBuilder("time,cpu\n");
        for (int second = 0; second < seconds; second += 15) {
            csv.append(1_767_225_600 + second)
                    .append(',')
                    .append(cores.applyAsDouble(second))
                    .append('\n');
        }
        write("load.csv", csv.toString());
        options.put("load", folder.resolve("load.csv").toString());
    }

    private static int under(String json) {
        return Integer.parseInt(
                json.replaceAll("(?s).*\"underProvisionedSeconds\":(\\d+).*", "$1"));
    }

    private String json() throws IOException {
        Map<String, String> with = new LinkedHashMap<>(options);
        with.put("json", "true");
        return run(with);
    }

    private String text() throws IOException {
        return run(options);
    }

    private static String run(Map<String, String> options) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        OfflineSimulation.run(
                options, Yaml::read, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
