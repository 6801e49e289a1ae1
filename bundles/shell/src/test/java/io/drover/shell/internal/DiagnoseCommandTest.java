package io.drover.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.diagnosis.Check;
import io.drover.testing.ScriptedDiagnosis;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnoseCommandTest {

    private final DiagnoseCommand command = new DiagnoseCommand();

    DiagnoseCommandTest() {
        command.diagnosis =
                new ScriptedDiagnosis()
                        .finding("disk", Check.pass("room", "there is room"))
                        .finding("clock", Check.fail("date", "it is 1970", "set it", "date"));
    }

    @Test
    void runsTheNamedSuites() throws Exception {
        command.suites = List.of("disk");

        assertThat(Captured.linesOf(command)).containsExactly("disk: there is room");
    }

    @Test
    void aFailureFailsTheCommandForScripts() {
        assertThatThrownBy(command::execute).hasMessage("at least one check failed");
    }

    @Test
    void listsTheSuites() throws Exception {
        command.list = true;

        assertThat(Captured.linesOf(command))
                .containsExactly("disk             how disk is", "clock            how clock is");
    }
}
