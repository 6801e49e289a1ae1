package io.drover.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.FixedAgent;
import org.junit.jupiter.api.Test;

class StartupCommandTest {

    @Test
    void showsEveryStepWithItsTimeTriesAndReason() throws Exception {
        StartupCommand command = new StartupCommand();
        command.agent = new FixedAgent();
        command.plain = true;

        assertThat(Captured.linesOf(command))
                .containsExactly("conntrack/netlink\tdegraded\t0.000 s\t1\tno privilege");
    }
}
