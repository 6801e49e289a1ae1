package io.drover.conntrack.internal;

import io.drover.kernel.internal.Namespaces;
import io.drover.kernel.internal.NativeCalls;
import io.drover.kernel.internal.NetlinkSockets;
import io.drover.testing.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A namespace that tracks and translates, the real bundle kernel, and traffic. */
final class RealKernel implements AutoCloseable {

    private static final String RULES =
            """
            table inet t {
              chain in {
                type filter hook input priority 0
                ct state established,related accept
              }
            }
            table ip n4 {
              chain out {
                type nat hook output priority -100
                udp dport 5353 redirect to :53535
                ip daddr 10.99.0.1 dnat to 127.0.0.9
              }
            }
            table ip6 n6 {
              chain out {
                type nat hook output priority -100
                ip6 daddr fd00::99 dnat to ::1
              }
            }
            """;

    final NetworkNamespace namespace;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final NativeCalls calls;
    private NetlinkSockets sockets;

    RealKernel(Path folder) throws IOException {
        calls = NativeCalls.load(List.of(folder));
        namespace = new NetworkNamespace("drct");
        namespace.rules(RULES);
        namespace.exec("", "ip", "addr", "add", "10.9.9.1/8", "dev", "lo");
        namespace.exec("", "ip", "addr", "add", "fd00::1/64", "dev", "lo", "nodad");
        renew();
    }

    /** A kernel bundle after its update. */
    NetlinkSockets renew() {
        if (sockets != null) {
            stopSockets();
        }
        sockets = new NetlinkSockets(8, Duration.ofMinutes(1), clock);
        return sockets;
    }

    NetlinkSockets sockets() {
        return sockets;
    }

    /** The configuration for this namespace, some keys set. */
    Map<String, Object> keys(Map<String, Object> more) {
        Map<String, Object> keys = new HashMap<>(more);
        keys.put("namespace", namespace.file().toString());
        return keys;
    }

    /** Entries in the kernel's table. */
    int entries() {
        return Integer.parseInt(namespace.exec("", "conntrack", "-C").strip());
    }

    void flush() {
        namespace.exec("", "conntrack", "-F");
    }

    /** One UDP connection to {@code address}. */
    void udp(String address, int port) throws Exception {
        try (DatagramChannel channel = channel()) {
            channel.send(
                    ByteBuffer.allocate(1),
                    new InetSocketAddress(InetAddress.getByName(address), port));
        }
    }

    /** A socket for {@link #flows}; IPv4 and IPv6. */
    DatagramChannel channel() throws Exception {
        return Namespaces.in(namespace.file(), DatagramChannel::open);
    }

    /** New UDP connections, each to an address of its own, 127.x.y.z. */
    static void flows(DatagramChannel channel, int from, int count) throws IOException {
        ByteBuffer nothing = ByteBuffer.allocateDirect(1);
        for (int number = from; number < from + count; number++) {
            byte[] address = {
                127, (byte) (1 + (number >>> 16)), (byte) (number >>> 8), (byte) number
            };
            nothing.clear();
            channel.send(nothing, new InetSocketAddress(InetAddress.getByAddress(address), 9));
        }
    }

    /** One TCP connection to {@code address}, made, used and closed. */
    void tcp(String address) throws Exception {
        try (ServerSocketChannel server =
                        Namespaces.in(namespace.file(), ServerSocketChannel::open);
                SocketChannel client = Namespaces.in(namespace.file(), SocketChannel::open)) {
            server.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
            client.connect(server.getLocalAddress());
            try (SocketChannel accepted = server.accept()) {
                client.write(ByteBuffer.allocate(3));
                accepted.read(ByteBuffer.allocate(3));
            }
        }
    }

    private void stopSockets() {
        if (!sockets.stop(Duration.ofSeconds(5))) {
            throw new AssertionError("a thread is still in a native call");
        }
    }

    @Override
    public void close() {
        stopSockets();
        clock.shutdownNow();
        namespace.close();
        calls.close();
    }
}
