package io.drover.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.testing.ScriptedFlares;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlareCommandTest {

    @TempDir Path folder;

    private final FlareCommand command = new FlareCommand();
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("flare.zip");
        command.file = file.toString();
    }

    @Test
    void writesItForThisUserAloneAndSaysWhatIsMissing() throws Exception {
        command.flares = new ScriptedFlares("PK");

        assertThat(Captured.linesOf(command))
                .containsExactly(
                        file + ": 3 files, 2 redactions", "missing: conntrack: it did not end");
        assertThat(file).hasContent("PK");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void leavesNoHalfOfOne() {
        command.flares = new ScriptedFlares("P", new IOException("disk full"));

        assertThatThrownBy(command::execute).hasMessage("disk full");
        assertThat(file).doesNotExist();
    }

    @Test
    void writesOverNothing() throws Exception {
        Files.writeString(file, "precious");
        command.flares = new ScriptedFlares("PK");

        assertThatThrownBy(command::execute).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("precious");
    }
}
