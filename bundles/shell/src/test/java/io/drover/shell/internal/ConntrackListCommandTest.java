package io.drover.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.conntrack.Connection;
import io.drover.testing.ScriptedConnections;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.support.completers.ArgumentCommandLine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConntrackListCommandTest {

    private static final String PLAIN = "tcp\t10.0.0.1:40001\t10.0.0.2:80\t\tunknown\t\t0";
    private static final String SIX =
            "tcp\t[2001:db8:0:0:0:0:0:1]:40002\t[2001:db8:0:0:0:0:0:2]:443\t\tunknown\t\t0";
    private static final String TRANSLATED =
            "tcp\t10.0.0.1:40003\t10.9.9.9:80\t10.0.0.1:40003 > 192.0.2.7:8080\tunknown\t\t0";

    private final ScriptedConnections connections = new ScriptedConnections();
    private final ConntrackListCommand command = new ConntrackListCommand();

    @BeforeEach
    void asked() {
        connections.open(ScriptedConnections.plain("10.0.0.1", 40001, "10.0.0.2", 80));
        connections.open(ScriptedConnections.plain("2001:db8::1", 40002, "2001:db8::2", 443));
        connections.open(
                ScriptedConnections.translated(
                        "10.0.0.1", 40003, "10.9.9.9", 80, "192.0.2.7", 8080));
        command.connections = connections;
        command.plain = true;
    }

    @Test
    void showsBothEndsAndTheTranslation() throws Exception {
        assertThat(lines()).containsExactly(PLAIN, SIX, TRANSLATED);
    }

    @Test
    void showsTheStateAndOfWhenItIs() throws Exception {
        Connection plain = ScriptedConnections.plain("10.0.0.1", 40004, "10.0.0.2", 80);
        connections.open(
                new Connection(
                        plain.protocol(),
                        plain.original(),
                        plain.reply(),
                        0,
                        0,
                        7,
                        1,
                        1,
                        "ESTABLISHED",
                        1_000_000_000,
                        1_000_000_060));

        assertThat(lines())
                .contains(
                        "tcp\t10.0.0.1:40004\t10.0.0.2:80\t\tESTABLISHED\t2001-09-09T01:47:40Z\t7");
    }

    @Test
    void completesProtocolsStatesAndWhatIsRanked() {
        assertThat(candidates(new ProtocolCompleter(), "sc")).containsExactly("sctp ");
        assertThat(candidates(new StateCompleter(), "est")).containsExactly("established ");
        assertThat(candidates(new ConntrackTopCommand.Kinds(), "p")).containsExactly("pair ");
        assertThat(candidates(new ConntrackTopCommand.Measures(), "by")).containsExactly("bytes ");
    }

    private static List<String> candidates(Completer completer, String begun) {
        List<String> candidates = new ArrayList<>();
        completer.complete(null, new ArgumentCommandLine(begun, begun.length()), candidates);
        return candidates;
    }

    @Test
    void filtersByPortAddressAndTranslation() throws Exception {
        command.port = 443;
        assertThat(lines()).containsExactly(SIX);

        command.port = null;
        command.address = "192.0.2.7";
        assertThat(lines()).containsExactly(TRANSLATED);

        command.address = "2001:DB8::1";
        assertThat(lines()).containsExactly(SIX);

        command.address = null;
        command.translatedOnly = true;
        assertThat(lines()).containsExactly(TRANSLATED);
    }

    @Test
    void filtersByProtocol() throws Exception {
        command.protocol = "tcp";
        assertThat(lines()).hasSize(3);

        command.protocol = "udp";
        assertThat(lines()).isEmpty();
    }

    @Test
    void saysThatThereAreMoreThanTheLimit() throws Exception {
        command.limit = 2;
        assertThat(lines())
                .containsExactly(
                        PLAIN, SIX, "There are more than 2; see them with --limit, or filter.");

        command.limit = 3;
        assertThat(lines()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "example.org",
                "10.0.0.",
                "10.0.0.256",
                "10.1",
                "1:2",
                ":::",
                ""
            })
    void anAddressIsALiteralAndIsNeverLookedUp(String text) {
        command.address = text;

        assertThatThrownBy(command::execute)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--address must be an IPv4 or IPv6 address, is " + text);
    }

    @Test
    void refusesAProtocolThatItDoesNotKnow() {
        command.protocol = "smoke";

        assertThatThrownBy(command::execute)
                .hasMessage(
                        "--protocol must be one of [dccp, gre, icmp, icmpv6, sctp, tcp, udp,"
                                + " udplite], is smoke");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536})
    void refusesAPortThatCannotBe(int port) {
        command.port = port;

        assertThatThrownBy(command::execute)
                .hasMessage("--port must be from 0 to 65535, is " + port);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -5})
    void refusesALimitBelowOne(int limit) {
        command.limit = limit;

        assertThatThrownBy(command::execute).hasMessage("--limit must be 1 or more, is " + limit);
    }

    private List<String> lines() throws Exception {
        return Captured.linesOf(command);
    }
}
