package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionEvent;
import io.drover.api.conntrack.ConnectionEvent.Closed;
import io.drover.api.conntrack.ConnectionEvent.Lost;
import io.drover.api.conntrack.ConnectionEvent.Opened;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.Netlink;
import io.drover.api.metrics.Family;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.testing.Await;
import io.drover.testing.Configured;
import io.drover.testing.NetworkNamespace;
import io.drover.testing.RecordedSamples;
import java.lang.management.ManagementFactory;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole bundle against the real kernel, in a network namespace of its own. */
class ConntrackComponentTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int UDP = 17;
    private static final int TCP = 6;

    @TempDir static Path folder;
    private RealKernel kernel;
    private final List<ConntrackComponent> components = new ArrayList<>();

    @BeforeEach
    void makeNamespace() throws Exception {
        Optional<String> missing = NetworkNamespace.missing();
        assumeTrue(missing.isEmpty(), () -> "needs " + missing.get());
        kernel = new RealKernel(folder);
    }

    @AfterEach
    void removeNamespace() {
        if (kernel != null) {
            components.forEach(ConntrackComponent::stop);
            kernel.close();
        }
    }

    @Test
    void findsConnectionsOfBothFamiliesAndProtocolsWithTheirTranslation() throws Exception {
        ConntrackComponent conntrack = started(Map.of());

        kernel.udp("127.0.0.1", 4711);
        kernel.udp("::1", 4712);
        kernel.udp("127.0.0.1", 5353);
        kernel.udp("10.99.0.1", 4713);
        kernel.udp("fd00::99", 4714);
        kernel.tcp("127.0.0.1");
        kernel.tcp("::1");

        awaitSize(conntrack, 7);
        assertThat(one(conntrack, 4711).translated()).isFalse();
        assertThat(one(conntrack, 4712).original().destination().getHostAddress())
                .isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(one(conntrack, 5353).effective().destinationPort()).isEqualTo(53535);
        Connection four = one(conntrack, 4713);
        assertThat(four.translated()).isTrue();
        assertThat(four.original().destination().getHostAddress()).isEqualTo("10.99.0.1");
        assertThat(four.effective().destination().getHostAddress()).isEqualTo("127.0.0.9");
        Connection six = one(conntrack, 4714);
        assertThat(six.effective().destination().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(six.namespace()).isEqualTo(conntrack.facts().get("namespace"));
        assertThat(shown(conntrack, protocol(TCP))).hasSize(2);
        assertThat(shown(conntrack, protocol(UDP))).hasSize(5);
        assertThat(conntrack.facts()).containsEntry("events", 7L).containsEntry("lost", 0L);
    }

    @Test
    void knowsConnectionsThatWereThereBefore() throws Exception {
        try (DatagramChannel channel = kernel.channel()) {
            RealKernel.flows(channel, 0, 3000);
        }
        kernel.udp("10.99.0.1", 4713);

        ConntrackComponent conntrack = started(Map.of());

        assertThat(conntrack.size()).isEqualTo(3001);
        assertThat(one(conntrack, 4713).translated()).isTrue();
        assertThat(conntrack.facts()).containsEntry("events", 0L);
    }

    @Test
    void tellsStreamsWhatOpensAndWhatCloses() throws Exception {
        ConntrackComponent conntrack = started(Map.of());
        AtomicInteger calls = new AtomicInteger();
        try (ConnectionStream stream = conntrack.stream(ConnectionFilter.ALL, 100)) {
            assertThat(stream.poll()).isNull();
            stream.onReady(calls::incrementAndGet);
            kernel.udp("127.0.0.1", 4711);
            kernel.udp("10.99.0.1", 4713);
            Await.until("called", DEADLINE, () -> calls.get() > 0, calls::toString);
            kernel.flush();

            List<ConnectionEvent> events = take(stream, 4);
            assertThat(events)
                    .extracting(ConnectionEvent::sequence)
                    .containsExactly(1L, 2L, 3L, 4L);
            assertThat(events.subList(0, 2)).hasOnlyElementsOfType(Opened.class);
            assertThat(events.subList(2, 4)).hasOnlyElementsOfType(Closed.class);
            assertThat(((Opened) events.get(1)).connection().translated()).isTrue();
        }
        awaitSize(conntrack, 0);
        assertThat(conntrack.facts()).containsEntry("streams", 0);
    }

    @Test
    void countsEveryLostEventAndHealsItsTable() throws Exception {
        int flows = 40_000;
        ConntrackComponent conntrack =
                started(Map.of("receive_buffer_bytes", 16_384, "drain_interval_ms", 50));
        ConnectionStream stream = conntrack.stream(ConnectionFilter.ALL, 65_536);

        try (DatagramChannel channel = kernel.channel()) {
            RealKernel.flows(channel, 0, flows);
        }

        Await.until(
                "all is known",
                DEADLINE,
                () -> conntrack.size() == flows && state(conntrack) == State.ACTIVE,
                () -> conntrack.facts() + " " + conntrack.steps());
        long events = (long) conntrack.facts().get("events");
        long lost = (long) conntrack.facts().get("lost");
        assertThat(lost).isPositive();
        assertThat(events + lost).isEqualTo(flows);
        assertThat(kernel.entries()).isEqualTo(flows);
        assertThat(status(conntrack).lastError()).contains("the kernel dropped events");
        long told = 0;
        long missing = 0;
        for (ConnectionEvent event = stream.poll(); event != null; event = stream.poll()) {
            if (event instanceof Lost loss) {
                assertThat(loss.cause()).isEqualTo("kernel");
                missing += loss.count();
            } else {
                told++;
            }
        }
        assertThat(told).isEqualTo(events);
        assertThat(missing).isEqualTo(lost);
    }

    @Test
    void removesByAnAuditWhatTheKernelNeverSaidWasGone() throws Exception {
        // Entries from before the first listener of the host end in silence
        // (nf_conntrack_events=2).
        kernel.namespace.exec("1", "tee", "/proc/sys/net/netfilter/nf_conntrack_udp_timeout");
        try (DatagramChannel channel = kernel.channel()) {
            RealKernel.flows(channel, 0, 50);
        }
        ConntrackComponent conntrack = started(Map.of("audit_interval_ms", 200L));

        awaitSize(conntrack, 0);
        assertThat(kernel.entries()).isZero();
    }

    @Test
    void losesNothingWhenItIsReplacedUnderTraffic() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        ConntrackComponent conntrack = started(Map.of());
        CompletableFuture<Integer> traffic = CompletableFuture.supplyAsync(() -> trickle(stop));
        long events = 0;
        for (int swap = 0; swap < 10; swap++) {
            long already = (long) conntrack.facts().get("events");
            ConntrackComponent old = conntrack;
            Await.until(
                    "traffic is seen",
                    DEADLINE,
                    () -> (long) old.facts().get("events") > already + 100,
                    () -> old.facts().toString());
            old.stop();
            events += (long) old.facts().get("events");
            assertThat(old.facts()).containsEntry("lost", 0L);
            conntrack = started(Map.of());
        }
        stop.set(true);
        int flows = traffic.get(30, TimeUnit.SECONDS);
        ConntrackComponent last = conntrack;
        long before = events;
        Await.until(
                "each flow's event has come",
                DEADLINE,
                () -> before + (long) last.facts().get("events") == flows,
                () -> before + " before, " + last.facts() + ", flows=" + flows);
        assertThat(last.facts()).containsEntry("lost", 0L);
        assertThat(last.size()).isEqualTo(flows);
        assertThat(kernel.entries()).isEqualTo(flows);
    }

    /** Connections at a few thousand a second until told otherwise; how many. */
    private int trickle(AtomicBoolean stop) {
        int made = 0;
        try (DatagramChannel channel = kernel.channel()) {
            while (!stop.get() && made < 200_000) {
                RealKernel.flows(channel, made, 20);
                made += 20;
                LockSupport.parkNanos(2_000_000);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return made;
    }

    @Test
    void waitsWhileTheKernelBundleIsAwayAndGoesOnWithTheNextOne() throws Exception {
        ConntrackComponent conntrack = started(Map.of());
        kernel.udp("127.0.0.1", 4711);
        awaitSize(conntrack, 1);
        ConnectionStream stream = conntrack.stream(ConnectionFilter.ALL, 10);
        Netlink old = kernel.sockets();

        Netlink next = kernel.renew();
        Await.until(
                "it waits",
                DEADLINE,
                () -> state(conntrack) == State.WAITING,
                () -> conntrack.steps().toString());
        conntrack.unbindNetlink(old);
        assertThat(conntrack.size()).isZero();
        assertThatThrownBy(() -> shown(conntrack, ConnectionFilter.ALL))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("WAITING");
        assertThat(stream.ended()).isTrue();
        assertThat(status(conntrack).reason()).contains("kernel");

        conntrack.bindNetlink(next);
        awaitActive(conntrack);
        assertThat(conntrack.size()).isEqualTo(1);
    }

    @Test
    void saysWhyItCannotFollowAndTriesAgain() throws Exception {
        AtomicBoolean refuse = new AtomicBoolean(true);
        Netlink netlink =
                (name, options) -> {
                    if (refuse.get()) {
                        throw new KernelException("join group 1 with netlink socket " + name, 1);
                    }
                    return kernel.sockets().open(name, options);
                };
        ConntrackComponent conntrack = component(Map.of());
        conntrack.bindNetlink(netlink);

        Await.until(
                "it is degraded",
                DEADLINE,
                () -> state(conntrack) == State.DEGRADED,
                () -> conntrack.steps().toString());
        assertThat(status(conntrack).reason()).contains("EPERM (operation not permitted)");
        assertThat(status(conntrack).remedy()).contains("needs CAP_NET_ADMIN");

        refuse.set(false);
        awaitActive(conntrack);
    }

    @Test
    void saysWhatItLacksInAProcessWithoutPrivilege() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process child =
                new ProcessBuilder(
                                "setpriv",
                                "--bounding-set=-all",
                                "--inh-caps=-all",
                                java,
                                "-cp",
                                System.getProperty("java.class.path"),
                                WithoutPrivilege.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();

        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor()).isZero();
        assertThat(said)
                .startsWith("DEGRADED\n")
                .contains("join group", "EPERM")
                .contains("needs CAP_NET_ADMIN");
    }

    @Test
    void keepsItsTableWithinItsBound() throws Exception {
        ConntrackComponent conntrack = started(Map.of("table_max_entries", 1024));
        try (DatagramChannel channel = kernel.channel()) {
            RealKernel.flows(channel, 0, 5000);
        }

        Await.until(
                "all events are read",
                DEADLINE,
                () -> (long) conntrack.facts().get("events") == 5000,
                () -> conntrack.facts().toString());
        assertThat(conntrack.size()).isEqualTo(1024);
        assertThat(series(conntrack))
                .containsEntry("drover_conntrack_table_evictions_total", 3976.0);
    }

    @Test
    void allocatesNothingForAnEventWhileNobodyFollows() throws Exception {
        ConntrackComponent conntrack = started(Map.of("audit_interval_ms", 0L));
        try (DatagramChannel channel = kernel.channel()) {
            RealKernel.flows(channel, 0, 30_000);
            awaitSize(conntrack, 30_000);
            kernel.flush();
            awaitSize(conntrack, 0);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long thread = threadId();
            long before = threads.getThreadAllocatedBytes(thread);

            RealKernel.flows(channel, 0, 30_000);
            awaitSize(conntrack, 30_000);

            // A handful of objects for a drain; an object for each event would be 480,000 and more.
            assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(60_000);
        }
    }

    @Test
    void sleepsUntilTheNextEventWhenNothingHappens() throws Exception {
        ConntrackComponent conntrack = started(Map.of("idle_after_ms", 10));
        long thread = threadId();
        Await.until(
                "the thread sleeps in poll",
                DEADLINE,
                () -> stackOf(thread).contains("poll"),
                () -> stackOf(thread));

        kernel.udp("127.0.0.1", 4711);
        awaitSize(conntrack, 1);
    }

    @Test
    void givesEachSeriesThatItDeclares() throws Exception {
        ConntrackComponent conntrack = started(Map.of());
        kernel.udp("::1", 4712);
        awaitSize(conntrack, 1);

        Map<String, Double> series = series(conntrack);

        assertThat(series)
                .containsEntry("drover_conntrack_events_total{type=\"new\"}", 1.0)
                .containsEntry("drover_conntrack_resyncs_total{cause=\"start\"}", 1.0)
                .containsEntry("drover_conntrack_table_entries{family=\"ipv6\"}", 1.0)
                .containsEntry("drover_conntrack_table_entries{family=\"ipv4\"}", 0.0)
                .containsEntry("drover_conntrack_drain_events_sum", 1.0);
        assertThat(series.get("drover_conntrack_receive_buffer_bytes"))
                .isGreaterThanOrEqualTo(33_554_432.0);
        assertThat(
                        series.keySet().stream()
                                .map(name -> name.replaceAll("\\{.*|_count$|_sum$", ""))
                                .distinct())
                .containsExactlyInAnyOrderElementsOf(
                        conntrack.families().stream()
                                .map(Family::name)
                                // Known of the own namespace alone, and this is another.
                                .filter(name -> !name.startsWith("drover_conntrack_kernel_"))
                                .toList());
    }

    private ConntrackComponent component(Map<String, Object> keys) {
        ConntrackComponent made =
                new ConntrackComponent(Configured.with(ConntrackConfig.class, kernel.keys(keys)));
        components.add(made);
        return made;
    }

    /** A component whose first dump is over. */
    private ConntrackComponent started(Map<String, Object> keys) {
        ConntrackComponent made = component(keys);
        made.bindNetlink(kernel.sockets());
        awaitActive(made);
        return made;
    }

    private static void awaitActive(ConntrackComponent conntrack) {
        Await.until(
                "conntrack is active",
                DEADLINE,
                () -> state(conntrack) == State.ACTIVE,
                () -> conntrack.steps().toString());
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
                                        .limit(10)
                                        .toList());
    }

    private static Status status(ConntrackComponent conntrack) {
        return conntrack.steps().get(0).status();
    }

    private static State state(ConntrackComponent conntrack) {
        return status(conntrack).state();
    }

    private static ConnectionFilter protocol(int protocol) {
        return new ConnectionFilter(
                OptionalInt.of(protocol), Optional.empty(), OptionalInt.empty(), false);
    }

    private static Connection one(ConntrackComponent conntrack, int port) {
        List<Connection> shown =
                shown(
                        conntrack,
                        new ConnectionFilter(
                                OptionalInt.empty(),
                                Optional.empty(),
                                OptionalInt.of(port),
                                false));
        assertThat(shown).hasSize(1);
        return shown.get(0);
    }

    private static List<Connection> shown(ConntrackComponent conntrack, ConnectionFilter filter) {
        List<Connection> shown = new ArrayList<>();
        conntrack.visit(filter, shown::add);
        return shown;
    }

    private static List<ConnectionEvent> take(ConnectionStream stream, int count) {
        List<ConnectionEvent> events = new ArrayList<>();
        Await.until(
                count + " events",
                DEADLINE,
                () -> {
                    for (ConnectionEvent e = stream.poll(); e != null; e = stream.poll()) {
                        events.add(e);
                    }
                    return events.size() >= count;
                },
                events::toString);
        return events;
    }

    private static long threadId() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("drover-conntrack"))
                .findFirst()
                .orElseThrow()
                .getId();
    }

    private static String stackOf(long thread) {
        return List.of(ManagementFactory.getThreadMXBean().getThreadInfo(thread, 3).getStackTrace())
                .toString();
    }

    private static Map<String, Double> series(ConntrackComponent conntrack) {
        RecordedSamples samples = new RecordedSamples();
        conntrack.collect(samples);
        return samples.values();
    }
}
