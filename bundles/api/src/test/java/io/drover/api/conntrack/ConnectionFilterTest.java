package io.drover.api.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionFilterTest {

    /** 10.0.0.1:40001 called 10.9.9.9:80, which is really 192.0.2.7:8080. */
    private static final Connection TRANSLATED =
            connection(
                    6,
                    tuple("10.0.0.1", 40001, "10.9.9.9", 80),
                    tuple("192.0.2.7", 8080, "10.0.0.1", 40001));

    private static final Connection PLAIN =
            connection(
                    17,
                    tuple("10.0.0.1", 40002, "10.0.0.2", 53),
                    tuple("10.0.0.2", 53, "10.0.0.1", 40002));

    @ParameterizedTest(name = "protocol {0}, address {1}, port {2}, translated only {3}")
    @CsvSource({
        // protocol, address, port, translated only; admits the translated one, the plain one
        ",           ,           ,       false, true,  true",
        "6,          ,           ,       false, true,  false",
        "17,         ,           ,       false, false, true",
        "1,          ,           ,       false, false, false",
        ",           10.0.0.1,   ,       false, true,  true",
        ",           10.9.9.9,   ,       false, true,  false",
        ",           192.0.2.7,  ,       false, true,  false",
        ",           10.0.0.2,   ,       false, false, true",
        ",           10.0.0.9,   ,       false, false, false",
        ",           ,           40001,  false, true,  false",
        ",           ,           80,     false, true,  false",
        ",           ,           8080,   false, true,  false",
        ",           ,           53,     false, false, true",
        ",           ,           54,     false, false, false",
        ",           ,           ,       true,  true,  false",
        "6,          192.0.2.7,  8080,   true,  true,  false",
        "6,          192.0.2.7,  53,     false, false, false",
        "17,         192.0.2.7,  8080,   true,  false, false"
    })
    void admitsWhatFitsEveryPart(
            Integer protocol,
            String address,
            Integer port,
            boolean translatedOnly,
            boolean translated,
            boolean plain) {
        ConnectionFilter filter =
                new ConnectionFilter(
                        of(protocol),
                        Optional.ofNullable(address).map(ConnectionFilterTest::address),
                        of(port),
                        translatedOnly);

        assertThat(filter.admits(TRANSLATED)).isEqualTo(translated);
        assertThat(filter.admits(PLAIN)).isEqualTo(plain);
    }

    @Test
    void allAdmitsAll() {
        assertThat(ConnectionFilter.ALL.admits(TRANSLATED)).isTrue();
        assertThat(ConnectionFilter.ALL.admits(PLAIN)).isTrue();
    }

    @Test
    void aTranslatedConnectionKnowsWhomItReallyReached() {
        assertThat(TRANSLATED.translated()).isTrue();
        assertThat(TRANSLATED.effective()).isEqualTo(tuple("10.0.0.1", 40001, "192.0.2.7", 8080));
        assertThat(PLAIN.translated()).isFalse();
        assertThat(PLAIN.effective()).isEqualTo(PLAIN.original());
    }

    @ParameterizedTest
    @CsvSource({"1, icmp", "6, tcp", "17, udp", "58, icmpv6", "132, sctp", "99, 99"})
    void aProtocolHasItsNameOrItsNumber(int protocol, String name) {
        assertThat(connection(protocol, PLAIN.original(), PLAIN.reply()).protocolName())
                .isEqualTo(name);
    }

    private static OptionalInt of(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static Connection connection(int protocol, Tuple original, Tuple reply) {
        return new Connection(protocol, original, reply, 0, 0, 0, 1, 1);
    }

    private static Tuple tuple(String source, int sourcePort, String destination, int port) {
        return new Tuple(address(source), sourcePort, address(destination), port);
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}
