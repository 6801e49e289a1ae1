package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.proto.v1.AgentGrpc;
import io.drover.proto.v1.ConnectionEvent;
import io.drover.proto.v1.ConnectionsGrpc;
import io.drover.proto.v1.GetVersionRequest;
import io.drover.proto.v1.GetVersionResponse;
import io.drover.proto.v1.WatchConnectionsRequest;
import io.drover.testing.Await;
import io.drover.testing.FixedAgent;
import io.drover.testing.FixedGuard;
import io.drover.testing.RecordedSamples;
import io.drover.testing.ScriptedConnections;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that are careless, slow or hostile: each gets the right answer, is counted, and hurts
 * nobody.
 */
class AbuseTest {

    private static final String WATCH = "drover.v1.Connections/WatchConnections";
    private static final String VERSION = "drover.v1.Agent/GetVersion";

    @TempDir Path folder;

    private final ScriptedConnections table = new ScriptedConnections();
    private RunningServer running;

    @AfterEach
    void stop() {
        running.close();
    }

    private void start(Map<String, Object> values) {
        running = new RunningServer(folder, values);
        running.serve(new AgentService(FixedAgent::new, () -> {}));
        running.serve(table);
    }

    private Map<String, Double> figures() {
        RecordedSamples samples = new RecordedSamples();
        running.server.figures().collect(samples);
        return samples.values();
    }

    private void awaitFigure(String name, double atLeast) {
        Await.until(
                name + " is " + atLeast,
                RunningServer.SOON,
                () -> figures().getOrDefault(name, 0.0) >= atLeast,
                () -> figures().toString());
    }

    private void assertServes() {
        assertThat(
                        AgentGrpc.newBlockingStub(running.local())
                                .getVersion(GetVersionRequest.getDefaultInstance())
                                .getVersion())
                .isEqualTo("1.2.3");
    }

    private RawHttp2 raw() throws Exception {
        return new RawHttp2(running.address());
    }

    @Test
    void aLengthOfTwoGigabytesIsRefusedBeforeAnythingIsKeptForIt() throws Exception {
        start(Map.of());
        try (RawHttp2 client = raw()) {
            byte[] prefix = ByteBuffer.allocate(5).put((byte) 0).putInt(0x7fffffff).array();
            client.greet().call(1, VERSION, FixedGuard.LOCAL).frame(RawHttp2.DATA, 0, 1, prefix);

            while (client.header("grpc-status").isEmpty()) {
                assertThat(client.next(RawHttp2.HEADERS)).isNotNull();
            }
            assertThat(client.header("grpc-status"))
                    .isEqualTo(Integer.toString(Status.Code.RESOURCE_EXHAUSTED.value()));
        }
        awaitFigure(
                "drover_grpc_calls_total{method=\"" + VERSION + "\",code=\"RESOURCE_EXHAUSTED\"}",
                1);
        assertServes();
    }

    @Test
    void aMessageThatIsNoneIsRefusedAndCounted() throws Exception {
        start(Map.of());
        try (RawHttp2 client = raw()) {
            byte[] garbage = {0, 0, 0, 0, 3, 0x0a, (byte) 0xff, (byte) 0xff};
            client.greet()
                    .call(1, WATCH, FixedGuard.LOCAL)
                    .frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1, garbage);

            while (client.header("grpc-status").isEmpty()) {
                assertThat(client.next(RawHttp2.HEADERS)).isNotNull();
            }
            assertThat(client.header("grpc-status"))
                    .isEqualTo(Integer.toString(Status.Code.INVALID_ARGUMENT.value()));
            assertThat(client.header("grpc-message")).contains("not a message of the type");
        }
        awaitFigure("drover_grpc_failures_total{reason=\"REQUEST_UNREADABLE\"}", 1);
        assertServes();
    }

    @Test
    void framesThatBreakTheProtocolEndTheirConnectionAndAreCountedByCode() throws Exception {
        start(Map.of());
        try (RawHttp2 client = raw()) {
            client.greet().next(RawHttp2.SETTINGS);
            client.frame(RawHttp2.DATA, 0, 0, new byte[4]);
            RawHttp2.Frame goodbye = client.next(RawHttp2.GOAWAY);
            assertThat(goodbye.errorCode()).isEqualTo(1);
        }
        awaitFigure("drover_grpc_connections_broken_total{code=\"PROTOCOL_ERROR\"}", 1);
        try (RawHttp2 client = raw()) {
            // A frame longer than was allowed (RFC 9113 4.2).
            client.greet().next(RawHttp2.SETTINGS);
            client.raw(new byte[] {0x7f, -1, -1, 0, 0, 0, 0, 0, 1});
            assertThat(client.next(RawHttp2.GOAWAY).errorCode()).isEqualTo(6);
        }
        awaitFigure("drover_grpc_connections_broken_total{code=\"FRAME_SIZE_ERROR\"}", 1);
        try (RawHttp2 client = raw()) {
            client.next(RawHttp2.SETTINGS);
            client.raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            client.next(RawHttp2.GOAWAY);
        }
        awaitFigure("drover_grpc_connections_broken_total{code=\"PROTOCOL_ERROR\"}", 2);
        assertServes();
    }

    @Test
    void whoResetsStreamsInAFloodIsCutOff() throws Exception {
        start(Map.of("connection_resets_max_per_second", 20));
        try (RawHttp2 client = raw()) {
            client.greet();
            byte[] cancel = ByteBuffer.allocate(4).putInt(8).array();
            for (int i = 0; i < 200; i++) {
                int stream = 2 * i + 1;
                client.call(stream, VERSION, FixedGuard.LOCAL)
                        .frame(RawHttp2.RST_STREAM, 0, stream, cancel);
            }
            assertThat(client.next(RawHttp2.GOAWAY).errorCode()).isEqualTo(11);
        } catch (java.io.IOException e) {
            // It was cut off while the flood was still being written.
            assertThat(e).isNotNull();
        }
        awaitFigure("drover_grpc_connections_broken_total{code=\"ENHANCE_YOUR_CALM\"}", 1);
        assertServes();
    }

    @Test
    void whoPingsInAFloodIsCutOff() throws Exception {
        start(Map.of("keepalive_client_interval_min_ms", 60_000L));
        try (RawHttp2 client = raw()) {
            client.greet();
            for (int i = 0; i < 10; i++) {
                client.frame(RawHttp2.PING, 0, 0, new byte[8]);
            }
            assertThat(client.next(RawHttp2.GOAWAY).errorCode()).isEqualTo(11);
        }
        assertServes();
    }

    @Test
    void headersThatAreTooLongAreRefused() throws Exception {
        start(Map.of("header_max_bytes", 2048));
        Channel channel = running.withToken("x".repeat(4096));
        Received<GetVersionRequest, GetVersionResponse> received = Received.eagerly();
        AgentGrpc.newStub(channel).getVersion(GetVersionRequest.getDefaultInstance(), received);

        assertThat(received.awaitEnd().isOk()).isFalse();
        assertServes();
    }

    @Test
    void moreConnectionsThanAllowedAreClosedAtOnceAndCounted() throws Exception {
        start(Map.of("connections_max", 3));
        List<RawHttp2> open = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                open.add(raw().greet());
                open.get(i).next(RawHttp2.SETTINGS);
            }
            try (RawHttp2 more = raw()) {
                assertThat(more.greet().next(RawHttp2.SETTINGS)).isNull();
            } catch (java.io.IOException e) {
                // Closed before the handshake was through.
                assertThat(e).isNotNull();
            }
            awaitFigure("drover_grpc_connections_turned_away_total", 1);
        } finally {
            for (RawHttp2 client : open) {
                client.close();
            }
        }
        Await.until(
                "room for others again",
                RunningServer.SOON,
                () -> {
                    assertServes();
                    return true;
                },
                () -> figures().toString());
    }

    @Test
    void moreCallsThanAllowedAreRefusedWithTheReasonAndProbesAreAnswered() {
        start(Map.of("calls_open_max", 5));
        List<Received<WatchConnectionsRequest, ConnectionEvent>> streams = new ArrayList<>();
        Channel channel = running.local();
        for (int i = 0; i < 5; i++) {
            Received<WatchConnectionsRequest, ConnectionEvent> stream = Received.eagerly();
            ConnectionsGrpc.newStub(channel)
                    .watchConnections(WatchConnectionsRequest.getDefaultInstance(), stream);
            stream.awaitMessages(1);
            streams.add(stream);
        }
        Received<GetVersionRequest, GetVersionResponse> refused = Received.eagerly();
        AgentGrpc.newStub(channel).getVersion(GetVersionRequest.getDefaultInstance(), refused);

        assertThat(refused.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(Details.of(refused.failure()).reason()).isEqualTo("TOO_MANY_CALLS");
        assertThat(
                        HealthGrpc.newBlockingStub(running.channel())
                                .check(HealthCheckRequest.getDefaultInstance())
                                .getStatus()
                                .name())
                .isEqualTo("SERVING");
        awaitFigure("drover_grpc_failures_total{reason=\"TOO_MANY_CALLS\"}", 1);
        streams.get(0).cancel();
        Await.until(
                "room for a call",
                RunningServer.SOON,
                () -> {
                    assertServes();
                    return true;
                },
                () -> "none");
    }

    @Test
    void aCallWithoutADeadlineEndsAtTheCap() {
        running = new RunningServer(folder, Map.of("call_time_max_ms", 300L));
        running.serve(new NeverAnswers());
        Received<GetVersionRequest, GetVersionResponse> received = Received.eagerly();
        AgentGrpc.newStub(running.local())
                .getVersion(GetVersionRequest.getDefaultInstance(), received);

        assertThat(received.awaitEnd().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(Details.of(received.failure()).reason()).isEqualTo("TIME_OVER");
        awaitFigure("drover_grpc_failures_total{reason=\"TIME_OVER\"}", 1);
        awaitFigure(
                "drover_grpc_calls_total{method=\"" + VERSION + "\",code=\"DEADLINE_EXCEEDED\"}",
                1);
    }

    private static final class NeverAnswers extends AgentGrpc.AgentImplBase {
        @Override
        public void getVersion(
                GetVersionRequest request, StreamObserver<GetVersionResponse> client) {}
    }

    @Test
    void aServiceThatGoesWithoutEndingItsStreamsHasThemEndedForIt() {
        running = new RunningServer(folder);
        Runnable withdraw = running.serve(new NeverAnswers());
        Received<GetVersionRequest, GetVersionResponse> received = Received.eagerly();
        AgentGrpc.newStub(running.local())
                .getVersion(GetVersionRequest.getDefaultInstance(), received);
        Await.until(
                "the call is open",
                RunningServer.SOON,
                () -> running.server.facts().get("calls_open").equals(1),
                () -> running.server.facts().toString());

        withdraw.run();

        assertThat(received.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(Details.of(received.failure()).reason()).isEqualTo("SERVICE_AWAY");
    }

    @Test
    void twoHundredSlowReadersAndManyIdleStreamsCostNoMoreThanTheirQueuesAndOthersAreServed()
            throws Exception {
        int streamsEach = 100;
        int idle = Integer.getInteger("drover.grpc.idle", 1000);
        start(Map.of("stream_queue_events", 16, "connection_streams_max", streamsEach));
        List<Received<WatchConnectionsRequest, ConnectionEvent>> slow = new ArrayList<>();
        List<Received<WatchConnectionsRequest, ConnectionEvent>> quick = new ArrayList<>();
        Channel channel = null;
        for (int i = 0; i < 200 + idle; i++) {
            if (i % streamsEach == 0) {
                channel = running.local();
            }
            Received<WatchConnectionsRequest, ConnectionEvent> stream =
                    i < 200 ? Received.onDemand() : Received.eagerly();
            ConnectionsGrpc.newStub(channel)
                    .watchConnections(
                            i < 200 ? WatchConnectionsRequest.getDefaultInstance() : idleRequest(),
                            stream);
            (i < 200 ? slow : quick).add(stream);
        }
        quick.forEach(each -> each.awaitMessages(1));
        Await.until(
                "all streams are open",
                RunningServer.SOON,
                () -> table.streams() == 200 + idle,
                () -> table.streams() + " of " + (200 + idle));

        for (int i = 0; i < 20_000; i++) {
            table.open(ScriptedConnections.plain("10.0.0.1", i % 65_536, "10.0.0.2", 80));
            if (i % 1000 == 0) {
                assertServes();
            }
        }

        assertThat(table.queued()).isLessThanOrEqualTo(200 * 16);
        assertServes();
        slow.get(7).ask(Integer.MAX_VALUE);
        Await.until(
                "a slow reader that reads again is told what it lost",
                RunningServer.SOON,
                () -> seen(slow.get(7)) == 20_000,
                () -> seen(slow.get(7)) + " of 20000");
    }

    private static WatchConnectionsRequest idleRequest() {
        return WatchConnectionsRequest.newBuilder()
                .setFilter(io.drover.proto.v1.ConnectionFilter.newBuilder().setProtocol(132))
                .build();
    }

    private static long seen(Received<?, ConnectionEvent> received) {
        return received.messages().stream()
                .mapToLong(event -> event.hasOpened() ? 1 : event.getLost().getCount())
                .sum();
    }
}
