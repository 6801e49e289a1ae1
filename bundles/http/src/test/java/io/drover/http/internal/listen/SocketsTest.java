package io.drover.http.internal.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.api.http.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketsTest {

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private static Binding binding(int port, String... addresses) throws Exception {
        List<InetAddress> all = new ArrayList<>();
        for (String address : addresses) {
            all.add(InetAddress.getByName(address));
        }
        return Binding.tcp(Endpoint.HEALTH, all, port, Encryption.NONE);
    }

    private Sockets bind(int port, String... addresses) throws Exception {
        Sockets sockets = Sockets.bind(binding(port, addresses), OptionalInt.empty());
        open.add(sockets::close);
        return sockets;
    }

    private ServerSocket taken(String address, int port) throws Exception {
        ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(address));
        open.add(socket);
        return socket;
    }

    @Test
    void sharesAFreePortAmongAllAddresses() throws Exception {
        Sockets sockets = bind(0, "127.0.0.1", "127.0.0.2", "127.0.0.3");

        assertThat(sockets.addresses())
                .extracting(InetSocketAddress::getPort)
                .containsOnly(sockets.port());
        assertThat(sockets.port()).isPositive();
    }

    @Test
    void takesTheSameFreePortAgain() throws Exception {
        Sockets first = bind(0, "127.0.0.1");
        first.close();

        Sockets again = Sockets.bind(binding(0, "127.0.0.1"), OptionalInt.of(first.port()));
        open.add(again::close);

        assertThat(again.port()).isEqualTo(first.port());
    }

    @Test
    void takesAnotherFreePortWhenTheFormerIsTaken() throws Exception {
        int former = taken("127.0.0.1", 0).getLocalPort();

        Sockets again = Sockets.bind(binding(0, "127.0.0.1"), OptionalInt.of(former));
        open.add(again::close);

        assertThat(again.port()).isNotEqualTo(former);
    }

    @Test
    void namesTheAddressThatIsTakenAndBindsNone() throws Exception {
        int port = taken("127.0.0.2", 0).getLocalPort();

        assertThatExceptionOfType(BindFailure.class)
                .isThrownBy(() -> bind(port, "127.0.0.1", "127.0.0.2"))
                .satisfies(
                        e -> {
                            assertThat(e.kind()).isEqualTo(BindFailure.Kind.TAKEN);
                            assertThat(e.address()).isEqualTo(InetAddress.getByName("127.0.0.2"));
                            assertThat(e.port()).isEqualTo(port);
                        });
        assertThat(taken("127.0.0.1", port).isBound()).isTrue();
    }

    @Test
    void tellsAnAddressOfAnotherHost() {
        assertThatExceptionOfType(BindFailure.class)
                .isThrownBy(() -> bind(0, "192.0.2.1"))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(BindFailure.Kind.NOT_OURS));
    }

    @Test
    void listensOnIpv4AloneWhenAllOfIpv4IsAskedFor() throws Exception {
        boolean six =
                NetworkInterface.getByInetAddress(binding(0, "::1").addresses().get(0)) != null;
        assumeTrue(six, "this host has no IPv6");

        Sockets all = bind(0, "0.0.0.0");

        assertThat(taken("::1", all.port()).isBound()).isTrue();
    }

    @Test
    void bindsAgainRightAfterAConnection() throws Exception {
        Sockets first = bind(0, "127.0.0.1");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), first.port())) {
            // The server's side closes first, so that it holds the port in TIME_WAIT.
            first.channels().get(0).accept().close();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        first.close();

        assertThat(bind(first.port(), "127.0.0.1").port()).isEqualTo(first.port());
    }
}
