package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulator of the distribution, as somebody runs it who has no agent. */
class SimulateIT {

    @TempDir private Path folder;

    @Test
    void comparesTwoPoliciesOverALoadAndDrawsThem() throws IOException {
        Path calm = write("calm.yaml", policy(300));
        Path eager = write("eager.yaml", policy(0));
        StringBuilder csv = new StringBuilder("time,cpu\n");
        for (int i = 0; i < 960; i++) {
            csv.append(1_767_225_600 + 15 * i).append(i / 16 % 2 == 0 ? ",1\n" : ",3\n");
        }
        Path load = write("load.csv", csv.toString());
        Path chart = folder.resolve("chart.html");

        Command.Outcome outcome =
                simulate(
                        "--policy",
                        calm,
                        "--against",
                        eager,
                        "--load",
                        load,
                        "--chart",
                        chart,
                        "--pod",
                        "cpu=1",
                        "--start",
                        "30s");

        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        assertThat(outcome.output())
                .contains("(4 hours), a decision each 15 s, a pod is ready after 30 s")
                .containsPattern("calm.yaml +\\d+\\.\\d +1 +\\d +\\d +0 ")
                .contains("eager.yaml needs ")
                .contains("the chart is in " + chart);
        assertThat(Files.readString(chart)).contains("<svg", "calm.yaml", "eager.yaml");
    }

    @Test
    void saysWhatIsWrongAndWithWhichCode() throws IOException {
        Path load = write("load.csv", "time,cpu\n1767225600,1\n1767225615,1\n");

        Command.Outcome none = simulate("--policy", folder.resolve("none.yaml"), "--load", load);
        assertThat(none.exitCode()).isEqualTo(78);
        assertThat(none.output()).contains("none.yaml: there is no such file");

        Path broken = write("broken.yaml", "kind: [");
        Command.Outcome yaml = simulate("--policy", broken, "--load", load);
        assertThat(yaml.exitCode()).isEqualTo(78);
        assertThat(yaml.output()).contains("broken.yaml: must be YAML").doesNotContain("\tat ");

        assertThat(simulate("--policy", broken).exitCode()).isEqualTo(2);
    }

    private Command.Outcome simulate(Object... words) {
        List<String> all = new ArrayList<>();
        all.add(RunningDrover.assembly().resolve("bin/drover").toString());
        all.add("simulate");
        for (Object word : words) {
            all.add(word.toString());
        }
        return Command.run(Map.of("DROVER_HOME", folder.toString()), all);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String policy(int window) {
        return """
                apiVersion: datadoghq.com/v1alpha2
                kind: DatadogPodAutoscaler
                metadata: {name: web, namespace: shop}
                spec:
                  owner: Local
                  targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
                  constraints: {minReplicas: 1, maxReplicas: 20}
                  applyPolicy: {scaleDown: {stabilizationWindowSeconds: %d}}
                  objectives:
                  - type: PodResource
                    podResource: {name: cpu, value: {type: Utilization, utilization: 50}}
                """
                .formatted(window);
    }
}
