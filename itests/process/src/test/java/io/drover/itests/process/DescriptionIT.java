package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API says of itself, and what it does. */
class DescriptionIT {

    @Test
    void aClientMadeOfTheDescriptionGetsFromEachOperationWhatIsDescribed(@TempDir Path folder)
            throws IOException {
        Needs.program("python3", "python3-venv");
        Path tools = Path.of(System.getProperty("drover.itests")).normalize().resolve("tools");
        String[] lines =
                Command.run(tools.resolve("python-openapi.sh").toString())
                        .orFail()
                        .strip()
                        .split("\n");
        try (RunningDrover drover = RunningDrover.start("description").ready()) {
            Command.Outcome outcome =
                    Command.run(
                            Map.of(),
                            List.of(
                                    lines[lines.length - 1],
                                    tools.resolve("openapi_check.py").toString(),
                                    "https://127.0.0.1:" + drover.port("api"),
                                    drover.authority().toString(),
                                    drover.home().resolve("secrets/local_token").toString(),
                                    folder.toString()));

            assertThat(outcome.orFail()).contains(" 0 differences");
        }
    }
}
