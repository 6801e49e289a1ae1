package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Changes that the status of an object does not tell of: its leader ended in between. */
class UntoldTest {

    private static final Map<String, Object> TWO_TO_FOUR =
            Map.of("time", "2026-01-01T11:59:00Z", "replicas", 2, "toReplicas", 4);

    @Test
    void aTargetThatIsNotAsTheStatusWantedItWasChangedJustNow() {
        State state = restored(status(4, List.of(TWO_TO_FOUR), "True"), 7);

        assertThat(state.actions()).hasSize(2);
        assertThat(state.actions().get(1)).isEqualTo(new State.Acted(Given.MILLIS, 4, 7));
    }

    @Test
    void oneThatIsAsWantedWasNot() {
        assertThat(restored(status(4, List.of(TWO_TO_FOUR), "True"), 4).actions()).hasSize(1);
    }

    @Test
    void whatTheJournalKnowsOfIsNotCountedTwice() {
        State journal = State.NONE.acted(Given.MILLIS - 1_000, 4, 7, 3600); // the status has 4 yet

        State state = History.withUntold(journal, status(4, List.of(), "True"), 7, 3600, Given.NOW);

        assertThat(state).isEqualTo(journal);
    }

    @Test
    void whatWasHeldBackWasNeverWritten() {
        assertThat(restored(status(9, List.of(), "False"), 4).actions()).isEmpty();
    }

    @Test
    void whoSwitchesATargetOffTakesNothingFromItsRates() {
        assertThat(restored(status(4, List.of(), "True"), 0).actions()).isEmpty();
    }

    @Test
    void anObjectWithoutHistoryHasNone() {
        assertThat(restored(new KubeObject(Map.of()), 4)).isEqualTo(State.NONE);
    }

    private static State restored(KubeObject object, int current) {
        return History.withUntold(
                History.restore(object, 3600, Given.NOW), object, current, 3600, Given.NOW);
    }

    private static KubeObject status(int wanted, List<Object> actions, String ableToScale) {
        return new KubeObject(
                Map.of(
                        "status",
                        Map.of(
                                "conditions",
                                List.of(
                                        Map.of(
                                                "type",
                                                "HorizontalAbleToScale",
                                                "status",
                                                ableToScale)),
                                "horizontal",
                                Map.of(
                                        "target",
                                        Map.of("source", "Autoscaling", "desiredReplicas", wanted),
                                        "lastActions",
                                        actions))));
    }
}
