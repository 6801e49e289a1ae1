package io.drover.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.Resolution;
import io.drover.api.conntrack.Resolution.Certainty;
import io.drover.api.conntrack.Talkers;
import io.drover.testing.FixedAgent;
import io.drover.testing.ScriptedConnections;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConntrackCommandsTest {

    private static final Connection TRANSLATED =
            ScriptedConnections.translated("10.0.0.1", 40003, "10.9.9.9", 80, "192.0.2.7", 8080);

    @Test
    void resolveSaysWhatATupleBecomesHowOldAndHowCertainThatIs() throws Exception {
        ConntrackResolveCommand command = resolve("10.0.0.1:40003", "10.9.9.9:80");
        command.translations =
                (protocol, tuple, zone, namespace) ->
                        protocol == 6
                                        && tuple.equals(TRANSLATED.original())
                                        && zone == 0
                                        && namespace == 0
                                ? new Resolution.Translated(
                                        TRANSLATED,
                                        TRANSLATED.effective(),
                                        Duration.ofSeconds(3),
                                        Certainty.FOLLOWED)
                                : new Resolution.Unknown("something else was asked");

        assertThat(Captured.linesOf(command))
                .containsExactly(
                        "translated to 10.0.0.1:40003 > 192.0.2.7:8080  (told 3 s ago, followed)");
    }

    @Test
    void resolveSaysThatItDoesNotKnow() throws Exception {
        ConntrackResolveCommand command = resolve("[2001:db8::1]:1", "[2001:db8::2]:2");
        command.translations =
                (protocol, tuple, zone, namespace) ->
                        new Resolution.Unknown("no such connection is tracked");

        assertThat(Captured.linesOf(command))
                .containsExactly("unknown: no such connection is tracked");
    }

    @Test
    void resolveRefusesWhatIsNoEndOfAConnection() {
        assertThatThrownBy(() -> resolve("localhost:80", "10.0.0.1:80").execute())
                .hasMessage(
                        "source must be ADDRESS:PORT, as 10.0.0.1:80 or [fd00::1]:80, is localhost:80");
        assertThatThrownBy(() -> resolve("10.0.0.1:80", "10.0.0.1:65536").execute())
                .hasMessageContaining("destination must be ADDRESS:PORT");
        assertThatThrownBy(() -> resolve("10.0.0.1:80", "[::1]:80").execute())
                .hasMessage("destination must be of the family of source, is [::1]:80");
    }

    @Test
    void topShowsBothBoundsOfEachFigure() throws Exception {
        InetAddress source = InetAddress.getByName("10.0.0.1");
        ConntrackTopCommand command = new ConntrackTopCommand();
        command.plain = true;
        command.by = "source";
        command.talkers =
                (kind, measure, limit) -> {
                    assertThat(kind).isEqualTo(Talkers.Kind.SOURCE);
                    assertThat(measure).isEqualTo(Talkers.Measure.CONNECTIONS);
                    return new Talkers.Top(
                            List.of(new Talkers.Talker(source, null, 30, 2)),
                            100,
                            Instant.EPOCH,
                            12);
                };

        assertThat(Captured.linesOf(command))
                .containsExactly(
                        "10.0.0.1\t\t28\t30",
                        "Of 100 since 1970-01-01T00:00:00Z; whoever has more than 12 is surely known.");
    }

    @Test
    void namesTheSubsystemThatIsNotThere() {
        assertThatThrownBy(new ConntrackTopCommand()::execute)
                .hasMessage(
                        "the subsystem conntrack is not there now; drover:status lists those that"
                                + " are");
    }

    @Test
    void topNamesWhatItDoesNotKnow() {
        ConntrackTopCommand command = new ConntrackTopCommand();
        command.by = "colour";
        command.talkers = (kind, measure, limit) -> new Talkers.Top(List.of(), 0, Instant.EPOCH, 0);

        assertThatThrownBy(command::execute)
                .hasMessage("--by must be one of [source, destination, pair], is colour");
    }

    @Test
    void statsShowsStateAndFigures() throws Exception {
        ConntrackStatsCommand command = new ConntrackStatsCommand();
        command.plain = true;
        command.agent = new FixedAgent();

        assertThat(Captured.linesOf(command))
                .containsExactly("state\tdegraded", "reason\tno privilege");
    }

    @Test
    void watchShowsWhatOpensClosesAndIsLost() throws Exception {
        ScriptedConnections connections = new ScriptedConnections();
        ConntrackWatchCommand command = new ConntrackWatchCommand();
        command.connections = connections;
        command.count = 3;
        CompletableFuture<List<String>> shown =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return Captured.linesOf(command);
                            } catch (Exception e) {
                                throw new AssertionError(e);
                            }
                        });
        while (connections.streams() == 0) {
            Thread.onSpinWait();
        }

        connections.open(TRANSLATED);
        connections.lose(7);
        connections.close(TRANSLATED);

        assertThat(shown.get(20, TimeUnit.SECONDS))
                .containsExactly(
                        "+ tcp  10.0.0.1:40003 > 10.9.9.9:80  as 10.0.0.1:40003 > 192.0.2.7:8080",
                        "! 7 events lost by the kernel",
                        "- tcp  10.0.0.1:40003 > 10.9.9.9:80  as 10.0.0.1:40003 > 192.0.2.7:8080");
    }

    @Test
    void watchEndsAfterItsTime() throws Exception {
        ConntrackWatchCommand command = new ConntrackWatchCommand();
        command.connections = new ScriptedConnections();
        command.seconds = 1;

        assertThat(Captured.linesOf(command)).isEmpty();
    }

    private static ConntrackResolveCommand resolve(String source, String destination) {
        ConntrackResolveCommand command = new ConntrackResolveCommand();
        command.source = source;
        command.destination = destination;
        command.translations = (protocol, tuple, zone, namespace) -> new Resolution.Unknown("");
        return command;
    }
}
