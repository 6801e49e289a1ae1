package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionOrder;
import io.drover.api.conntrack.ConnectionPage;
import io.drover.api.conntrack.Resolution;
import io.drover.api.conntrack.Resolution.Certainty;
import io.drover.api.conntrack.Resolution.Translated;
import io.drover.api.conntrack.Resolution.Unknown;
import io.drover.api.conntrack.Resolution.Untranslated;
import io.drover.api.conntrack.Talkers;
import io.drover.api.conntrack.Tuple;
import io.drover.api.status.State;
import io.drover.kernel.internal.Namespaces;
import io.drover.testing.Await;
import io.drover.testing.Configured;
import io.drover.testing.NetworkNamespace;
import io.drover.testing.RecordedSamples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to connections, told by the real kernel in namespaces of the test. Needs root. */
class StoriesTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int GRE = 47;
    private static final int SCTP = 132;

    private static final String TRACK =
            """
            table inet t {
              chain in {
                type filter hook input priority 0
                ct state established,related accept
              }
            }
            """;

    private static final String MORE_RULES =
            """
            table ip stories {
              chain zones {
                type filter hook output priority -300
                udp dport 7007 ct zone set 7
              }
              chain out {
                type nat hook output priority -90
                ip daddr 10.99.0.2 dnat to 10.9.9.2
              }
              chain post {
                type nat hook postrouting priority 100
                udp dport 6001 snat to 10.9.9.77
                udp dport 6002 masquerade
                ip saddr 10.9.9.2 ip daddr 10.9.9.2 ct status dnat masquerade
              }
              chain in {
                type filter hook input priority 0
                tcp dport 7100 drop
              }
            }
            """;

    @TempDir static Path folder;
    private RealKernel kernel;
    private final List<ConntrackComponent> components = new ArrayList<>();

    @BeforeEach
    void makeNamespace() throws Exception {
        Optional<String> missing = NetworkNamespace.missing();
        assumeTrue(missing.isEmpty(), () -> "needs " + missing.get());
        kernel = new RealKernel(folder);
        kernel.namespace.rules(MORE_RULES);
        // The second address of the interface: a masquerade takes the first.
        kernel.namespace.exec("", "ip", "addr", "add", "10.9.9.2/8", "dev", "lo");
    }

    @AfterEach
    void removeNamespace() {
        if (kernel != null) {
            components.forEach(ConntrackComponent::stop);
            kernel.close();
        }
    }

    @Test
    void resolvesADestinationFromBothSidesAndBothDirections() throws Exception {
        ConntrackComponent conntrack = started(Map.of());
        int port = send("10.99.0.1", 4713);
        Connection connection = awaitOne(conntrack, 4713);
        InetAddress client = connection.original().source();
        Tuple asClient = new Tuple(client, port, address("10.99.0.1"), 4713);
        Tuple asServer = new Tuple(client, port, address("127.0.0.9"), 4713);

        assertThat(translation(conntrack, asClient)).isEqualTo(asServer);
        assertThat(translation(conntrack, asServer)).isEqualTo(asClient);
        assertThat(translation(conntrack, asServer.reversed())).isEqualTo(asClient.reversed());
        assertThat(translation(conntrack, asClient.reversed())).isEqualTo(asServer.reversed());
        Translated answer = (Translated) conntrack.resolve(UDP, asClient, 0, 0);
        assertThat(answer.certainty()).isEqualTo(Certainty.FOLLOWED);
        assertThat(answer.age()).isLessThan(DEADLINE);
        assertThat(conntrack.resolve(TCP, asClient, 0, 0)).isInstanceOf(Unknown.class);
        assertThat(conntrack.resolve(UDP, asClient, 3, 0)).isInstanceOf(Unknown.class);
    }

    @Test
    void resolvesARedirectionAndAnIpv6Destination() throws Exception {
        ConntrackComponent conntrack = started(Map.of());
        send("127.0.0.1", 5353);
        send("fd00::99", 4714);

        Connection redirected = awaitOne(conntrack, 5353);
        Connection six = awaitOne(conntrack, 4714);

        assertThat(translation(conntrack, redirected.original()).destinationPort())
                .isEqualTo(53535);
        assertThat(translation(conntrack, six.original()).destination()).isEqualTo(address("::1"));
    }

    @Test
    void resolvesASourceAMasqueradeAndAHairpin() throws Exception {
        ConntrackComponent conntrack = started(Map.of());
        send("10.9.9.2", "10.9.9.50", 6001);
        send("10.9.9.2", "10.9.9.60", 6002);
        send("10.9.9.2", "10.99.0.2", 6003);

        Tuple source = translation(conntrack, awaitOne(conntrack, 6001).original());
        Connection masqueraded = awaitOne(conntrack, 6002);
        Tuple hairpin = translation(conntrack, awaitOne(conntrack, 6003).original());

        assertThat(source.source()).isEqualTo(address("10.9.9.77"));
        assertThat(source.destination()).isEqualTo(address("10.9.9.50"));
        assertThat(masqueraded.effective().source()).isEqualTo(address("10.9.9.1"));
        assertThat(hairpin.destination()).isEqualTo(address("10.9.9.2"));
        assertThat(hairpin.source()).isEqualTo(address("10.9.9.1"));
    }

    @Test
    void saysThatAConnectionIsNotTranslatedAndThatItKnowsNothingOfAnother() throws Exception {
        ConntrackComponent conntrack = started(Map.of());
        int port = send("127.0.0.1", 4711);
        awaitOne(conntrack, 4711);
        Tuple known = new Tuple(address("127.0.0.1"), port, address("127.0.0.1"), 4711);

        assertThat(conntrack.resolve(UDP, known, 0, 0)).isInstanceOf(Untranslated.class);
        assertThat(
                        conntrack.resolve(
                                UDP,
                                new Tuple(address("127.0.0.1"), 1, address("127.0.0.1"), 2),
                                0,
                                0))
                .isEqualTo(new Unknown("no such connection is tracked"));
    }

    @Test
    void keepsZonesApart() throws Exception {
        ConntrackComponent conntrack = started(Map.of());
        send("127.0.0.1", 7007);
        Connection connection = awaitOne(conntrack, 7007);

        assertThat(connection.zone()).isEqualTo(7);
        assertThat(conntrack.resolve(UDP, connection.original(), 7, 0))
                .isInstanceOf(Untranslated.class);
        assertThat(conntrack.resolve(UDP, connection.original(), 0, 0)).isInstanceOf(Unknown.class);
    }

    @Test
    void takesAReusedPortForANewConnection() throws Exception {
        ConntrackComponent conntrack = started(Map.of());
        try (DatagramChannel channel = kernel.channel()) {
            sendFrom(channel, "127.0.0.1", 4711);
            Connection first = awaitOne(conntrack, 4711);
            kernel.flush();
            awaitSize(conntrack, 0);

            sendFrom(channel, "127.0.0.1", 4711);
            Connection second = awaitOne(conntrack, 4711);

            assertThat(second.original()).isEqualTo(first.original());
            assertThat(conntrack.size()).isEqualTo(1);
        }
    }

    @Test
    void seesAHalfOpenConnectionAndOneThatWasReset() throws Exception {
        ConntrackComponent conntrack = started(Map.of("updates", true));
        try (SocketChannel half = Namespaces.in(kernel.namespace.file(), SocketChannel::open);
                SocketChannel reset = Namespaces.in(kernel.namespace.file(), SocketChannel::open);
                ServerSocketChannel server =
                        Namespaces.in(kernel.namespace.file(), ServerSocketChannel::open)) {
            half.configureBlocking(false);
            half.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 7100));
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 7101));
            reset.connect(server.getLocalAddress());
            awaitOne(conntrack, 7100, "SYN_SENT");
            awaitOne(conntrack, 7101, "ESTABLISHED");

            // Closed without waiting for what is under way: RST.
            reset.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        awaitOne(conntrack, 7101, "CLOSE");
        ConnectionFilter halfOpen =
                new ConnectionFilter(
                        OptionalInt.empty(),
                        Optional.empty(),
                        OptionalInt.empty(),
                        false,
                        OptionalLong.empty(),
                        Optional.of("SYN_SENT"));
        assertThat(shown(conntrack, halfOpen)).hasSize(1);
    }

    @Test
    void knowsNoStateThatNothingWouldRenewUntilTheKernelsTableIsRead() throws Exception {
        ConntrackComponent conntrack = started(Map.of("audit_interval_ms", 0L));
        try (SocketChannel client = Namespaces.in(kernel.namespace.file(), SocketChannel::open);
                ServerSocketChannel server =
                        Namespaces.in(kernel.namespace.file(), ServerSocketChannel::open)) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 7101));
            client.connect(server.getLocalAddress());

            assertThat(awaitOne(conntrack, 7101).state()).isEmpty();
            conntrack.stop();
            long began = Instant.now().getEpochSecond();
            ConntrackComponent audited = started(Map.of("audit_interval_ms", 200L));
            Connection read = awaitOne(audited, 7101, "ESTABLISHED");
            Await.until(
                    "the next audit",
                    DEADLINE,
                    () -> awaitOne(audited, 7101, "ESTABLISHED").told() > read.told(),
                    () -> read.toString());

            assertThat(read.told()).isGreaterThanOrEqualTo(began);
        }
    }

    @Test
    void isNotMisledByIcmpErrors() throws Exception {
        ConntrackComponent conntrack = started(Map.of());
        send("127.0.0.1", 4711);
        send("::1", 4712);
        try (DatagramChannel channel = kernel.channel()) {
            // Nobody listens: what refuses it comes back through the translation.
            channel.connect(new InetSocketAddress(address("10.99.0.1"), 4713));
            channel.write(ByteBuffer.allocate(1));
            channel.configureBlocking(false);
            Await.until(
                    "the error arrives at the sender",
                    DEADLINE,
                    () -> refused(channel),
                    () -> conntrack.facts().toString());
        }

        awaitSize(conntrack, 3);
        assertThat(kernel.entries()).isEqualTo(3);
        assertThat(translation(conntrack, awaitOne(conntrack, 4713).original()).destination())
                .isEqualTo(address("127.0.0.9"));
    }

    private static boolean refused(DatagramChannel channel) {
        try {
            channel.read(ByteBuffer.allocate(1));
            return false;
        } catch (PortUnreachableException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void forgetsAllConnectionsWhenTheKernelsTableIsFlushed() throws Exception {
        ConntrackComponent conntrack = started(Map.of("audit_interval_ms", 0L));
        Tuple translated;
        try (DatagramChannel channel = kernel.channel()) {
            RealKernel.flows(channel, 0, 3000);
            sendFrom(channel, "10.99.0.1", 4713);
            sendFrom(channel, "::1", 4714);
            translated = awaitOne(conntrack, 4713).original();
            awaitSize(conntrack, 3002);

            kernel.flush();
            awaitSize(conntrack, 0);

            assertThat(conntrack.resolve(UDP, translated, 0, 0))
                    .isEqualTo(new Unknown("no such connection is tracked"));
            assertThat(conntrack.facts()).containsEntry("events", 6004L).containsEntry("lost", 0L);
            sendFrom(channel, "10.99.0.1", 4713);
            assertThat(translation(conntrack, awaitOne(conntrack, 4713).original()).destination())
                    .isEqualTo(address("127.0.0.9"));
        }
    }

    @Test
    void saysThatTheNamespaceThatItFollowsIsGone() throws Exception {
        ConntrackComponent conntrack = started(Map.of("audit_interval_ms", 300L));
        kernel.udp("10.99.0.1", 4713);
        awaitOne(conntrack, 4713);

        kernel.namespace.close();

        Await.until(
                "an audit finds the namespace's file gone",
                DEADLINE,
                () -> state(conntrack) == State.DEGRADED,
                () -> conntrack.steps() + " " + conntrack.facts());
        assertThat(conntrack.steps().get(0).status().reason())
                .contains(kernel.namespace.file().toString());
        assertThat(conntrack.steps().get(0).status().remedy()).isNotEmpty();
    }

    @Test
    void leavesOutARandomPartAboveTheWishedRateAndMissesNothingAfterwards() throws Exception {
        ConntrackComponent conntrack =
                started(Map.of("sample_above_rate", 200, "audit_interval_ms", 0L));
        int sent = 0;
        try (DatagramChannel channel = kernel.channel()) {
            long end = System.nanoTime() + DEADLINE.toNanos();
            while (!"sampled".equals(conntrack.facts().get("filter"))) {
                assertThat(System.nanoTime()).isLessThan(end);
                RealKernel.flows(channel, sent, 200);
                sent += 200;
            }
            // Were nothing left out, these would all come.
            RealKernel.flows(channel, sent, 5000);
            sent += 5000;
        }

        Await.until(
                "all events come again, and what was left out is known",
                DEADLINE,
                () ->
                        "all".equals(conntrack.facts().get("filter"))
                                && conntrack.size() == kernel.entries(),
                () -> conntrack.facts() + " kernel " + kernel.entries());
        assertThat(conntrack.size()).isEqualTo(sent);
        assertThat((long) conntrack.facts().get("events")).isLessThan(sent);
        assertThat(conntrack.facts()).containsEntry("lost", 0L);
    }

    @Test
    void isToldOfEachEndInReliableModeHoweverSmallTheBuffer() throws Exception {
        int flows = 20_000;
        ConntrackComponent conntrack =
                started(
                        Map.of(
                                "reliable",
                                true,
                                "receive_buffer_bytes",
                                65_536,
                                "back_pressure",
                                false,
                                "drain_interval_ms",
                                50));
        try (DatagramChannel channel = kernel.channel()) {
            RealKernel.flows(channel, 0, flows);
        }
        awaitSize(conntrack, flows);

        kernel.flush();

        Await.until(
                "each end was told",
                DEADLINE,
                () -> ends(conntrack) == flows,
                () -> ends(conntrack) + " ends " + conntrack.facts());
        awaitSize(conntrack, 0);
    }

    private static double ends(ConntrackComponent conntrack) {
        RecordedSamples samples = new RecordedSamples();
        conntrack.collect(samples);
        return samples.values().get("drover_conntrack_events_total{type=\"destroy\"}");
    }

    @Test
    void knowsProtocolsWithoutPortsAndWithVerificationTags() throws Exception {
        ConntrackComponent conntrack = started(Map.of());
        insert("gre", "--orig-key-src", "0x123", "--orig-key-dst", "0x456");
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
                "2");

        awaitSize(conntrack, 2);
        Tuple keys = new Tuple(address("10.1.0.1"), 0x123, address("10.1.0.2"), 0x456);
        Tuple ports = new Tuple(address("10.1.0.1"), 9, address("10.1.0.2"), 10);
        assertThat(conntrack.resolve(GRE, keys, 0, 0)).isInstanceOf(Untranslated.class);
        assertThat(conntrack.resolve(SCTP, ports, 0, 0)).isInstanceOf(Untranslated.class);
    }

    @Test
    void losesNoTranslationWithTheFilterInTheKernel() throws Exception {
        ConntrackComponent conntrack = started(Map.of("connections", "translated"));
        try (DatagramChannel channel = kernel.channel()) {
            RealKernel.flows(channel, 0, 5000);
            for (int port = 1000; port < 2000; port++) {
                sendFrom(channel, "10.99.0.1", port);
            }
        }

        awaitSize(conntrack, 1000);
        assertThat(kernel.entries()).isEqualTo(6000);
        assertThat(conntrack.facts())
                .containsEntry("events", 1000L)
                .containsEntry("filter", "translated");
        Tuple plain = new Tuple(address("127.0.0.1"), 1, address("127.0.0.1"), 2);
        assertThat(conntrack.resolve(UDP, plain, 0, 0)).isInstanceOf(Untranslated.class);
    }

    @Test
    void readsTranslatedConnectionsThatWereThereBefore() throws Exception {
        kernel.udp("10.99.0.1", 4713);
        kernel.udp("127.0.0.1", 4711);
        kernel.udp("10.9.9.9", 6001);

        ConntrackComponent conntrack = started(Map.of("connections", "translated"));

        assertThat(conntrack.size()).isEqualTo(2);
    }

    @Test
    void followsTheKernelToTheEdgeOfAFullTable() throws Exception {
        int max =
                Integer.parseInt(
                        kernel.namespace
                                .exec("", "cat", "/proc/sys/net/netfilter/nf_conntrack_max")
                                .strip());
        kernel.namespace.exec("600", "tee", "/proc/sys/net/netfilter/nf_conntrack_udp_timeout");
        ConntrackComponent conntrack =
                started(Map.of("table_max_entries", 1 << 20, "audit_interval_ms", 500L));
        try (DatagramChannel channel = kernel.channel()) {
            // When it is full the kernel drops older ones without an answer to make room.
            RealKernel.flows(channel, 0, max + 1000);
        }

        Await.until(
                "the table is as full as the kernel's",
                DEADLINE,
                () -> conntrack.size() == kernel.entries() && state(conntrack) == State.ACTIVE,
                () -> conntrack.facts() + " kernel " + kernel.entries());
        assertThat(conntrack.size()).isGreaterThan(max - 2000);
    }

    @Test
    void followsOtherNamespacesUntilTheyAreGone() throws Exception {
        ConntrackComponent conntrack;
        ConnectionFilter there;
        try (NetworkNamespace other = new NetworkNamespace("drctother")) {
            other.rules(TRACK);
            sendWithin(other, 4801);
            conntrack = started(Map.of("all_namespaces", true, "audit_interval_ms", 300L));
            Connection before = awaitOne(conntrack, 4801);
            sendWithin(other, 4802);
            Connection after = awaitOne(conntrack, 4802);
            there =
                    new ConnectionFilter(
                            OptionalInt.empty(),
                            Optional.empty(),
                            OptionalInt.empty(),
                            false,
                            OptionalLong.of(after.namespace()),
                            Optional.empty());

            assertThat(before.namespace())
                    .isEqualTo(after.namespace())
                    .isNotEqualTo(conntrack.facts().get("namespace"));
            assertThat(conntrack.resolve(UDP, after.original(), 0, after.namespace()))
                    .isInstanceOf(Untranslated.class);
            assertThat(conntrack.resolve(UDP, after.original(), 0, 0)).isInstanceOf(Unknown.class);
            assertThat(shown(conntrack, there)).hasSize(2);
        }

        Await.until(
                "what was in the namespace is gone",
                DEADLINE,
                () -> shown(conntrack, there).isEmpty(),
                () -> conntrack.facts().toString());
        assertThat(state(conntrack)).isEqualTo(State.ACTIVE);
    }

    private static void sendWithin(NetworkNamespace namespace, int port) throws Exception {
        try (DatagramChannel channel = Namespaces.in(namespace.file(), DatagramChannel::open)) {
            sendFrom(channel, "127.0.0.1", port);
        }
    }

    @Test
    void showsPagesInOrderWithoutGapOrOverlap() throws Exception {
        ConntrackComponent conntrack = started(Map.of());
        try (DatagramChannel channel = kernel.channel()) {
            for (int port = 1; port <= 250; port++) {
                sendFrom(channel, port % 2 == 0 ? "::1" : "127.0.0.1", 2000 + port);
            }
        }
        awaitSize(conntrack, 250);
        ConnectionOrder order = new ConnectionOrder(ConnectionOrder.Key.DESTINATION_PORT, true);
        List<Integer> ports = new ArrayList<>();
        Optional<String> after = Optional.empty();
        int pages = 0;
        do {
            ConnectionPage page = conntrack.page(ConnectionFilter.ALL, order, 100, after);
            page.connections().forEach(c -> ports.add(c.original().destinationPort()));
            after = page.next();
            pages++;
        } while (after.isPresent());

        assertThat(pages).isEqualTo(3);
        assertThat(ports).hasSize(250).doesNotHaveDuplicates();
        assertThat(ports).isSortedAccordingTo((a, b) -> b - a);
    }

    @Test
    void ranksWhoOpensMostAndWhoMovesMost() throws Exception {
        kernel.namespace.exec("1", "tee", "/proc/sys/net/netfilter/nf_conntrack_acct");
        ConntrackComponent conntrack = started(Map.of("talkers", 16));
        try (DatagramChannel channel = kernel.channel()) {
            for (int i = 0; i < 300; i++) {
                sendFrom(channel, "10.99.0.1", 3000 + i);
            }
            RealKernel.flows(channel, 0, 200);
        }
        awaitSize(conntrack, 500);

        Talkers.Top top = conntrack.top(Talkers.Kind.DESTINATION, Talkers.Measure.CONNECTIONS, 3);

        assertThat(top.total()).isEqualTo(500);
        Talkers.Talker first = top.talkers().get(0);
        assertThat(first.destination()).isEqualTo(address("127.0.0.9"));
        assertThat(first.count() - first.error()).isLessThanOrEqualTo(300);
        assertThat(first.count()).isGreaterThanOrEqualTo(300);
        assertThat(top.surelyFoundAbove()).isEqualTo(500 / 16);

        kernel.flush();
        awaitSize(conntrack, 0);
        assertThat(conntrack.top(Talkers.Kind.PAIR, Talkers.Measure.BYTES, 1).total())
                .isEqualTo(500L * 29);
    }

    @Test
    void saysSoWhenTheKernelTellsOfNoEvents() throws Exception {
        kernel.namespace.exec("0", "tee", "/proc/sys/net/netfilter/nf_conntrack_events");
        kernel.udp("10.99.0.1", 4713);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

        String said =
                kernel.namespace.exec(
                        "",
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutPrivilege.class.getName(),
                        folder.toString());

        assertThat(said)
                .contains("DEGRADED")
                .contains("net.netfilter.nf_conntrack_events is 0")
                .contains("sysctl -w net.netfilter.nf_conntrack_events=2");
    }

    private Tuple translation(ConntrackComponent conntrack, Tuple asked) {
        Resolution answer = conntrack.resolve(UDP, asked, 0, 0);
        assertThat(answer).isInstanceOf(Translated.class);
        return ((Translated) answer).translation();
    }

    private int send(String to, int port) throws Exception {
        return send("", to, port);
    }

    /** One datagram; the port that it came from. */
    private int send(String from, String to, int port) throws Exception {
        try (DatagramChannel channel = kernel.channel()) {
            if (!from.isEmpty()) {
                channel.bind(new InetSocketAddress(from, 0));
            }
            sendFrom(channel, to, port);
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        }
    }

    private static void sendFrom(DatagramChannel channel, String to, int port) throws Exception {
        channel.send(ByteBuffer.allocate(1), new InetSocketAddress(address(to), port));
    }

    private void insert(String protocol, String... rest) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "conntrack",
                                "-I",
                                "-p",
                                protocol,
                                "-s",
                                "10.1.0.1",
                                "-d",
                                "10.1.0.2",
                                "-t",
                                "60"));
        words.addAll(List.of(rest));
        kernel.namespace.exec("", words.toArray(String[]::new));
    }

    private ConntrackComponent started(Map<String, Object> keys) {
        ConntrackComponent made =
                new ConntrackComponent(Configured.with(ConntrackConfig.class, kernel.keys(keys)));
        components.add(made);
        made.bindNetlink(kernel.sockets());
        Await.until(
                "conntrack is active",
                DEADLINE,
                () -> state(made) == State.ACTIVE,
                () -> made.steps().toString());
        return made;
    }

    private static State state(ConntrackComponent conntrack) {
        return conntrack.steps().get(0).status().state();
    }

    private static void awaitSize(ConntrackComponent conntrack, int size) {
        Await.until(
                size + " connections",
                DEADLINE,
                () -> conntrack.size() == size,
                () ->
                        conntrack.facts()
                                + " "
                                + shown(conntrack, ConnectionFilter.ALL).stream()
                                        .limit(5)
                                        .toList());
    }

    private static Connection awaitOne(ConntrackComponent conntrack, int port) {
        return awaitOne(conntrack, port, "");
    }

    private static Connection awaitOne(ConntrackComponent conntrack, int port, String state) {
        ConnectionFilter filter =
                new ConnectionFilter(
                        OptionalInt.empty(), Optional.empty(), OptionalInt.of(port), false);
        Await.until(
                "a connection with port " + port + " " + state,
                DEADLINE,
                () ->
                        shown(conntrack, filter).stream()
                                        .filter(c -> state.isEmpty() || c.state().equals(state))
                                        .count()
                                == 1,
                () -> shown(conntrack, ConnectionFilter.ALL).toString());
        return shown(conntrack, filter).get(0);
    }

    private static List<Connection> shown(ConntrackComponent conntrack, ConnectionFilter filter) {
        List<Connection> shown = new ArrayList<>();
        conntrack.visit(filter, shown::add);
        return shown;
    }

    private static InetAddress address(String text) throws Exception {
        return InetAddress.getByName(text);
    }
}
