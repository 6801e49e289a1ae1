package io.drover.core.internal.coredump;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.core.internal.coredump.CorePattern.Crasher;
import io.drover.core.internal.coredump.CorePattern.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorePatternTest {

    private static final Path HERE = Path.of("/var/lib/drover/crash");
    private static final Crasher ME = new Crasher(4711, 100, 200, "node-1");

    @ParameterizedTest
    @CsvSource({
        "core, false, /var/lib/drover/crash, core",
        "core, true, /var/lib/drover/crash, core.4711",
        "core.%p, true, /var/lib/drover/crash, core.4711",
        "/var/crash/%u/core-%h-%p, false, /var/crash/100, core-node-1-4711",
        "../cores/core.%g, false, /var/lib/drover/cores, core.200",
        "100%%-core%Z%, false, /var/lib/drover/crash, 100%-core",
    })
    void namesTheFileAsTheKernelWould(String text, boolean usesPid, String folder, String name) {
        CorePattern pattern = CorePattern.parse(text + "\n", usesPid);

        assertThat(pattern.kind()).isEqualTo(Kind.FILE);
        assertThat(pattern.folder(HERE, ME)).contains(Path.of(folder));
        assertThat(pattern.name(ME)).contains(name);
    }

    @Test
    void leavesOpenWhatOnlyTheCrashTells() {
        CorePattern pattern = CorePattern.parse("/cores/%e/core.%t", false);

        assertThat(pattern.folder(HERE, ME)).isEmpty();
        assertThat(pattern.name(ME)).isEmpty();
        assertThat(pattern.shownName(ME)).isEqualTo("core.*");
    }

    @Test
    void knowsProgramsSocketsAndTheEmptyPattern() {
        CorePattern program =
                CorePattern.parse("|/usr/lib/systemd/systemd-coredump %P %u %s", true);
        assertThat(program.kind()).isEqualTo(Kind.PROGRAM);
        assertThat(program.program()).isEqualTo(Path.of("/usr/lib/systemd/systemd-coredump"));
        assertThat(CorePattern.parse("@/run/coredump.sock", false))
                .isEqualTo(new CorePattern(Kind.SOCKET, "/run/coredump.sock"));
        assertThat(CorePattern.parse("@@/run/coredump.sock", false).text())
                .isEqualTo("/run/coredump.sock");
        assertThat(CorePattern.parse("\n", false).kind()).isEqualTo(Kind.NONE);
        assertThat(CorePattern.parse("\n", true).name(ME)).contains(".4711");
    }

    @Test
    void tellsCoresFromOtherFiles() {
        CorePattern pattern = CorePattern.parse("core.%e.%p", false);

        assertThat("core.java.12").matches(pattern.names());
        assertThat("core.drover-core.12").matches(pattern.names());
        assertThat("core.java.").doesNotMatch(pattern.names());
        assertThat("score.java.12").doesNotMatch(pattern.names());
        assertThat("core.java.12.gz").doesNotMatch(pattern.names());
    }
}
