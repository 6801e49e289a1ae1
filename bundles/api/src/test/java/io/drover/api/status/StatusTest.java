package io.drover.api.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.status.Status.Transition;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StatusTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant T1 = T0.plusSeconds(1);
    private static final Instant T2 = T0.plusSeconds(2);

    @Test
    void eachBeginningHasItsStateAndItsTransition() {
        assertThat(Status.waiting("a port", T0).history())
                .containsExactly(new Transition(T0, State.WAITING, "a port"));
        assertThat(Status.waiting("a port", T0).attempts()).isZero();
        assertThat(Status.skipped("x.enabled is false", T0).attempts()).isZero();
        assertThat(Status.starting(T0).attempts()).isEqualTo(1);
        assertThat(Status.active(T0).attempts()).isEqualTo(1);
    }

    @Test
    void aChangeOfStateMovesSinceAndIsRemembered() {
        Status status = Status.waiting("a port", T0).toStarting(T1).toActive(T2);

        assertThat(status.state()).isEqualTo(State.ACTIVE);
        assertThat(status.since()).isEqualTo(T2);
        assertThat(status.history())
                .containsExactly(
                        new Transition(T0, State.WAITING, "a port"),
                        new Transition(T1, State.STARTING, ""),
                        new Transition(T2, State.ACTIVE, ""));
    }

    @Test
    void aChangeOfTheReasonAloneMovesNothing() {
        Status status = Status.waiting("a port", T0).toWaiting("another port", T1);

        assertThat(status.reason()).isEqualTo("another port");
        assertThat(status.since()).isEqualTo(T0);
        assertThat(status.history()).hasSize(1);
    }

    @Test
    void whatIsWellHasNeitherReasonNorRemedyButRemembersItsError() {
        Status status = Status.active(T0).toDegraded("slow", "hurry", T1).toActive(T2);

        assertThat(status.reason()).isEmpty();
        assertThat(status.remedy()).isEmpty();
        assertThat(status.lastError()).isEqualTo("slow");
    }

    @Test
    void aFailureHasReasonRemedyAndError() {
        Status status = Status.starting(T0).toFailed("taken", "choose another", T1);

        assertThat(status.state()).isEqualTo(State.FAILED);
        assertThat(status.reason()).isEqualTo("taken");
        assertThat(status.remedy()).isEqualTo("choose another");
        assertThat(status.lastError()).isEqualTo("taken");
    }

    @Test
    void waitingGivesTheRemedyUpButKeepsTheError() {
        Status status = Status.starting(T0).toDegraded("gone", "plug in", T1).toWaiting("it", T2);

        assertThat(status.remedy()).isEmpty();
        assertThat(status.lastError()).isEqualTo("gone");
    }

    @Test
    void everyStartIsCounted() {
        Status status = Status.starting(T0).toDegraded("no", "", T1).toStarting(T2).toStarting(T2);

        assertThat(status.attempts()).isEqualTo(3);
    }

    @Test
    void whatWorksOrFailsWasTriedAtLeastOnce() {
        Status waiting = Status.waiting("a port", T0);

        assertThat(waiting.toActive(T1).attempts()).isEqualTo(1);
        assertThat(waiting.toDegraded("slow", "", T1).attempts()).isEqualTo(1);
        assertThat(waiting.toFailed("taken", "", T1).attempts()).isEqualTo(1);
    }

    @Test
    void theHistoryKeepsTheLatestTransitions() {
        Status status = Status.starting(T0);
        for (int i = 1; i <= 100; i++) {
            Instant at = T0.plusSeconds(i);
            status = i % 2 == 0 ? status.toActive(at) : status.toDegraded("no " + i, "", at);
        }

        assertThat(status.history()).hasSize(Status.HISTORY_MAX);
        assertThat(status.history().get(0).at())
                .isEqualTo(T0.plusSeconds(101 - Status.HISTORY_MAX));
        assertThat(status.history().get(Status.HISTORY_MAX - 1))
                .isEqualTo(new Transition(T0.plusSeconds(100), State.ACTIVE, ""));
    }

    @Test
    void anOlderStatusNeverChanges() {
        Status before = Status.starting(T0);
        before.toActive(T1);

        assertThat(before).isEqualTo(Status.starting(T0));
        assertThatThrownBy(() -> before.history().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void onlyWaitingAndStartingAreNotSettled() {
        for (State state : State.values()) {
            assertThat(state.settled())
                    .isEqualTo(state != State.WAITING && state != State.STARTING);
        }
    }

    @Test
    void aStepSaysWhatItsFailureMeans() {
        Status active = Status.active(T0);

        assertThat(Step.needed("a", "A", active))
                .isEqualTo(new Step("a", "A", true, OnFailure.CONTINUE, active));
        assertThat(Step.optional("a", "A", active))
                .isEqualTo(new Step("a", "A", false, OnFailure.CONTINUE, active));
        assertThat(Step.fatal("a", "A", OnFailure.EXIT_INTERNAL, active))
                .isEqualTo(new Step("a", "A", true, OnFailure.EXIT_INTERNAL, active));
    }
}
