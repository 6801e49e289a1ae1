package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The agent's profile of itself, on this host and sent to an intake. */
class ProfilingIT {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String FIRST = "0123456789abcdef0123456789abcdef";
    private static final String SECOND = "fedcba9876543210fedcba9876543210";

    @Test
    void isSwitchedOnAndOffWhileTheAgentRunsAndShowsWhereTimeGoes() throws IOException {
        try (RunningDrover drover = RunningDrover.start("profiling").ready()) {
            assertThat(drover.verb("profiling").orFail()).contains("profiling is off");
            assertThat(drover.verb("profiling", "summary").exitCode()).isEqualTo(1);
            assertThat(drover.home().resolve("profiles")).doesNotExist();

            assertThat(drover.verb("profiling", "on").orFail()).contains("profiling is on since");
            assertThat(drover.subsystem("profiling").get("state").getAsString())
                    .isEqualTo("active");
            Await.until(
                    "the profile holds samples of the agent",
                    DEADLINE,
                    () -> {
                        drover.plain("metrics", "/metrics");
                        return drover.verb("profiling", "summary").output().contains("io.drover.");
                    },
                    () -> drover.verb("profiling", "summary").output());

            String file = drover.verb("profiling", "dump", "--last", "60").orFail().strip();
            assertThat(Command.run(jfr(), "summary", file).orFail()).contains("Version: 2.");
            assertThat(drover.verb("profiling", "flamegraph").orFail())
                    .startsWith("<!doctype html>")
                    .contains("io.drover.");

            assertThat(drover.verb("profiling", "restart").orFail()).contains("is on since");
            assertThat(drover.verb("profiling", "off").orFail()).contains("profiling is off");
            assertThat(Path.of(file)).exists();
            assertThat(drover.verb("profiling", "sideways").exitCode()).isEqualTo(2);
        }
    }

    @Test
    void takesANewKeyAfterARevocationWithNoRestartAndNothingLost() throws Exception {
        try (StubIntake intake = new StubIntake(FIRST)) {
            RunningDrover.Start start = RunningDrover.start("api-key");
            Path key = Files.createDirectories(start.home().resolve("etc")).resolve("api-key");
            Files.writeString(key, FIRST + "\n");
            start.configuration(sending(intake, "file:" + key));
            try (RunningDrover drover = start.ready()) {
                List<String> unready = new CopyOnWriteArrayList<>();
                ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
                watch.scheduleWithFixedDelay(
                        () -> noteIfUnready(drover, unready), 0, 50, TimeUnit.MILLISECONDS);
                awaitKey(drover, "valid");
                awaitProfiles(intake, 2);

                intake.revoke(FIRST);
                awaitKey(drover, "invalid");
                assertThat(drover.subsystem("core").get("state").getAsString())
                        .isEqualTo("degraded");

                intake.issue(SECOND);
                Files.writeString(key, SECOND + "\n");
                awaitKey(drover, "valid");
                awaitProfiles(intake, intake.profiles().size() + 2);
                watch.shutdownNow();

                assertThat(unready).as("answers of /ready that were not 200").isEmpty();
                JsonObject facts = drover.subsystem("profiling").getAsJsonObject("facts");
                assertThat(facts.get("profiles_dropped").getAsInt()).isZero();
                assertNoGap(intake.profiles());
                assertThat(drover.plain("metrics", "/metrics").body())
                        .contains("drover_core_api_key_state{state=\"valid\"} 1")
                        .doesNotContain(FIRST)
                        .doesNotContain(SECOND);
                assertThat(drover.read("log/drover.log"))
                        .doesNotContain(FIRST)
                        .doesNotContain(SECOND);
            }
        }
    }

    @Test
    void aMissingKeyIsFatalWhereSomethingIsSentAndNowhereElse() throws IOException {
        try (StubIntake intake = new StubIntake()) {
            RunningDrover missing =
                    RunningDrover.start("no-key").configuration(sending(intake, "")).launch();

            assertThat(missing.exitCode(DEADLINE)).as(missing.terminal()).isEqualTo(78);
            assertThat(missing.terminal())
                    .contains("core.api_key is not set, and profile upload needs one")
                    .contains("etc/drover.yaml");

            RunningDrover application =
                    RunningDrover.start("application-key")
                            .configuration(sending(intake, FIRST + "01234567"))
                            .launch();

            assertThat(application.exitCode(DEADLINE)).as(application.terminal()).isEqualTo(78);
            assertThat(application.terminal())
                    .contains("application key (40 hexadecimal digits)")
                    .doesNotContain(FIRST);
            assertThat(intake.refused()).isEmpty();
        }
    }

    private static String sending(StubIntake intake, String key) {
        return "core:\n"
                + (key.isEmpty() ? "" : "  api_key: \"" + key + "\"\n")
                + "  api_key_check_url: "
                + intake.url("/validate")
                + "\n  api_key_check_interval_ms: 1000\n"
                + "profiling:\n  enabled: true\n  upload: true\n  upload_period_ms: 1000\n"
                + "  upload_url: "
                + intake.url("/v1/input")
                + "\n";
    }

    private static void noteIfUnready(RunningDrover drover, List<String> unready) {
        try {
            int status = drover.plain("health", "/ready").statusCode();
            if (status != 200) {
                unready.add("HTTP " + status);
            }
        } catch (AssertionError e) {
            unready.add(e.toString());
        }
    }

    private static void awaitKey(RunningDrover drover, String state) {
        Await.until(
                "the API key is " + state,
                DEADLINE,
                () ->
                        drover.subsystem("core")
                                .getAsJsonObject("facts")
                                .get("api_key")
                                .getAsString()
                                .equals(state),
                () -> drover.subsystem("core").toString());
    }

    private static void awaitProfiles(StubIntake intake, int count) {
        Await.until(
                count + " profiles have come",
                DEADLINE,
                () -> intake.profiles().size() >= count,
                () -> intake.profiles().size() + ", refused " + intake.refused().size());
    }

    /** Each profile begins where the one before ended: those of the time without a key too. */
    private static void assertNoGap(List<String> profiles) {
        Pattern span = Pattern.compile("\"start\":\"([^\"]+)\",\"end\":\"([^\"]+)\"");
        String end = null;
        for (String profile : profiles) {
            Matcher found = span.matcher(profile);
            assertThat(found.find()).isTrue();
            if (end != null) {
                assertThat(found.group(1)).isEqualTo(end);
            }
            end = found.group(2);
        }
    }

    private static String jfr() {
        return Path.of(System.getProperty("java.home"), "bin", "jfr").toString();
    }
}
