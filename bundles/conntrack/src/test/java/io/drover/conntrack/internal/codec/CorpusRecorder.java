package io.drover.conntrack.internal.codec;

import io.drover.api.kernel.NetlinkBatch;
import io.drover.api.kernel.NetlinkOptions;
import io.drover.api.kernel.NetlinkSocket;
import io.drover.kernel.internal.Namespaces;
import io.drover.kernel.internal.NativeCalls;
import io.drover.kernel.internal.NetlinkSockets;
import io.drover.testing.NetworkNamespace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Records what a real kernel sends into the files of the corpus, one a story. To be run by hand, as
 * root: {@code java -cp … io.drover.conntrack.internal.codec.CorpusRecorder FOLDER}.
 */
public final class CorpusRecorder {

    private static final String RULES =
            """
            table inet t {
              chain zones {
                type filter hook output priority -300
                udp dport 7007 ct zone set 7
                udp dport 7008 ct original zone set 8
              }
              chain marks {
                type filter hook output priority 0
                ct state established,related accept
                udp dport 7009 ct mark set 0x1234abcd
                udp dport 7010 ct label set 5
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

    private final NetworkNamespace namespace;
    private final NetlinkSocket events;
    private final NetlinkSockets sockets;
    private final Path folder;

    private CorpusRecorder(NetworkNamespace namespace, NetlinkSockets sockets, Path folder)
            throws IOException {
        this.namespace = namespace;
        this.sockets = sockets;
        this.folder = folder;
        this.events = sockets.open("events", options().withGroups(Set.of(1, 2, 3)));
    }

    private NetlinkOptions options() {
        return NetlinkOptions.PLAIN
                .withReceiveBufferBytes(1 << 20)
                .withNamespace(Optional.of(namespace.file()));
    }

    /** Records all. */
    public static void main(String[] arguments) throws Exception {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        NetlinkSockets sockets = new NetlinkSockets(4, Duration.ofMinutes(1), clock);
        NativeCalls calls = NativeCalls.load(List.of(Path.of(arguments[0])));
        try (NetworkNamespace namespace = new NetworkNamespace("drctcorpus")) {
            namespace.rules(RULES);
            namespace.exec("", "ip", "addr", "add", "10.9.9.1/8", "dev", "lo");
            namespace.exec("", "ip", "addr", "add", "fd00::1/64", "dev", "lo", "nodad");
            new CorpusRecorder(namespace, sockets, Path.of(arguments[0])).record();
            sockets.stop(Duration.ofSeconds(5));
        } finally {
            clock.shutdownNow();
            calls.close();
        }
    }

    private void record() throws Exception {
        story("udp4", () -> udp("127.0.0.1", 4711));
        story("udp6", () -> udp("::1", 4712));
        story("redirect4", () -> udp("127.0.0.1", 5353));
        story("dnat4", () -> udp("10.99.0.1", 4713));
        story("dnat6", () -> udp("fd00::99", 4714));
        story("zone", () -> udp("127.0.0.1", 7007));
        story("zone-original", () -> udp("127.0.0.1", 7008));
        story("mark", () -> udp("127.0.0.1", 7009));
        story("tcp4", () -> tcp("127.0.0.1"));
        story("tcp6", () -> tcp("::1"));
        story("icmp4", () -> reach("127.0.0.1"));
        story("icmp6", () -> reach("::1"));
        story(
                "sctp",
                () ->
                        insert(
                                "sctp",
                                "--orig-port-src",
                                "9",
                                "--orig-port-dst",
                                "10",
                                "--state",
                                "ESTABLISHED",
                                "--orig-vtag",
                                "1",
                                "--reply-vtag",
                                "2"));
        // A kernel of 2025 and later does not know DCCP any more: what comes has no ports.
        story(
                "generic",
                () ->
                        insert(
                                "dccp",
                                "--orig-port-src",
                                "11",
                                "--orig-port-dst",
                                "12",
                                "--state",
                                "OPEN",
                                "--role",
                                "client"));
        story("gre", () -> insert("gre", "--orig-key-src", "0x123", "--orig-key-dst", "0x456"));
        dump("dump");
        namespace.exec("1", "tee", "/proc/sys/net/netfilter/nf_conntrack_acct");
        namespace.exec("1", "tee", "/proc/sys/net/netfilter/nf_conntrack_timestamp");
        story("accounted", () -> tcp("127.0.0.5"));
        story("labelled", () -> udp("127.0.0.1", 7010));
        dump("dump-accounted");
        story("destroy-accounted", () -> namespace.exec("", "conntrack", "-D", "-d", "127.0.0.5"));
        story("destroy", () -> namespace.exec("", "conntrack", "-F"));
    }

    private interface Story {
        void happen() throws Exception;
    }

    private void story(String name, Story story) throws Exception {
        take(events);
        story.happen();
        Files.write(folder.resolve(name + ".bin"), take(events));
    }

    private void dump(String name) throws Exception {
        NetlinkSocket asking = sockets.open("dump", options());
        ByteBuffer request = ByteBuffer.allocateDirect(20).order(ByteOrder.nativeOrder());
        new Encoder().dumpRequest(request, 99);
        asking.send(request.flip());
        Files.write(folder.resolve(name + ".bin"), take(asking));
        asking.close();
    }

    private static byte[] take(NetlinkSocket socket) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        NetlinkBatch batch = socket.newBatch(64, 32768);
        while (socket.await(300) == NetlinkSocket.Wake.READABLE) {
            int count = socket.receive(batch);
            for (int i = 0; i < count; i++) {
                byte[] datagram = new byte[batch.datagram(i).remaining()];
                batch.datagram(i).get(datagram);
                bytes.write(datagram);
            }
        }
        return bytes.toByteArray();
    }

    private void udp(String address, int port) throws Exception {
        InetAddress target = InetAddress.getByName(address);
        try (DatagramChannel channel = Namespaces.in(namespace.file(), DatagramChannel::open)) {
            channel.send(ByteBuffer.allocate(1), new InetSocketAddress(target, port));
        }
    }

    private void tcp(String address) throws Exception {
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

    private void reach(String address) throws Exception {
        InetAddress target = InetAddress.getByName(address);
        Namespaces.in(namespace.file(), () -> target.isReachable(1000));
    }

    private void insert(String protocol, String... rest) {
        String[] common = {
            "conntrack", "-I", "-p", protocol, "-s", "10.1.0.1", "-d", "10.1.0.2", "-t", "60"
        };
        String[] all = new String[common.length + rest.length];
        System.arraycopy(common, 0, all, 0, common.length);
        System.arraycopy(rest, 0, all, common.length, rest.length);
        namespace.exec("", all);
    }
}
