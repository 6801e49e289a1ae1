package io.drover.grpc.internal;

import static io.drover.testing.ScriptedConnections.plain;
import static io.drover.testing.ScriptedConnections.translated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.proto.v1.ConnectionEvent;
import io.drover.proto.v1.ConnectionEvent.EventCase;
import io.drover.proto.v1.ConnectionFilter;
import io.drover.proto.v1.ConnectionsGrpc;
import io.drover.proto.v1.ListConnectionsRequest;
import io.drover.proto.v1.ListConnectionsResponse;
import io.drover.proto.v1.WatchConnectionsRequest;
import io.drover.testing.Await;
import io.drover.testing.ScriptedConnections;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsServiceTest {

    private static final ListConnectionsRequest EVERYTHING =
            ListConnectionsRequest.getDefaultInstance();

    @TempDir Path folder;

    private final ScriptedConnections table = new ScriptedConnections();
    private RunningServer running;
    private ConnectionsService service;
    private Runnable withdraw;

    @BeforeEach
    void start() {
        running = new RunningServer(folder);
        serve(table, Map.of());
    }

    @AfterEach
    void stop() {
        service.stop();
        running.close();
    }

    private void serve(ScriptedConnections served, Map<String, Object> values) {
        service = new ConnectionsService(served, null, RunningServer.settings(values));
        withdraw = running.serve(service);
    }

    private void replaceWith(ScriptedConnections served, Map<String, Object> values) {
        withdraw.run();
        service.stop();
        serve(served, values);
    }

    private List<ListConnectionsResponse> list(ListConnectionsRequest request) {
        List<ListConnectionsResponse> all = new ArrayList<>();
        ConnectionsGrpc.newBlockingStub(running.local())
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .listConnections(request)
                .forEachRemaining(all::add);
        return all;
    }

    private Received<WatchConnectionsRequest, ConnectionEvent> watch(
            WatchConnectionsRequest request) {
        Received<WatchConnectionsRequest, ConnectionEvent> received = Received.eagerly();
        ConnectionsGrpc.newStub(running.local()).watchConnections(request, received);
        return received;
    }

    private Received<WatchConnectionsRequest, ConnectionEvent> watchFromNow() {
        Received<WatchConnectionsRequest, ConnectionEvent> received =
                watch(WatchConnectionsRequest.getDefaultInstance());
        received.awaitMessages(1);
        return received;
    }

    private static List<EventCase> kinds(List<ConnectionEvent> events) {
        return events.stream().map(ConnectionEvent::getEventCase).toList();
    }

    @Test
    void listsTheTableWithTheTranslatedTuple() {
        table.open(translated("10.0.0.1", 4000, "10.96.0.10", 80, "10.244.1.7", 8080));
        table.open(plain("2001:db8:0:0:0:0:0:1", 4001, "2001:db8::2", 443));

        List<ListConnectionsResponse> listed = list(EVERYTHING);

        assertThat(listed).hasSize(2);
        assertThat(listed.get(0).getConnection())
                .satisfies(
                        connection -> {
                            assertThat(connection.getProtocol()).isEqualTo(6);
                            assertThat(connection.getTranslated()).isTrue();
                            assertThat(connection.getOriginal().getDestination())
                                    .isEqualTo("10.96.0.10");
                            assertThat(connection.getReply().getSource()).isEqualTo("10.244.1.7");
                            assertThat(connection.getReply().getSourcePort()).isEqualTo(8080);
                        });
        assertThat(listed.get(1).getConnection().getOriginal().getSource())
                .isEqualTo("2001:db8::1");
        assertThat(listed.get(1).getConnection().getTranslated()).isFalse();
    }

    @Test
    void listsWhatTheFilterAdmitsUpToTheLimit() {
        for (int port = 1; port <= 10; port++) {
            table.open(plain("10.0.0.1", port, "10.0.0.2", 80));
        }
        table.open(translated("10.0.0.3", 4000, "10.96.0.10", 80, "10.244.1.7", 8080));

        ConnectionFilter toNat = ConnectionFilter.newBuilder().setAddress("10.244.1.7").build();

        assertThat(list(EVERYTHING.toBuilder().setLimit(4).build())).hasSize(4);
        assertThat(list(EVERYTHING.toBuilder().setFilter(toNat).build())).hasSize(1);
        assertThat(list(filtered(ConnectionFilter.newBuilder().setPort(7).build()))).hasSize(1);
        assertThat(list(filtered(ConnectionFilter.newBuilder().setProtocol(17).build()))).isEmpty();
        assertThat(list(filtered(ConnectionFilter.newBuilder().setTranslatedOnly(true).build())))
                .hasSize(1);
    }

    private static ListConnectionsRequest filtered(ConnectionFilter filter) {
        return EVERYTHING.toBuilder().setFilter(filter).build();
    }

    @Test
    void aFilterThatCannotBeIsRefusedWithFieldRuleAndValue() {
        assertRefused(
                ConnectionFilter.newBuilder().setAddress("example.org").build(),
                "filter.address must be a literal IP address, is 'example.org'");
        assertRefused(
                ConnectionFilter.newBuilder().setPort(65_536).build(),
                "filter.port must be from 0 to 65535, is 65536");
        assertRefused(
                ConnectionFilter.newBuilder().setProtocol(-1).build(),
                "filter.protocol must be from 0 to 255, is 4294967295");
    }

    private void assertRefused(ConnectionFilter filter, String sentence) {
        assertThatThrownBy(() -> list(filtered(filter)))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> {
                            assertThat(e.getStatus().getCode())
                                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
                            assertThat(e.getStatus().getDescription()).isEqualTo(sentence);
                        });
    }

    @Test
    void aWatchShowsWhatExistsThenSaysSyncedThenFollows() {
        table.open(plain("10.0.0.1", 1, "10.0.0.2", 80));
        table.open(plain("10.0.0.1", 2, "10.0.0.2", 80));

        Received<WatchConnectionsRequest, ConnectionEvent> received =
                watch(WatchConnectionsRequest.newBuilder().setIncludeExisting(true).build());
        received.awaitMessages(3);
        table.open(plain("10.0.0.1", 3, "10.0.0.2", 80));
        table.close(plain("10.0.0.1", 1, "10.0.0.2", 80));
        table.lose(5);
        received.awaitMessages(6);

        assertThat(kinds(received.messages()))
                .containsExactly(
                        EventCase.EXISTING,
                        EventCase.EXISTING,
                        EventCase.SYNCED,
                        EventCase.OPENED,
                        EventCase.CLOSED,
                        EventCase.LOST);
        assertThat(received.messages())
                .extracting(ConnectionEvent::getSequence)
                .containsExactly(0L, 0L, 0L, 1L, 2L, 3L);
        assertThat(received.messages().get(2).getSynced().getConnections()).isEqualTo(2);
        assertThat(received.messages().get(5).getLost().getCount()).isEqualTo(5);
        assertThat(received.messages().get(5).getLost().getCause()).isEqualTo("kernel");
    }

    @Test
    void aCancelledWatchClosesItsStreamOfTheTable() {
        Received<WatchConnectionsRequest, ConnectionEvent> received = watchFromNow();
        assertThat(table.streams()).isEqualTo(1);

        received.cancel();

        Await.until(
                "the stream is closed",
                RunningServer.SOON,
                () -> table.streams() == 0,
                () -> table.streams() + " open");
    }

    @Test
    void aWatchEndsAtItsDeadlineAndClosesItsStream() {
        Received<WatchConnectionsRequest, ConnectionEvent> received = Received.eagerly();
        ConnectionsGrpc.newStub(running.local())
                .withDeadlineAfter(2, TimeUnit.SECONDS)
                .watchConnections(WatchConnectionsRequest.getDefaultInstance(), received);
        received.awaitMessages(1);

        assertThat(received.awaitEnd().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        Await.until(
                "the stream is closed",
                RunningServer.SOON,
                () -> table.streams() == 0,
                () -> table.streams() + " open");
    }

    @Test
    void aReaderThatDoesNotReadLeavesEventsInTheBoundedQueueAndIsToldHowManyItLost() {
        int queue = 1000;
        replaceWith(table, Map.of("stream_queue_events", queue));
        Received<WatchConnectionsRequest, ConnectionEvent> received = Received.onDemand();
        ConnectionsGrpc.newStub(running.local())
                .watchConnections(WatchConnectionsRequest.getDefaultInstance(), received);
        received.ask(1);
        received.awaitMessages(1);

        AtomicInteger events = new AtomicInteger();
        AtomicInteger looks = new AtomicInteger();
        Await.until(
                "nobody takes anything from the full queue any more",
                RunningServer.SOON,
                () -> {
                    looks.set(table.queued() == queue ? looks.get() + 1 : 0);
                    openMany(events, 2 * queue);
                    return looks.get() == 50;
                },
                () -> events + " events, " + table.queued() + " queued");
        openMany(events, 100_000);
        received.ask(Integer.MAX_VALUE);

        Await.until(
                "the count of what was lost",
                RunningServer.SOON,
                () -> opened(received) + lost(received) == events.get(),
                () -> opened(received) + " opened and " + lost(received) + " lost");
        assertThat(lost(received)).isGreaterThanOrEqualTo(100_000);
        assertThat(received.messages().stream().skip(1).map(ConnectionEvent::getSequence))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    private void openMany(AtomicInteger events, int count) {
        for (int i = 0; i < count; i++) {
            table.open(plain("10.0.0.1", events.incrementAndGet() % 65_536, "10.0.0.2", 80));
        }
    }

    private static long opened(Received<?, ConnectionEvent> received) {
        return received.messages().stream().filter(ConnectionEvent::hasOpened).count();
    }

    private static long lost(Received<?, ConnectionEvent> received) {
        return received.messages().stream().mapToLong(event -> event.getLost().getCount()).sum();
    }

    @Test
    void aReaderOfTheTableThatTakesNothingIsCutOffAndOthersGoOn() {
        replaceWith(table, Map.of("table_reader_stall_max_ms", 300L, "table_readers_max", 1));
        for (int i = 1; i <= 50_000; i++) {
            table.open(plain("10.0.0.1", i % 65_536, "10.0.0.2", i / 65_536));
        }
        Received<ListConnectionsRequest, ListConnectionsResponse> stalled = Received.onDemand();
        ConnectionsGrpc.newStub(running.local()).listConnections(EVERYTHING, stalled);
        Received<WatchConnectionsRequest, ConnectionEvent> other = watchFromNow();
        table.open(plain("10.0.0.9", 1, "10.0.0.2", 80));
        other.awaitMessages(2);

        Await.until(
                "room for another reader",
                RunningServer.SOON,
                () -> list(EVERYTHING.toBuilder().setLimit(1).build()).size() == 1,
                () -> stalled.messages().size() + " read");
        stalled.ask(Integer.MAX_VALUE);

        assertThat(stalled.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(stalled.messages()).hasSizeLessThan(50_000);
        assertThat(other.running()).isTrue();
    }

    @Test
    void moreReadersOfTheTableThanAllowedAreRefused() {
        replaceWith(table, Map.of("table_readers_max", 1));
        for (int i = 1; i <= 50_000; i++) {
            table.open(plain("10.0.0.1", i, "10.0.0.2", 80));
        }
        Received<WatchConnectionsRequest, ConnectionEvent> slow = Received.onDemand();
        ConnectionsGrpc.newStub(running.local())
                .watchConnections(
                        WatchConnectionsRequest.newBuilder().setIncludeExisting(true).build(),
                        slow);
        slow.ask(1);
        slow.awaitMessages(1);

        assertThatThrownBy(() -> list(EVERYTHING))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("RESOURCE_EXHAUSTED")
                .hasMessageContaining("grpc.table_readers_max");

        slow.ask(Integer.MAX_VALUE);
        slow.awaitMessages(50_001);
        assertThat(slow.messages().get(50_000).hasSynced()).isTrue();
        assertThat(list(EVERYTHING)).hasSize(50_000);
    }

    @Test
    void moreStreamsThanTheTableAllowsAreRefusedWithItsWords() {
        replaceWith(new ScriptedConnections(0), Map.of());

        Received<WatchConnectionsRequest, ConnectionEvent> refused =
                watch(WatchConnectionsRequest.getDefaultInstance());

        assertThat(refused.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.awaitEnd().getDescription()).contains("are allowed: 0");
    }

    @Test
    void aTableThatEndsEndsItsStreamsAfterWhatWasQueued() {
        Received<WatchConnectionsRequest, ConnectionEvent> received = watchFromNow();
        for (int i = 1; i <= 1000; i++) {
            table.open(plain("10.0.0.1", i, "10.0.0.2", 80));
        }

        table.end();

        assertThat(received.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(received.messages()).hasSize(1001);
    }

    @Test
    void whenTheServiceGoesItsStreamsEndAndItAnswersUnavailableUntilItIsBack() {
        Received<WatchConnectionsRequest, ConnectionEvent> before = watchFromNow();

        withdraw.run();
        service.stop();

        assertThat(before.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(table.streams()).isZero();
        assertThatThrownBy(() -> list(EVERYTHING))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("UNAVAILABLE")
                .hasMessageContaining("drover.v1.Connections");

        serve(table, Map.of());
        table.open(plain("10.0.0.1", 1, "10.0.0.2", 80));
        assertThat(list(EVERYTHING)).hasSize(1);
    }

    @Test
    void aServiceThatStopsCutsOffAReaderThatIsInTheMiddleOfTheTable() {
        for (int i = 1; i <= 50_000; i++) {
            table.open(plain("10.0.0.1", i, "10.0.0.2", 80));
        }
        Received<ListConnectionsRequest, ListConnectionsResponse> slow = Received.onDemand();
        ConnectionsGrpc.newStub(running.local()).listConnections(EVERYTHING, slow);
        slow.ask(1);
        slow.awaitMessages(1);

        long start = System.nanoTime();
        service.stop();
        long tookMillis = (System.nanoTime() - start) / 1_000_000;
        slow.ask(Integer.MAX_VALUE);

        assertThat(tookMillis).isLessThan(500);
        assertThat(slow.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
}
