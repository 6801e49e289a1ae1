package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A command in a document works, word for word. */
class DocumentsIT {

    private static final Path TOP =
            Path.of(System.getProperty("drover.itests")).resolve("..").toAbsolutePath().normalize();
    // Blocks marked "sh agent" ask a running agent with the default ports; plain "sh" blocks are
    // the run and test commands.
    private static final Pattern AGENT_BLOCK =
            Pattern.compile("^```sh agent\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern PLAIN_BLOCK =
            Pattern.compile("^```sh\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    @Test
    void everyCommandForARunningAgentWorksAsItIsWritten() throws IOException {
        Needs.program("curl", "curl");
        try (RunningDrover drover = RunningDrover.start("documents").defaultPorts().ready()) {
            for (Path document : documents()) {
                for (String block : blocks(AGENT_BLOCK, document)) {
                    Command.Outcome outcome =
                            Command.run(
                                    Map.of("DROVER_HOME", drover.home().toString()),
                                    List.of("sh", "-c", "cd '" + TOP + "' && set -e\n" + block));

                    assertThat(outcome.exitCode())
                            .as(document + "\n" + block + outcome.output())
                            .isZero();
                }
            }
        }
    }

    @Test
    void theOtherCommandsAreThoseThatStartTheAgentAndTheTests() throws IOException {
        List<String> commands = new ArrayList<>();
        for (Path document : documents()) {
            for (String block : blocks(PLAIN_BLOCK, document)) {
                commands.addAll(block.lines().toList());
            }
        }

        // "run" is what this module starts, with "--sandbox" SandboxIT does; "test" runs this
        // module.
        assertThat(commands)
                .containsExactly("./drover run", "./drover test", "./drover run --sandbox");
    }

    private static List<String> blocks(Pattern kind, Path document) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher block = kind.matcher(Files.readString(document));
        while (block.find()) {
            blocks.add(block.group(1));
        }
        return blocks;
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(TOP.resolve("README.md")));
        try (Stream<Path> files = Files.walk(TOP.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
        }
        return documents;
    }
}
