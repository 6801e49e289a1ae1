package io.drover.core.internal;

import static io.drover.core.internal.Agents.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.core.internal.systemd.StatusLine;
import io.drover.testing.ScriptedSubsystem;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusLineTest {

    @TempDir Path home;

    @Test
    void followsTheAgentFromItsStartToItsStop() {
        ScriptedSubsystem http =
                new ScriptedSubsystem(
                        "http", Step.needed("api", "API", Status.waiting("rain", T0)));
        ScriptedSubsystem conntrack =
                new ScriptedSubsystem(
                        "conntrack",
                        Step.optional(
                                "table",
                                "Table",
                                Status.active(T0).toDegraded("no privilege", "", T0)));
        Agents one = new Agents(home, http, conntrack);

        assertThat(line(one)).isEqualTo("starting; http is waiting: rain");

        http.become(Step.needed("api", "API", Status.active(T0)));
        assertThat(line(one)).isEqualTo("ready; conntrack is degraded: no privilege");

        conntrack.become(Step.optional("table", "Table", Status.active(T0)));
        assertThat(line(one)).isEqualTo("ready: 2 subsystems");

        http.become(Step.needed("api", "API", Status.active(T0).toFailed("taken", "", T0)));
        assertThat(line(one)).isEqualTo("not ready; http is failed: taken");

        one.agent.prepareToStop();
        assertThat(line(one)).isEqualTo("stopping: draining for 200 ms");
    }

    private static String line(Agents one) {
        one.agent.look();
        return StatusLine.of(one.agent);
    }
}
