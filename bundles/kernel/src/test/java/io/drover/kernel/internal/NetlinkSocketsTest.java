package io.drover.kernel.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.api.kernel.Errno;
import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.NetlinkBatch;
import io.drover.api.kernel.NetlinkClosedException;
import io.drover.api.kernel.NetlinkClosedException.Reason;
import io.drover.api.kernel.NetlinkOptions;
import io.drover.api.kernel.NetlinkSocket;
import io.drover.api.kernel.NetlinkSocket.Wake;
import io.drover.testing.Await;
import io.drover.testing.NetworkNamespace;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the real kernel; a plain user gets the tests that need no privilege. */
class NetlinkSocketsTest {

    private static final int GROUP_NEW = 1;
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    @TempDir static Path folder;
    private static NativeCalls calls;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final NetlinkSockets sockets = new NetlinkSockets(4, Duration.ofMinutes(1), clock);

    @BeforeAll
    static void load() throws Exception {
        calls = NativeCalls.load(List.of(folder));
    }

    @AfterAll
    static void unload() {
        calls.close();
    }

    @AfterEach
    void closeAll() {
        assertThat(sockets.stop(Duration.ofSeconds(5))).isTrue();
        clock.shutdownNow();
    }

    @Test
    void waitsUntilItIsWokenAndTakesAnEarlierWakeUpIntoAccount() throws Exception {
        NetlinkSocket socket = sockets.open("test", NetlinkOptions.PLAIN);

        assertThat(socket.await(0)).isEqualTo(Wake.TIMEOUT);
        socket.wakeUp();
        assertThat(socket.await(-1)).isEqualTo(Wake.WOKEN);
        assertThat(socket.await(0)).isEqualTo(Wake.TIMEOUT);
    }

    @Test
    void receivesNothingWithoutWaitingWhenThereIsNothing() throws Exception {
        NetlinkSocket socket = sockets.open("test", NetlinkOptions.PLAIN);

        assertThat(socket.receive(socket.newBatch(8, 4096))).isZero();
        assertThat(socket.takeDrops()).isZero();
        assertThat(socket.queuedBytes()).isZero();
    }

    @Test
    void opensInThisProcessesNamespaceUnlessToldOtherwise() throws Exception {
        NetlinkSocket socket = sockets.open("test", NetlinkOptions.PLAIN);

        assertThat(Files.readSymbolicLink(Path.of("/proc/self/ns/net")))
                .hasToString("net:[" + socket.namespace() + "]");
        assertThat(socket.portId()).isNotZero();
        assertThat(socket.receiveBufferBytes()).isPositive();
    }

    @Test
    void namesCallAndErrorWhenTheKernelRefuses() {
        NetlinkOptions nowhere =
                NetlinkOptions.PLAIN.withNamespace(Optional.of(folder.resolve("absent")));

        assertThatThrownBy(() -> sockets.open("test", nowhere))
                .isInstanceOfSatisfying(
                        KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                .hasMessageContaining("open network namespace")
                .hasMessageContaining("absent");
        assertThat(sockets.ownedNow()).isZero();
    }

    @Test
    void refusesASecondOwnerOfANameAndMoreSocketsThanConfigured() throws Exception {
        sockets.open("a", NetlinkOptions.PLAIN);
        sockets.open("b", NetlinkOptions.PLAIN);
        sockets.open("c", NetlinkOptions.PLAIN);
        sockets.open("d", NetlinkOptions.PLAIN);

        assertThatThrownBy(() -> sockets.open("a", NetlinkOptions.PLAIN))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a is in use");
        assertThatThrownBy(() -> sockets.open("e", NetlinkOptions.PLAIN))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("sockets_max is 4");
    }

    @Test
    void saysHowAHandleEnded() throws Exception {
        NetlinkSocket closed = sockets.open("closed", NetlinkOptions.PLAIN);
        NetlinkSocket parked = sockets.open("parked", NetlinkOptions.PLAIN);
        NetlinkSocket taken = sockets.open("taken", NetlinkOptions.PLAIN);

        closed.close();
        parked.park();
        parked.close();
        sockets.stop(Duration.ofSeconds(5));

        assertThat(reasonOf(closed)).isEqualTo(Reason.CLOSED);
        assertThat(reasonOf(parked)).isEqualTo(Reason.PARKED);
        assertThat(reasonOf(taken)).isEqualTo(Reason.KERNEL_STOPPED);
        assertThatThrownBy(() -> sockets.open("late", NetlinkOptions.PLAIN))
                .hasMessageContaining("stopped");
    }

    @Test
    void tellsTheThreadThatWaitsWhenItStops() throws Exception {
        NetlinkSocket socket = sockets.open("test", NetlinkOptions.PLAIN);
        CompletableFuture<Reason> learnt =
                CompletableFuture.supplyAsync(
                        () -> {
                            while (true) {
                                try {
                                    socket.await(-1);
                                } catch (NetlinkClosedException e) {
                                    return e.reason();
                                } catch (KernelException e) {
                                    throw new AssertionError(e);
                                }
                            }
                        });

        assertThat(sockets.stop(Duration.ofSeconds(5))).isTrue();

        assertThat(learnt.get(5, TimeUnit.SECONDS)).isEqualTo(Reason.KERNEL_STOPPED);
    }

    @Test
    void handsAParkedSocketToTheNextOwnerOfItsName() throws Exception {
        NetlinkSocket first = sockets.open("test", NetlinkOptions.PLAIN);
        first.park();
        assertThat(sockets.parkedNow()).isEqualTo(1);

        NetlinkSocket second = sockets.open("test", NetlinkOptions.PLAIN);

        assertThat(second.claimed()).isTrue();
        assertThat(second.portId()).isEqualTo(first.portId());
        assertThat(second.await(0)).isEqualTo(Wake.TIMEOUT);
        assertThat(sockets.parkedNow()).isZero();
    }

    @Test
    void replacesAParkedSocketWhoseOptionsDiffer() throws Exception {
        NetlinkSocket first = sockets.open("test", NetlinkOptions.PLAIN);
        first.park();

        NetlinkSocket second = sockets.open("test", NetlinkOptions.PLAIN.withQuietOverrun());

        assertThat(second.claimed()).isFalse();
        assertThat(sockets.parkedNow()).isZero();
    }

    @Test
    void closesAParkedSocketThatNobodyClaims() throws Exception {
        NetlinkSockets brief = new NetlinkSockets(4, Duration.ofMillis(20), clock);
        NetlinkSocket socket = brief.open("test", NetlinkOptions.PLAIN);
        socket.park();

        Await.until(
                "the parked socket is closed",
                DEADLINE,
                () -> brief.parkedNow() == 0,
                () -> brief.parkedNow() + " parked");
        assertThat(brief.open("test", NetlinkOptions.PLAIN).claimed()).isFalse();
        assertThat(brief.stop(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void leavesNoDescriptorOpen() throws Exception {
        long before = openDescriptors();
        for (int i = 0; i < 20; i++) {
            sockets.open("closed", NetlinkOptions.PLAIN).close();
            sockets.open("parked", NetlinkOptions.PLAIN).park();
        }
        sockets.stop(Duration.ofSeconds(5));

        assertThat(openDescriptors()).isEqualTo(before);
    }

    @Test
    void hearsEventsOfTheNamespaceItWasOpenedInAndOfOthersThatHaveAnId() throws Exception {
        assumeRoot();
        try (NetworkNamespace here = new NetworkNamespace("drkern");
                NetworkNamespace there = new NetworkNamespace("drkern")) {
            here.rules(TRACK);
            there.rules(TRACK);
            here.exec("", "ip", "netns", "set", there.file().getFileName().toString(), "77");
            NetlinkSocket socket =
                    sockets.open(
                            "test",
                            NetlinkOptions.PLAIN
                                    .withGroups(Set.of(GROUP_NEW))
                                    .withAllNamespaces()
                                    .withNamespace(Optional.of(here.file())));
            NetlinkBatch batch = socket.newBatch(16, 4096);

            sendDatagram(here, 4001);
            assertThat(socket.await(5000)).isEqualTo(Wake.READABLE);
            assertThat(socket.receive(batch)).isEqualTo(1);
            assertThat(batch.namespaceId(0)).isEqualTo(NetlinkBatch.OWN_NAMESPACE);

            sendDatagram(there, 4002);
            assertThat(socket.await(5000)).isEqualTo(Wake.READABLE);
            assertThat(socket.receive(batch)).isEqualTo(1);
            assertThat(batch.namespaceId(0)).isEqualTo(77);
        }
    }

    @Test
    void countsWhatTheKernelDroppedAndSaysSoOnceUnlessQuiet() throws Exception {
        assumeRoot();
        try (NetworkNamespace namespace = new NetworkNamespace("drkern")) {
            namespace.rules(TRACK);
            NetlinkOptions small =
                    NetlinkOptions.PLAIN
                            .withGroups(Set.of(GROUP_NEW))
                            .withReceiveBufferBytes(4096)
                            .withNamespace(Optional.of(namespace.file()));
            NetlinkSocket loud = sockets.open("loud", small);
            NetlinkSocket quiet = sockets.open("quiet", small.withQuietOverrun());
            NetlinkBatch batch = loud.newBatch(256, 4096);

            sendDatagrams(namespace, 200);

            assertThat(loud.receive(batch)).isEqualTo(NetlinkSocket.OVERRUN);
            int heardLoud = loud.receive(batch);
            int heardQuiet = quiet.receive(batch);
            assertThat(heardLoud).isBetween(1, 199);
            assertThat(heardLoud + loud.takeDrops()).isEqualTo(200);
            assertThat(heardQuiet + quiet.takeDrops()).isEqualTo(200);
            assertThat(quiet.takeDrops()).isZero();
        }
    }

    @Test
    void marksADatagramThatIsLongerThanItsRoom() throws Exception {
        assumeRoot();
        try (NetworkNamespace namespace = new NetworkNamespace("drkern")) {
            namespace.rules(TRACK);
            sendDatagrams(namespace, 20);
            NetlinkSocket socket =
                    sockets.open(
                            "test",
                            NetlinkOptions.PLAIN.withNamespace(Optional.of(namespace.file())));
            NetlinkBatch batch = socket.newBatch(1, 256);

            socket.send(dumpRequest());
            socket.await(5000);
            assertThat(socket.receive(batch)).isEqualTo(1);

            assertThat(batch.truncated(0)).isTrue();
            assertThat(batch.datagram(0).remaining()).isEqualTo(256);
        }
    }

    private static final String TRACK =
            """
            table inet t {
              chain in {
                type filter hook input priority 0
                ct state established,related accept
              }
            }
            """;

    /** IPCTNL_MSG_CT_GET, NLM_F_REQUEST | NLM_F_DUMP, all families. */
    private static ByteBuffer dumpRequest() {
        return ByteBuffer.allocateDirect(20)
                .order(ByteOrder.nativeOrder())
                .putInt(0, 20)
                .putShort(4, (short) 0x101)
                .putShort(6, (short) 0x301);
    }

    private static void assumeRoot() {
        Optional<String> missing = NetworkNamespace.missing();
        assumeTrue(missing.isEmpty(), () -> "needs " + missing.get());
    }

    private static void sendDatagram(NetworkNamespace namespace, int port) throws Exception {
        try (DatagramChannel channel = Namespaces.in(namespace.file(), DatagramChannel::open)) {
            channel.send(
                    ByteBuffer.allocate(1),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    private static void sendDatagrams(NetworkNamespace namespace, int count) throws Exception {
        try (DatagramChannel channel = Namespaces.in(namespace.file(), DatagramChannel::open)) {
            for (int i = 0; i < count; i++) {
                channel.send(
                        ByteBuffer.allocate(1),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 5000 + i));
            }
        }
    }

    private static Reason reasonOf(NetlinkSocket socket) {
        try {
            socket.takeDrops();
            throw new AssertionError("still open");
        } catch (NetlinkClosedException e) {
            return e.reason();
        } catch (KernelException e) {
            throw new AssertionError(e);
        }
    }

    private static long openDescriptors() throws Exception {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
