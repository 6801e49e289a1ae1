package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StateTest {

    @Test
    void answersForEveryWindowAsIfNothingHadBeenForgotten() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            int count = 1 + random.nextInt(240);
            int[] all = new int[count];
            State state = State.NONE;
            for (int i = 0; i < count; i++) {
                all[i] = random.nextInt(30);
                state = state.recommended(i * 15_000L, all[i], 3600);
            }
            long now = (count - 1) * 15_000L;
            for (int window = 0; window <= 3600; window += 60) {
                long since = now - window * 1000L;
                int least = 15;
                int most = 15;
                for (int i = 0; i < count; i++) {
                    if (i * 15_000L > since) {
                        least = Math.min(least, all[i]);
                        most = Math.max(most, all[i]);
                    }
                }

                assertThat(state.least(since, 15)).isEqualTo(least);
                assertThat(state.most(since, 15)).isEqualTo(most);
            }
        }
    }

    @Test
    void anHourOfRecommendationsTakesLittleRoom() {
        Random random = new Random(7);
        State state = State.NONE;
        int most = 0;
        for (int i = 0; i < 10_000; i++) {
            state = state.recommended(i * 15_000L, random.nextInt(1000), 3600);
            most = Math.max(most, state.recommendations().size());
        }

        // At most 240 were made within the hour.
        assertThat(most).isLessThan(40);
    }

    @Test
    void sumsUpWhatWasAddedAndTakenWithinAPeriod() {
        State state =
                State.NONE.acted(1_000, 4, 6, 60).acted(31_000, 6, 5, 60).acted(61_000, 5, 9, 60);

        assertThat(state.added(1_000)).isEqualTo(4);
        assertThat(state.added(999)).isEqualTo(6);
        assertThat(state.removed(0)).isEqualTo(1);
        assertThat(state.oldestAction(1_000)).isEqualTo(31_000);
        assertThat(state.oldestAction(61_000)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void keepsTheNewestChangesForTheStatusHoweverOldTheyAre() {
        State state = State.NONE;
        for (int i = 0; i < 50; i++) {
            state = state.acted(i * 3_600_000L, i, i + 1, 60);
        }

        assertThat(state.actions()).hasSize(10);
        assertThat(state.actions().get(9).to()).isEqualTo(50);
        assertThat(state.actions().get(0).at()).isEqualTo(40 * 3_600_000L);
    }

    @Test
    void givesBackWhatItWasToldWhateverTheNumbersAndWhereverTheClockWent() {
        Random random = new Random(11);
        for (int round = 0; round < 300; round++) {
            State state = State.NONE;
            List<State.Acted> acted = new ArrayList<>();
            long now = random.nextLong(4_000_000_000_000L);
            for (int i = 0; i < 9; i++) {
                now += random.nextInt(1 << random.nextInt(31)) - random.nextInt(3) * 1_000L;
                int from = random.nextInt() >>> (1 + random.nextInt(31));
                int to = random.nextBoolean() ? Integer.MAX_VALUE - from : random.nextInt(1_000);
                acted.add(new State.Acted(now, from, to));
                state = state.acted(now, from, to, 3600);
            }

            assertThat(state.actions()).isEqualTo(acted);
        }
    }

    @Test
    void isTheSameWhereTheSameIsRemembered() {
        State one = State.NONE.recommended(1_000, 3, 60).acted(1_000, 2, 3, 60);

        assertThat(State.NONE.recommended(1_000, 3, 60).acted(1_000, 2, 3, 60))
                .isEqualTo(one)
                .hasSameHashCodeAs(one);
        assertThat(State.NONE.recommended(1_000, 3, 60).acted(1_001, 2, 3, 60)).isNotEqualTo(one);
        assertThat(State.NONE.recommended(1_001, 3, 60).acted(1_000, 2, 3, 60)).isNotEqualTo(one);
        assertThat(State.NONE.recommended(1_000, 4, 60).acted(1_000, 2, 3, 60)).isNotEqualTo(one);
    }
}
