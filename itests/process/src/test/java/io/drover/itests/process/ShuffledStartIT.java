package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nothing waits by order: whatever order Drover's own bundles are started in, the same system runs.
 */
class ShuffledStartIT {

    private static final Pattern OWN_BUNDLE =
            Pattern.compile("<bundle>(mvn:io\\.drover/[^<]*)</bundle>");
    private static final int LOWEST_LEVEL = 45;
    private static final int LEVELS = 50;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void runsTheSameWhenItsBundlesStartInAnotherOrder(long seed) throws IOException {
        Path assembly = Assemblies.copyOf("shuffled");
        int shuffled = giveRandomStartLevels(assembly, new Random(seed));

        try (RunningDrover drover = RunningDrover.start("shuffled-" + seed).of(assembly).ready()) {
            Map<String, String> states = new TreeMap<>();
            for (JsonElement subsystem :
                    drover.apiJson("/api/v1/status").getAsJsonArray("subsystems")) {
                states.put(
                        subsystem.getAsJsonObject().get("name").getAsString(),
                        subsystem.getAsJsonObject().get("state").getAsString());
            }

            assertThat(shuffled).isGreaterThanOrEqualTo(11);
            assertThat(states)
                    .hasSize(12)
                    .containsEntry("kubernetes", "waiting")
                    .containsEntry("autoscaling", "waiting")
                    .containsEntry("link", "skipped")
                    .containsEntry("profiling", "skipped");
            states.keySet().removeAll(Set.of("kubernetes", "autoscaling", "link", "profiling"));
            assertThat(states.values())
                    .allMatch(state -> state.equals("active") || state.equals("degraded"));
            assertThat(drover.plain("metrics", "/metrics").statusCode()).isEqualTo(200);
        }
    }

    /**
     * The order of the start is the order of the levels; bundles without one all share the same.
     */
    private static int giveRandomStartLevels(Path assembly, Random random) throws IOException {
        Path features = featuresOf(assembly);
        Matcher bundle = OWN_BUNDLE.matcher(Files.readString(features));
        StringBuilder shuffled = new StringBuilder();
        int count = 0;
        while (bundle.find()) {
            int level = LOWEST_LEVEL + random.nextInt(LEVELS);
            bundle.appendReplacement(
                    shuffled,
                    "<bundle start-level=\"" + level + "\">" + bundle.group(1) + "</bundle>");
            count++;
        }
        bundle.appendTail(shuffled);
        Files.writeString(features, shuffled.toString());
        return count;
    }

    private static Path featuresOf(Path assembly) throws IOException {
        try (Stream<Path> files = Files.walk(assembly.resolve("system/io/drover/features"))) {
            return files.filter(file -> file.getFileName().toString().endsWith("-features.xml"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
