package io.drover.autoscaling.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.autoscaling.internal.decide.State;
import io.drover.autoscaling.internal.journal.Entry;
import org.junit.jupiter.api.Test;

class DecisionRecordTest {

    private static final long NOW = 1_800_000_000_000L;

    private final DecisionRecord record = new DecisionRecord(entry -> {});

    @Test
    void aChangeThatTheStatusDidNotGetIsRememberedAfterARestart() {
        record.found(entry(NOW - 30_250, "scale", 2, 4), NOW);
        record.found(entry(NOW - 10_750, "scale", 4, 8), NOW);
        // In whole seconds, and without the second one: the process ended before it was written.
        State status = State.NONE.acted(NOW - 31_000, 2, 4, 300);

        State state = record.recall("shop/web", status, 300);

        assertThat(state.actions()).hasSize(2);
        assertThat(state.actions().get(0).at()).isEqualTo(NOW - 30_250);
        assertThat(state.actions().get(1)).isEqualTo(new State.Acted(NOW - 10_750, 4, 8));
    }

    @Test
    void aRecommendationHeldUntilTheNextOne() {
        record.found(entry(NOW - 200_000, "stay", 3, 9), NOW);
        record.found(entry(NOW - 20_000, "stay", 3, 3), NOW);

        State state = record.recall("shop/web", State.NONE, 100);

        // The nine was made until 20 s ago, so it counts in a window of 100 s.
        assertThat(state.recommendations().get(0).replicas()).isEqualTo(9);
        assertThat(state.recommendations().get(0).at()).isEqualTo(NOW - 20_001);
        assertThat(state.recommendations().get(1).replicas()).isEqualTo(3);
    }

    @Test
    void isAskedOnceAndForgetsWhatIsTooOld() {
        record.found(entry(NOW - 3_700_000, "scale", 2, 4), NOW);
        assertThat(record.recall("shop/web", State.NONE, 300)).isEqualTo(State.NONE);

        record.found(entry(NOW - 1_000, "scale", 2, 4), NOW);
        assertThat(record.recall("shop/web", State.NONE, 300).actions()).hasSize(1);
        assertThat(record.recall("shop/web", State.NONE, 300).actions()).isEmpty();
    }

    private static Entry entry(long at, String what, int current, int desired) {
        return new Entry(
                1,
                at,
                what,
                "shop",
                "web",
                "apps/v1 Deployment web",
                "Autoscaling",
                current,
                desired,
                desired,
                "");
    }
}
