package io.drover.core.internal;

import static io.drover.core.internal.Agents.T0;
import static io.drover.core.internal.Agents.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.net.Listening;
import io.drover.api.net.Listening.Bound;
import io.drover.api.status.OnFailure;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.testing.ScriptedSubsystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunningAgentTest {

    private static final Status FAILED =
            Status.active(T0).toFailed("port 15005 is taken", "choose another", T0);
    private static final Step ACTIVE = Step.needed("view", "View", Status.active(T0));
    private static final Step WAITING = Step.needed("view", "View", Status.waiting("rain", T0));

    @TempDir Path home;

    private final ScriptedSubsystem core = new ScriptedSubsystem("core", ACTIVE);
    private final ScriptedSubsystem http = new ScriptedSubsystem("http", WAITING);

    @Test
    void isStartedOnceAllIsReadyAndStaysSo() {
        Agents one = new Agents(home, core, http);

        one.agent.look();
        assertThat(one.agent.ready()).isFalse();
        assertThat(one.agent.started()).isFalse();

        http.become(ACTIVE);
        one.agent.look();
        assertThat(one.agent.ready()).isTrue();
        assertThat(one.agent.started()).isTrue();

        http.become(WAITING);
        one.agent.look();
        assertThat(one.agent.ready()).isTrue();
        one.clock.advance(Duration.ofSeconds(1));
        one.agent.look();
        assertThat(one.agent.ready()).isFalse();
        assertThat(one.agent.started()).isTrue();
    }

    @Test
    void announcesTheStartOnceWithItsTime() {
        Agents one = new Agents(home, core);
        one.clock.advance(Duration.ofMillis(3_210));

        one.agent.look();
        one.agent.look();

        assertThat(one.terminal()).containsOnlyOnce("Drover 1.2.3 is ready after 3.2 s.");
    }

    @Test
    void saysOnceWhatASlowStartWaitsFor() {
        Agents one = new Agents(home, core, http);
        one.agent.look();
        assertThat(one.terminal()).isEmpty();

        one.clock.advance(Duration.ofSeconds(16));
        one.agent.look();
        one.clock.advance(Duration.ofSeconds(16));
        one.agent.look();

        assertThat(one.terminal())
                .containsOnlyOnce("Drover is not ready after 16 s.")
                .contains("http is waiting: rain");
    }

    @ParameterizedTest
    @EnumSource(value = OnFailure.class, mode = EnumSource.Mode.EXCLUDE, names = "CONTINUE")
    void aFatalFailureDuringTheStartEndsTheProcessOnceWithItsCode(OnFailure onFailure) {
        http.become(Step.fatal("listener", "Listener", onFailure, FAILED));
        Agents one = new Agents(home, core, http);

        one.agent.look();
        one.agent.look();

        assertThat(one.exits).containsExactly(onFailure.exitCode());
        assertThat(one.terminal())
                .containsOnlyOnce("drover: fatal: http: port 15005 is taken")
                .containsOnlyOnce("drover: remedy: choose another");
    }

    @Test
    void theCodesAreThoseOfSysexits() {
        assertThat(OnFailure.EXIT_CONFIGURATION.exitCode()).isEqualTo(78);
        assertThat(OnFailure.EXIT_INTERNAL.exitCode()).isEqualTo(70);
        assertThat(OnFailure.EXIT_UNAVAILABLE.exitCode()).isEqualTo(69);
    }

    @Test
    void ofSeveralFatalFailuresAllAreToldAndTheFirstOfTheStartGivesTheCode() {
        http.become(Step.fatal("listener", "Listener", OnFailure.EXIT_UNAVAILABLE, FAILED));
        ScriptedSubsystem config =
                new ScriptedSubsystem(
                        "config",
                        Step.fatal(
                                "valid",
                                "Valid",
                                OnFailure.EXIT_CONFIGURATION,
                                Status.active(T0).toFailed("bad key", "", T0)));
        Agents one = new Agents(home, http, config);

        one.agent.look();

        assertThat(one.exits).containsExactly(78);
        assertThat(one.terminal()).contains("config: bad key").contains("http: port 15005");
    }

    @Test
    void aFailureThatIsNotFatalEndsNothing() {
        http.become(Step.needed("listener", "Listener", FAILED));
        Agents one = new Agents(home, core, http);

        one.agent.look();

        assertThat(one.exits).isEmpty();
        assertThat(one.agent.ready()).isFalse();
    }

    @Test
    void aFatalFailureAfterTheStartMakesTheAgentUnreadyButEndsNothing() {
        http.become(ACTIVE);
        Agents one = new Agents(home, core, http);
        one.agent.look();
        http.become(Step.fatal("listener", "Listener", OnFailure.EXIT_UNAVAILABLE, FAILED));

        one.agent.look();

        assertThat(one.exits).isEmpty();
        assertThat(one.agent.ready()).isFalse();
        assertThat(one.agent.live()).isTrue();
    }

    @Test
    void anAgentThatStopsIsUnreadyAndEndsForNoFailure() {
        Agents one = new Agents(home, core, http);
        http.become(ACTIVE);
        one.agent.look();

        one.agent.prepareToStop();
        http.become(Step.fatal("listener", "Listener", OnFailure.EXIT_UNAVAILABLE, FAILED));
        one.agent.look();

        assertThat(one.agent.ready()).isFalse();
        assertThat(one.exits).isEmpty();
    }

    @Test
    void aListenerThatThrowsHidesNobodyAndDoesNotHoldUpTheStart() throws Exception {
        Agents one = new Agents(home, core);
        one.agent.add(
                () -> {
                    throw new IllegalStateException("no ports today");
                });
        one.agent.add(listening("health", 15055));

        one.agent.look();

        assertThat(one.agent.started()).isTrue();
        assertThat(one.agent.listening()).extracting(Bound::name).containsExactly("health");
        assertThat(Files.readString(home.resolve("run/ports.json"))).contains("15055");
    }

    @Test
    void aListenerThatThrowsDoesNotHideAFatalFailure() {
        Agents one = new Agents(home, core, http);
        one.agent.add(
                () -> {
                    throw new IllegalStateException("no ports today");
                });
        http.become(Step.fatal("listener", "Listener", OnFailure.EXIT_UNAVAILABLE, FAILED));

        one.agent.look();

        assertThat(one.exits).containsExactly(69);
    }

    @Test
    void aHomeThatCannotBeWrittenDoesNotHoldUpTheStart() throws Exception {
        Files.writeString(home.resolve("run"), "a file where the folder should be");
        Agents one = new Agents(home, core);
        one.agent.add(listening("health", 15055));

        one.agent.look();

        assertThat(one.agent.started()).isTrue();
    }

    @Test
    void thePortsFileFollowsTheListenersAndEndsWithTheAgent() throws Exception {
        Path file = home.resolve("run/ports.json");
        Listening health = listening("health", 15055);
        Agents one = new Agents(home, core);
        one.agent.add(health);
        one.agent.look();
        assertThat(Files.readString(file)).contains("15055");

        one.agent.remove(health);
        one.agent.look();
        assertThat(Files.readString(file)).doesNotContain("15055");

        one.agent.stopped();
        one.agent.add(health);
        one.agent.look();
        assertThat(file).doesNotExist();
    }

    private static Listening listening(String name, int port) {
        Bound bound = new Bound(name, "http", List.of(at("127.0.0.1", port)));
        return () -> List.of(bound);
    }

    @Test
    void aThreadThatIsStuckMakesTheProcessUnsound() {
        Agents one = new Agents(home, core);
        assertThat(one.agent.live()).isTrue();

        one.sound = false;

        assertThat(one.agent.live()).isFalse();
    }

    @Test
    void countsEachChangeOfAStepOnceAlsoOneBetweenTwoLooks() {
        Agents one = new Agents(home, core);
        one.agent.look();
        one.agent.look();
        core.become(
                Step.needed(
                        "view",
                        "View",
                        Status.active(T0)
                                .toDegraded("less", "", T0.plusSeconds(1))
                                .toActive(T0.plusSeconds(2))));

        one.agent.look();

        assertThat(one.agent.entered(State.ACTIVE)).isEqualTo(2);
        assertThat(one.agent.entered(State.DEGRADED)).isEqualTo(1);
    }
}
