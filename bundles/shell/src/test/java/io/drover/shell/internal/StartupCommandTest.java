package io.drover.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.FixedAgent;
import org.junit.jupiter.api.Test;

class StartupCommandTest {

    @Test
    void showsEveryStepWithItsTimeTriesAndReason() throws Exception {
        StartupCommand command = new StartupCommand();
        command.agent = new FixedAgent();
        command.startup = view -> "seen as " + view + "\n";
        command.plain = true;

        assertThat(Captured.linesOf(command))
                .containsExactly("conntrack/netlink\tdegraded\t0.000 s\t1\tno privilege");
    }

    @Test
    void showsTheOtherViewsAsTheAgentGivesThem() throws Exception {
        StartupCommand command = new StartupCommand();
        command.agent = new FixedAgent();
        command.startup = view -> "seen as " + view + "\n";

        command.blame = true;
        assertThat(Captured.linesOf(command)).containsExactly("seen as BLAME");
        command.blame = false;
        command.criticalChain = true;
        assertThat(Captured.linesOf(command)).containsExactly("seen as CRITICAL_CHAIN");
        command.plot = true;
        assertThat(Captured.linesOf(command)).containsExactly("seen as PLOT");
    }
}
