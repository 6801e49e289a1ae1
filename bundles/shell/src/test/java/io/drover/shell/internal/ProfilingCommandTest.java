package io.drover.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.profiling.Profiling;
import io.drover.testing.FixedProfiling;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfilingCommandTest {

    @TempDir Path folder;
    private final FixedProfiling profiling = new FixedProfiling();
    private final ProfilingCommand command = new ProfilingCommand();

    @Test
    void switchesTheRing() throws Exception {
        assertThat(run("")).contains("profiling is off");
        assertThat(run("on")).contains("profiling is on");
        assertThat(run("off")).contains("profiling is off");
        run("restart");

        assertThat(profiling.changes())
                .containsExactly(
                        Profiling.Change.ON, Profiling.Change.OFF, Profiling.Change.RESTART);
    }

    @Test
    void showsAndStoresWhatTheRingHolds() throws Exception {
        command.last = 60;
        command.output = folder.resolve("page.html").toString();

        assertThat(run("summary")).isEqualTo("summary of PT1M\n");
        assertThat(run("dump")).contains("drover-PT1M.jfr");
        assertThat(run("flamegraph")).contains("page.html");
        assertThat(folder.resolve("page.html")).hasContent("graph of CPU in PT1M");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> run("sideways")).hasMessageContaining("not sideways");
        assertThatThrownBy(() -> run("flamegraph")).hasMessageContaining("--output FILE");
        command.last = 0;
        assertThatThrownBy(() -> run("summary")).hasMessage("--last must be from 1 to 86400, is 0");
    }

    private String run(String what) throws Exception {
        command.what = what;
        command.profiling = profiling;
        return String.join("\n", Captured.linesOf(command)) + "\n";
    }
}
