package io.drover.config.internal.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real programs, real rights. */
class BackEndCommandTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir Path folder;

    private final BackEndCommand backEnd = new BackEndCommand();

    @Test
    void theProgramReadsHandlesAndPrintsAnswers() throws Exception {
        Path program =
                script(
                        "cat > question; printf '{\"h1\":{\"value\":\"one\",\"error\":null},"
                                + "\"h2\":{\"value\":null,\"error\":\"%s %s\"}}' \"$1\" \"$#\"");

        Map<String, BackEnd.Answer> answers =
                backEnd.ask(
                        new Program(program.toString(), List.of("a b", "c"), LONG, 4096, false),
                        List.of("h1", "h\"2\\"));

        assertThat(answers.get("h1").value()).isEqualTo("one");
        assertThat(answers.get("h2").error()).isEqualTo("a b 2");
        assertThat(Files.readString(folder.resolve("question")))
                .isEqualTo(
                        "{\"version\":\"1.1\",\"secrets\":[\"h1\",\"h\\\"2\\\\\"],"
                                + "\"secret_backend_timeout\":20}");
    }

    @Test
    void aProgramThatReadsNothingAndOneThatPrintsMuchIsNoHindrance() throws Exception {
        Path deaf =
                script(
                        "printf '{\"h\":{\"value\":\"'; head -c 1000000 /dev/zero | tr '\\0' x; printf '\"}}'");

        Map<String, BackEnd.Answer> answers =
                backEnd.ask(
                        new Program(deaf.toString(), List.of(), LONG, 2_000_000, false),
                        Stream.generate(() -> "h".repeat(1000)).limit(500).toList());

        assertThat(answers.get("h").value()).hasSize(1_000_000);
    }

    @Test
    void whatItPrintsToStandardErrorIsNeverTold() throws Exception {
        Path program = script("echo canary-1; echo canary-2 >&2; exit 3");

        assertThatThrownBy(() -> ask(program))
                .hasMessage(program + " ended with exit code 3")
                .hasNoCause();
    }

    @Test
    void aProgramThatHangsIsEndedWithItsChildren() throws Exception {
        Path program = script("sleep 1000 & echo $! > child; wait");

        assertThatThrownBy(
                        () ->
                                backEnd.ask(
                                        new Program(
                                                program.toString(),
                                                List.of(),
                                                Duration.ofMillis(500),
                                                4096,
                                                false),
                                        List.of("h")))
                .hasMessage(
                        program
                                + " did not answer within 500 ms (config.secret_backend_timeout_ms)");

        long child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
        io.drover.testing.Await.until(
                "the child is gone",
                LONG,
                () -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty(),
                () -> "process " + child);
    }

    @Test
    void aProgramThatLeavesAChildBehindDoesNotMakeUsWait() throws Exception {
        Path program = script("(sleep 5 &) ; printf '{\"h\":{\"value\":\"one\"}}'");

        assertThat(ask(program).get("h").value()).isEqualTo("one");
    }

    @Test
    void aFloodIsCutOff() throws Exception {
        Path program = script("exec yes");

        assertThatThrownBy(() -> ask(program))
                .hasMessage(
                        program
                                + " must not print more than 4096 bytes"
                                + " (config.secret_backend_output_bytes_max)");
    }

    @Test
    void itDoesNotSeeVariablesThatMayBeSecrets() throws Exception {
        Path program = script("env | grep -c ^DROVER_ ; exit 0");

        assertThatThrownBy(() -> ask(program)).hasMessageContaining("must be JSON: at character 1");
    }

    @ParameterizedTest
    @CsvSource({
        "rwx------, false, ''",
        "r-x------, false, ''",
        "rwxr-x---, true, ''",
        "rwxr-x---, false, must give its group no rights (config.secret_backend_group_may_execute)",
        "rwxrwx---, true, must give its group no rights to write",
        "rwx---r--, false, must give no rights to others",
        "rwx----w-, true, must give no rights to others",
        "rw-------, false, must be executable",
    })
    void theModeIsChecked(String mode, boolean group, String rule) throws Exception {
        Path program = script("printf '{}'");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString(mode));
        Program run = new Program(program.toString(), List.of(), LONG, 4096, group);

        if (rule.isEmpty()) {
            assertThat(backEnd.ask(run, List.of())).isEmpty();
        } else {
            assertThatThrownBy(() -> backEnd.ask(run, List.of()))
                    .hasMessageStartingWith(program + " " + rule);
        }
    }

    @Test
    void theOwnerIsChecked() throws Exception {
        Path program = script("printf '{}'");
        int owner = (Integer) Files.getAttribute(program, "unix:uid");

        // A user that is not root: then only that user's and root's files may be run.
        if (owner == 0) {
            Files.setAttribute(program, "unix:uid", 65_534);
        }
        int user = owner == 0 ? 0 : owner + 1;

        assertThatThrownBy(() -> ExecutableRules.check(program, user, false))
                .hasMessageContaining("must belong to root or to user " + user);
    }

    @Test
    void aFolderThatOthersCanChangeIsRefused() throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        Path program = open.resolve("program");
        Files.copy(script("printf '{}'"), program);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), program);

        assertThatThrownBy(() -> ask(link))
                .hasMessageStartingWith(link + " must lie in folders that only root and user")
                .hasMessageEndingWith(open + " has 0777");
    }

    @Test
    void whatIsNoProgramIsRefused() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "#!/no/such/shell\n");
        Files.setPosixFilePermissions(text, PosixFilePermissions.fromString("rwx------"));

        assertThatThrownBy(() -> ask(text)).hasMessageStartingWith(text + " cannot be run");
        assertThatThrownBy(() -> ask(folder)).hasMessage(folder + " must be a regular file");
        assertThatThrownBy(() -> ask(folder.resolve("x")))
                .hasMessage(folder.resolve("x") + " must be there: NoSuchFileException");
        assertThatThrownBy(() -> ask(Path.of("relative")))
                .hasMessage("relative must be an absolute path");
    }

    private Map<String, BackEnd.Answer> ask(Path program)
            throws FetchException, InterruptedException {
        return backEnd.ask(
                new Program(program.toString(), List.of(), LONG, 4096, false), List.of("h"));
    }

    private Path script(String body) throws IOException {
        Path script = folder.resolve("program");
        Files.writeString(script, "#!/bin/sh\ncd '" + folder + "'\n" + body + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }
}
