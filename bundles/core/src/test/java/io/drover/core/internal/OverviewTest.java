package io.drover.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.testing.ScriptedSubsystem;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverviewTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Step ACTIVE = Step.needed("one", "One", Status.active(T0));
    private static final Step DEGRADED =
            Step.needed("two", "Two", Status.active(T0).toDegraded("slow", "hurry", T0));
    private static final Step WAITING = Step.needed("three", "Three", Status.waiting("rain", T0));
    private static final Step FAILED =
            Step.needed("four", "Four", Status.active(T0).toFailed("broken", "mend", T0));
    private static final Step SKIPPED = Step.optional("five", "Five", Status.skipped("off", T0));

    @Test
    void showsTheStepThatIsLeastWell() {
        SubsystemView view =
                Overview.of(new ScriptedSubsystem("x", ACTIVE, WAITING, DEGRADED, FAILED));

        assertThat(view.state()).isEqualTo(State.FAILED);
        assertThat(view.reason()).isEqualTo("broken");
        assertThat(view.remedy()).isEqualTo("mend");
    }

    @Test
    void aSkippedStepCountsOnlyWhenThereIsNoOther() {
        assertThat(Overview.of(new ScriptedSubsystem("x", SKIPPED, ACTIVE)).state())
                .isEqualTo(State.ACTIVE);
        assertThat(Overview.of(new ScriptedSubsystem("x", SKIPPED)).state())
                .isEqualTo(State.SKIPPED);
    }

    @Test
    void refusesASubsystemWithoutSteps() {
        assertThatThrownBy(() -> Overview.of(new ScriptedSubsystem("x")))
                .hasMessage("a subsystem has at least one step");
    }

    @Test
    void sortsByTheOrderOfTheStartAndStrangersLast() {
        List<SubsystemView> sorted =
                Overview.sorted(List.of(view("zebra"), view("http"), view("ant"), view("config")));

        assertThat(sorted)
                .extracting(SubsystemView::name)
                .containsExactly("config", "http", "ant", "zebra");
    }

    @Test
    void waitingAndFailedStepsHoldUpReadinessWhenItNeedsThem() {
        Step optional = Step.optional("six", "Six", Status.waiting("a cluster", T0));

        assertThat(
                        Overview.holdingUp(
                                List.of(
                                        view("x", ACTIVE, DEGRADED, SKIPPED, optional),
                                        view("y", WAITING, FAILED))))
                .containsExactly(WAITING, FAILED);
    }

    private static SubsystemView view(String name, Step... steps) {
        return Overview.of(new ScriptedSubsystem(name, steps.length == 0 ? only() : steps));
    }

    private static Step[] only() {
        return new Step[] {ACTIVE};
    }
}
