package io.drover.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import io.drover.testing.ManualClock;
import io.drover.testing.ScriptedSubsystem;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RosterTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Step ACTIVE = Step.needed("one", "One", Status.active(T0));

    private final ManualClock clock = new ManualClock(T0);
    private final Map<String, String> expected = new HashMap<>();
    private final Map<String, Map<String, String>> beside = new HashMap<>();
    private final Roster roster = new Roster(this::missing, () -> beside, GRACE, clock);
    private final ScriptedSubsystem http = new ScriptedSubsystem("http", ACTIVE);
    private final ScriptedSubsystem config = new ScriptedSubsystem("config", ACTIVE);

    @Test
    void nobodyThereIsNotReady() {
        Roster.Look look = roster.look();

        assertThat(look.subsystems()).isEmpty();
        assertThat(look.ready()).isFalse();
    }

    @Test
    void allThereAndActiveIsReady() {
        roster.add(http);
        roster.add(config);

        Roster.Look look = roster.look();

        assertThat(names(look)).containsExactly("config", "http");
        assertThat(look.ready()).isTrue();
    }

    @Test
    void oneThatWasNeverThereIsMissedAtOnce() {
        expected.put("grpc", "waits for its configuration io.drover.grpc");
        roster.add(http);

        Roster.Look look = roster.look();

        assertThat(look.ready()).isFalse();
        SubsystemView grpc = look.subsystems().get(1);
        assertThat(grpc.state()).isEqualTo(State.WAITING);
        assertThat(grpc.reason()).isEqualTo("waits for its configuration io.drover.grpc");
        assertThat(grpc.since()).isEqualTo(T0);
    }

    @Test
    void aComponentBesideThatCannotStartIsAStepOfItsSubsystem() {
        roster.add(http);
        beside.put("http", Map.of("Pages", "waits for the service x.Y"));
        roster.look();
        clock.advance(GRACE);

        Roster.Look look = roster.look();

        Step step = look.subsystems().get(0).steps().get(1);
        assertThat(step.name()).isEqualTo("component-Pages");
        assertThat(step.status().reason()).isEqualTo("waits for the service x.Y");
        assertThat(step.status().since()).isEqualTo(T0);
        assertThat(look.subsystems().get(0).state()).isEqualTo(State.WAITING);
        assertThat(look.ready()).isTrue();

        beside.clear();
        assertThat(roster.look().subsystems().get(0).steps()).hasSize(1);
    }

    @Test
    void oneThatIsReplacedIsMissedOnlyAfterItsGrace() {
        expected.put("http", "its bundle is stopping");
        roster.add(config);
        roster.add(http);
        roster.look();
        roster.remove(http);

        Roster.Look gone = roster.look();
        clock.advance(GRACE.minusMillis(1));
        Roster.Look late = roster.look();
        clock.advance(Duration.ofMillis(1));
        Roster.Look missed = roster.look();

        assertThat(List.of(gone.ready(), late.ready(), missed.ready()))
                .containsExactly(true, true, false);
        assertThat(gone.subsystems().get(1).state()).isEqualTo(State.STARTING);
        assertThat(missed.subsystems().get(1).state()).isEqualTo(State.WAITING);
        assertThat(missed.subsystems().get(1).since()).isEqualTo(T0);
    }

    @Test
    void theGraceBeginsAnewWithEachReplacement() {
        expected.put("http", "its bundle is stopping");
        roster.add(http);
        roster.look();
        roster.remove(http);
        roster.look();
        clock.advance(GRACE);
        roster.add(http);
        roster.look();
        roster.remove(http);

        assertThat(roster.look().ready()).isTrue();
    }

    @Test
    void aStepThatWaitsHoldsUpReadiness() {
        http.become(ACTIVE, Step.needed("two", "Two", Status.waiting("a port", T0)));
        roster.add(http);

        assertThat(roster.look().ready()).isFalse();
    }

    @Test
    void oneThatThrowsIsShownAsDegradedAndHidesNobody() {
        roster.add(http);
        roster.add(config);
        http.breakDown(new IllegalStateException("no steps today"));

        SubsystemView broken = roster.look().subsystems().get(1);
        clock.advance(Duration.ofSeconds(9));
        Roster.Look later = roster.look();

        assertThat(broken.state()).isEqualTo(State.DEGRADED);
        assertThat(broken.reason())
                .isEqualTo(
                        "cannot tell its state: java.lang.IllegalStateException: no steps today");
        assertThat(names(later)).containsExactly("config", "http");
        assertThat(later.subsystems().get(1).since()).isEqualTo(T0);
    }

    @Test
    void oneThatThrowsIsWellAgainWhenItAnswers() {
        roster.add(http);
        http.breakDown(new IllegalStateException());
        roster.look();
        http.become(ACTIVE);

        assertThat(roster.look().subsystems().get(0).state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void oneThatCannotEvenTellItsNameHidesNobody() {
        roster.add(http);
        roster.add(new Nameless());

        assertThat(names(roster.look())).containsExactly("http", Nameless.class.getName());
    }

    private Map<String, String> missing(Set<String> present) {
        Map<String, String> missing = new HashMap<>(expected);
        missing.keySet().removeAll(present);
        return missing;
    }

    private static List<String> names(Roster.Look look) {
        return look.subsystems().stream().map(SubsystemView::name).toList();
    }

    private static final class Nameless implements Subsystem {
        @Override
        public String name() {
            throw new IllegalStateException("no name");
        }

        @Override
        public List<Step> steps() {
            throw new IllegalStateException("no steps");
        }
    }
}
