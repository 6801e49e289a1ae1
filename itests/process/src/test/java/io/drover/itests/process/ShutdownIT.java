package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.Await;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of the process: unready, drained, stopped in order, or at once. */
class ShutdownIT {

    private static final Pattern STOPPED =
            Pattern.compile("a bundle stopped: bundle=io\\.drover\\.(\\S+)");
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void isUnreadyFirstAndServesWhileItDrains() {
        try (RunningDrover drover =
                RunningDrover.start("drain").environment("DROVER_CORE_DRAIN_MS", "4000").ready()) {
            assertThat(drover.plain("health", "/ready").statusCode()).isEqualTo(200);

            drover.signal("TERM");

            Await.until(
                    "the health listener says that it drains",
                    SOON,
                    () -> drover.plain("health", "/ready").statusCode() == 503,
                    drover::terminal);
            HttpResponse<String> ready = drover.plain("health", "/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("not ok, the agent stops: draining for 4000 ms");
            assertThat(drover.plain("health", "/live").statusCode()).isEqualTo(200);
            assertThat(drover.apiJson("/api/v1/status").get("stopping").getAsString())
                    .isEqualTo("draining for 4000 ms");

            assertThat(drover.exitCode(SOON)).isZero();
        }
    }

    @Test
    void stopsTheLastOfTheStartFirstAndTheApiAfterAllItServes() {
        try (RunningDrover drover = RunningDrover.start("stop-order").ready()) {
            assertThat(drover.stop()).isZero();

            List<String> order =
                    STOPPED.matcher(drover.terminal()).results().map(m -> m.group(1)).toList();
            assertThat(order)
                    .containsSubsequence(
                            "autoscaling",
                            "kubernetes",
                            "conntrack",
                            "grpc",
                            "metrics",
                            "http",
                            "security",
                            "kernel");
        }
    }

    @Test
    void namesABundleThatHangsInItsStopAndLetsOneWatchMeanwhile() throws IOException {
        RunningDrover.Start start =
                RunningDrover.start("hang").environment("DROVER_CORE_STOP_DEADLINE_MS", "4000");
        Path jar = start.home().resolve("deploy").resolve("hang.jar");
        HangingActivator.writeTo(jar, "io.drover.hang");
        try (RunningDrover drover = start.ready()) {
            Await.until(
                    "the bundle is deployed",
                    SOON,
                    () -> drover.terminal().contains("hanging bundle started"),
                    drover::terminal);

            drover.signal("TERM");

            Await.until(
                    "the API says what the stop is at",
                    SOON,
                    () ->
                            drover.apiJson("/api/v1/status")
                                    .get("stopping")
                                    .getAsString()
                                    .equals("stopping hang"),
                    drover::terminal);
            assertThat(drover.exitCode(SOON)).isEqualTo(70);
            assertThat(drover.terminal())
                    .contains("did not stop in time and is cut off: bundle=io.drover.hang")
                    .contains("drover: did not stop in time and is cut off: io.drover.hang");
            Matcher others = STOPPED.matcher(drover.terminal());
            assertThat(others.results().map(m -> m.group(1))).contains("http", "kernel");
        } finally {
            Files.deleteIfExists(jar);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void endsAtOnceWhenToldTwice(String signal) {
        try (RunningDrover drover =
                RunningDrover.start("twice")
                        .environment("DROVER_CORE_DRAIN_MS", "600000")
                        // A build in a shell's background has SIGINT ignored, and hands it down.
                        .by("env", "--default-signal=INT")
                        .ready()) {
            drover.signal(signal);
            Await.until(
                    "it drains",
                    SOON,
                    () -> drover.plain("health", "/ready").statusCode() == 503,
                    drover::terminal);

            drover.signal(signal);

            assertThat(drover.exitCode(Duration.ofSeconds(5))).isEqualTo(70);
            assertThat(drover.terminal()).contains("told twice to stop, ending at once");
        }
    }
}
