package io.drover.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.testing.FixedAgent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusCommandTest {

    private final StatusCommand command = new StatusCommand();

    @BeforeEach
    void asked() {
        command.agent = new FixedAgent();
        command.plain = true;
    }

    @Test
    void showsEverySubsystemWithStateAndReason() throws Exception {
        assertThat(Captured.linesOf(command))
                .singleElement()
                .asString()
                .matches("conntrack\\tdegraded\\t\\d+ (s|min|h)\\tno privilege");
    }

    @Test
    void forPeopleThereIsAHead() throws Exception {
        command.plain = false;

        assertThat(Captured.linesOf(command).get(0))
                .matches("Subsystem\\s.\\sState\\s+.\\sSince\\s+.\\sWhy");
    }

    @Test
    void showsAllOfOneByName() throws Exception {
        command.name = "conntrack";

        assertThat(Captured.linesOf(command))
                .containsExactly(
                        "conntrack is degraded since 2026-01-02T03:04:05.006Z",
                        "why:    no privilege",
                        "remedy: add CAP_NET_ADMIN");
    }

    @Test
    void saysThatANameIsUnknown() {
        command.name = "nobody";

        assertThatThrownBy(command::execute).hasMessage("there is no subsystem nobody");
    }
}
