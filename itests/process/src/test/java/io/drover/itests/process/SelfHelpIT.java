package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the agent tells a person who looks for what is wrong. */
class SelfHelpIT {

    private static RunningDrover drover;

    @BeforeAll
    static void start() {
        drover = RunningDrover.start("self-help").ready();
    }

    @AfterAll
    static void stop() {
        drover.close();
    }

    @Test
    void diagnosesItselfAndPassesWhenNothingFails() {
        assertThat(drover.verb("diagnose", "--list").orFail())
                .contains("ports ", "disk ", "memory ", "clock ", "files ", "subsystems ");

        assertThat(drover.verb("diagnose", "ports", "disk", "files").orFail())
                .contains("listener-api", "takes connections", "\n0 failed,");
    }

    @Test
    void aFailureIsExitCodeOneAndItsCommandMendsIt() throws IOException {
        Path token = drover.home().resolve("secrets/local_token");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));

        Command.Outcome failed = drover.verb("diagnose", "files", "--json");

        assertThat(failed.exitCode()).as(failed.output()).isEqualTo(1);
        JsonObject check =
                RunningDrover.json(failed.output())
                        .getAsJsonArray("suites")
                        .get(0)
                        .getAsJsonObject()
                        .getAsJsonArray("checks")
                        .get(0)
                        .getAsJsonObject();
        assertThat(check.get("verdict").getAsString()).isEqualTo("fail");
        Command.run("sh", "-c", check.get("command").getAsString()).orFail();
        assertThat(drover.verb("diagnose", "files").exitCode()).isZero();
    }

    @Test
    void aSuiteThatIsNotThereIsNamedWithThoseThatAre() {
        Command.Outcome unknown = drover.verb("diagnose", "zebra");

        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.output()).contains("there is no suite zebra; there are: subsystems,");
    }
}
