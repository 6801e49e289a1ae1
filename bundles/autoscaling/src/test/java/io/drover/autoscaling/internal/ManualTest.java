package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Decision.Outcome;
import io.drover.autoscaling.internal.decide.Samples;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Phase;
import io.drover.autoscaling.internal.decide.Samples.Pod;
import io.drover.autoscaling.internal.decide.Samples.Ready;
import io.drover.autoscaling.internal.decide.Samples.Sample;
import io.drover.autoscaling.internal.decide.Samples.Usage;
import io.drover.autoscaling.internal.decide.Samples.Value;
import io.drover.autoscaling.internal.decide.Spec;
import io.drover.autoscaling.internal.decide.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** docs/autoscaling.md: its policies are read, and what its tables claim is decided. */
class ManualTest {

    private static final Path MANUAL = Path.of("../../docs/autoscaling.md");
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    /** A policy, and the lines of the table that follows it. */
    private record Example(String yaml, List<String[]> claims) {}

    @TestFactory
    Stream<DynamicTest> whatTheManualClaimsIsDecided() throws IOException {
        return examples().stream()
                .flatMap(
                        example ->
                                example.claims.stream()
                                        .map(
                                                claim ->
                                                        DynamicTest.dynamicTest(
                                                                String.join(" | ", claim),
                                                                () -> check(example.yaml, claim))));
    }

    @Test
    void theManualHasPoliciesAndEachHasClaims() throws IOException {
        assertThat(examples()).hasSizeGreaterThan(4).noneMatch(each -> each.claims.isEmpty());
    }

    /** Put into the first policy, each says something and nothing wrong. */
    @Test
    void theAnnotationsOfTheManualAreUnderstood() throws IOException {
        String policy = examples().get(0).yaml;
        List<String> shown = blocks("```yaml annotations");
        assertThat(shown).hasSize(3);
        Spec advised = Spec.of(object(policy.replaceFirst("metadata:.*\n", shown.get(0))));
        Spec scheduled = Spec.of(object(policy.replaceFirst("metadata:.*\n", shown.get(2))));
        Spec forced = Spec.of(object(policy.replaceFirst("metadata:.*\n", shown.get(1))));
        assertThat(forced.problems()).isEmpty();
        assertThat(forced.vertical().forced()).containsOnlyKeys("app");
        assertThat(advised.problems()).isEmpty();
        assertThat(advised.counsel()).isPresent();
        assertThat(scheduled.problems()).isEmpty();
        assertThat(scheduled.schedule().least(Instant.parse("2026-07-01T09:00:00Z"))).isEqualTo(10);
    }

    private static List<String> blocks(String head) throws IOException {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = null;
        for (String line : Files.readAllLines(MANUAL)) {
            if (line.equals(head)) {
                block = new StringBuilder();
            } else if (block != null && line.equals("```")) {
                blocks.add(block.toString());
                block = null;
            } else if (block != null) {
                block.append(line).append('\n');
            }
        }
        return blocks;
    }

    private static void check(String yaml, String[] claim) {
        Spec spec = Spec.of(object(yaml));
        assertThat(spec.problems()).isEmpty();
        int replicas = Integer.parseInt(claim[0]);
        Measured measured =
                claim[1].endsWith("%")
                        ? usage(replicas, Long.parseLong(claim[1].replace(" %", "")))
                        : new Value(Long.parseLong(claim[1]) * 1000, NOW.toEpochMilli());
        Samples samples = Samples.of(replicas, pods(replicas), List.of(measured));

        Look look = Look.decide(spec.policy(), State.NONE, samples, NOW);

        assertThat(Why.text("shop/web", look, false)).contains(claim[3]);
        if (claim[2].equals("held")) {
            assertThat(look.decision().outcome()).isEqualTo(Outcome.HELD);
        } else {
            assertThat(look.decision().desired()).isEqualTo(Integer.parseInt(claim[2]));
        }
    }

    @SuppressWarnings("unchecked") // the keys of an object are strings
    private static KubeObject object(String yaml) {
        return new KubeObject((Map<String, Object>) Yaml.read(MANUAL.toString(), yaml));
    }

    private static List<Pod> pods(int count) {
        List<Pod> pods = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pods.add(
                    new Pod(
                            "pod-" + i,
                            Phase.RUNNING,
                            false,
                            Ready.YES,
                            1,
                            1,
                            Map.of("cpu", 100L)));
        }
        return pods;
    }

    private static Measured usage(int count, long share) {
        Map<String, Sample> byPod = new HashMap<>();
        for (int i = 0; i < count; i++) {
            byPod.put("pod-" + i, new Sample(share, NOW.toEpochMilli() - 5_000, 30_000));
        }
        return new Usage(byPod);
    }

    private static List<Example> examples() throws IOException {
        List<Example> examples = new ArrayList<>();
        StringBuilder yaml = null;
        Example open = null;
        for (String line : Files.readAllLines(MANUAL)) {
            if (line.equals("```yaml policy")) {
                yaml = new StringBuilder();
            } else if (yaml != null && line.equals("```")) {
                open = new Example(yaml.toString(), new ArrayList<>());
                examples.add(open);
                yaml = null;
            } else if (yaml != null) {
                yaml.append(line).append('\n');
            } else if (open != null && line.matches("\\| \\d+ \\|.*")) {
                open.claims.add(line.substring(2, line.length() - 2).split(" \\| "));
            } else if (open != null && line.isEmpty() && !open.claims.isEmpty()) {
                open = null;
            }
        }
        return examples;
    }
}
