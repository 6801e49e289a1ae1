package io.drover.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.status.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final Duration OFTEN = Duration.ofMillis(200);
    private static final Duration SELDOM = Duration.ofSeconds(1);

    private final Pace pace = new Pace(OFTEN, SELDOM, Duration.ofSeconds(10));

    private Duration at(double seconds, boolean ready, SubsystemView... views) {
        return pace.next(List.of(views), ready, (long) (seconds * 1e9));
    }

    private static SubsystemView view(State state, String reason, Object fact) {
        return new SubsystemView(
                "grpc", state, Instant.EPOCH, reason, "", List.of(), Map.of("fact", fact));
    }

    @Test
    void looksOftenUntilNothingHasMovedForAWhile() {
        assertThat(at(0, true, view(State.ACTIVE, "", 1))).isEqualTo(OFTEN);
        assertThat(at(9.9, true, view(State.ACTIVE, "", 1))).isEqualTo(OFTEN);
        assertThat(at(10, true, view(State.ACTIVE, "", 1))).isEqualTo(SELDOM);
    }

    @Test
    void looksOftenAgainWhenAStateChanges() {
        at(0, true, view(State.ACTIVE, "", 1));
        assertThat(at(20, true, view(State.DEGRADED, "", 1))).isEqualTo(OFTEN);
        assertThat(at(29, true, view(State.DEGRADED, "", 1))).isEqualTo(OFTEN);
        assertThat(at(30, true, view(State.DEGRADED, "", 1))).isEqualTo(SELDOM);
    }

    @Test
    void looksOftenAgainWhenAReasonChanges() {
        at(0, true, view(State.DEGRADED, "no route", 1));
        assertThat(at(20, true, view(State.DEGRADED, "refused", 1))).isEqualTo(OFTEN);
    }

    @Test
    void looksOftenAgainWhenASubsystemGoes() {
        at(0, true, view(State.ACTIVE, "", 1));
        assertThat(at(20, true)).isEqualTo(OFTEN);
    }

    @Test
    void staysCalmWhenOnlyAFactChanges() {
        at(0, true, view(State.ACTIVE, "", 1));
        assertThat(at(20, true, view(State.ACTIVE, "", 2))).isEqualTo(SELDOM);
    }

    @Test
    void isNeverCalmWhileSomethingIsMissing() {
        at(0, false, view(State.WAITING, "waits", 1));
        assertThat(at(600, false, view(State.WAITING, "waits", 1))).isEqualTo(OFTEN);
    }

    @Test
    void hurriesWhenItIsTold() {
        at(0, true, view(State.ACTIVE, "", 1));
        assertThat(at(20, true, view(State.ACTIVE, "", 1))).isEqualTo(SELDOM);
        pace.hurry();
        assertThat(at(21, true, view(State.ACTIVE, "", 1))).isEqualTo(OFTEN);
        assertThat(at(31, true, view(State.ACTIVE, "", 1))).isEqualTo(SELDOM);
    }

    @Test
    void isNeverSlowerAtWorkThanAtRest() {
        Pace slow = new Pace(Duration.ofSeconds(5), SELDOM, Duration.ZERO);
        assertThat(slow.next(List.of(), true, 0)).isEqualTo(Duration.ofSeconds(5));
    }
}
