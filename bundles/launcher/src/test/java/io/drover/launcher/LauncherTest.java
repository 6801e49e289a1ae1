package io.drover.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {

    @TempDir Path temp;

    @Test
    void withoutAVerbItEndsWithAHint() throws Exception {
        ends(2, "drover: no verb; try: drover help");
    }

    @Test
    void anUnknownVerbEndsWithAHint() throws Exception {
        ends(2, "drover: there is no verb dance; try: drover help", "dance");
    }

    @Test
    void runRefusesWordsThatItDoesNotKnow() {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(
                        () ->
                                new AgentProcess(
                                        new Distribution(temp),
                                        temp,
                                        new ArrayList<>(List.of("--console", "--loud"))))
                .withMessage(
                        "run does not take --loud; it takes --home DIR, --console and --sandbox")
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(2));
    }

    private static void ends(int code, String line, String... words) throws Exception {
        try (AnotherJvm launcher = new AnotherJvm(Launcher.class, words)) {
            assertThat(launcher.line()).isEqualTo(line);
            assertThat(launcher.exitCode()).isEqualTo(code);
        }
    }
}
