package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.http.Guest.Field;
import io.drover.api.status.State;
import io.drover.proto.v1.GetVersionRequest;
import io.drover.proto.v1.GetVersionResponse;
import io.drover.proto.v1.WatchConnectionsRequest;
import io.drover.testing.Await;
import io.drover.testing.FixedAgent;
import io.drover.testing.FixedGuard;
import io.drover.testing.RecordedSamples;
import io.drover.testing.ScriptedConnections;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a guest of another bundle's listener. */
class SharedPortTest {

    private static final String VERSION = "drover.v1.Agent/GetVersion";
    private static final String WATCH = "drover.v1.Connections/WatchConnections";
    private static final String HEALTH = "grpc.health.v1.Health/Watch";

    @TempDir java.nio.file.Path folder;

    private final Settings settings = RunningServer.settings(Map.of("port", "shared"));
    private final HandedCall.Listener listener = new HandedCall.Listener();
    private final FixedGuard guard = new FixedGuard();
    private final ScriptedConnections table = new ScriptedConnections();
    private final ConnectionsService connections = new ConnectionsService(table, null, settings);
    private final GrpcServer server =
            new GrpcServer(settings, Clock.systemUTC(), port -> Optional.empty());

    @BeforeEach
    void start() {
        server.useGuard(guard);
        server.add(new AgentService(FixedAgent::new, () -> {}).bindService());
        server.add(connections.bindService());
        server.share("key", () -> listener);
        Await.until(
                "it is a guest",
                RunningServer.SOON,
                () -> listener.guest != null,
                () -> server.steps().toString());
    }

    @AfterEach
    void stop() {
        server.stop();
        connections.stop();
    }

    private Map<String, Double> figures() {
        RecordedSamples samples = new RecordedSamples();
        server.figures().collect(samples);
        return samples.values();
    }

    private void awaitFigure(String name, double value) {
        Await.until(
                name + " is " + value,
                RunningServer.SOON,
                () -> figures().getOrDefault(name, 0.0) == value,
                () -> figures().toString());
    }

    private HandedCall version(String token) {
        return listener.call(VERSION, token).send(GetVersionRequest.getDefaultInstance(), true);
    }

    private State state() {
        return server.steps().get(0).status().state();
    }

    @Test
    void needsNoCertificateAndListensWhereItsHostDoes() {
        assertThat(server.addresses()).isEqualTo(listener.addresses);
        assertThat(state()).isEqualTo(State.ACTIVE);

        listener.addresses = List.of();

        assertThat(state()).isEqualTo(State.WAITING);
        assertThat(server.steps().get(0).status().reason()).contains("API listener");
        server.unshare("key");
        Await.until(
                "it has left",
                RunningServer.SOON,
                () -> listener.guest == null,
                () -> server.steps().toString());
    }

    @Test
    void answersWithHeadMessageAndTrailersAndCountsTheCall() throws Exception {
        HandedCall call = version(FixedGuard.LOCAL);

        assertThat(call.code()).isEqualTo(Status.Code.OK);
        assertThat(call.head).contains(new Field("content-type", "application/grpc"));
        assertThat(call.end).noneMatch(field -> field.name().equals("content-type"));
        ByteBuffer frame = call.written.get(0).duplicate();
        assertThat(frame.get()).isZero();
        assertThat(frame.getInt()).isEqualTo(frame.remaining());
        assertThat(GetVersionResponse.parseFrom(frame).getVersion()).isEqualTo("1.2.3");
        call.taken();
        awaitFigure("drover_grpc_calls_total{method=\"" + VERSION + "\",code=\"OK\"}", 1);
    }

    @Test
    void asksTheGuardWithTokenAddressAndCertificates() throws Exception {
        X509Certificate shown = new ThrowAwayAuthority(folder).identity("client").chain().get(0);

        HandedCall call =
                listener.call(VERSION, FixedGuard.LOCAL, shown)
                        .send(GetVersionRequest.getDefaultInstance(), true);

        assertThat(call.code()).isEqualTo(Status.Code.OK);

        assertThat(guard.attempts())
                .last()
                .satisfies(
                        attempt -> {
                            assertThat(attempt.peer()).containsExactly(shown);
                            assertThat(attempt.source().orElseThrow().isLoopbackAddress()).isTrue();
                        });
    }

    @Test
    void refusalsAreTrailersAloneWithTheirReason() {
        HandedCall nobody = version(null);
        HandedCall outside = version(FixedGuard.METRICS);
        HandedCall unknown =
                listener.call("drover.v1.Agent/NoSuch", FixedGuard.LOCAL)
                        .send(GetVersionRequest.getDefaultInstance(), true);

        assertThat(nobody.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(nobody.head).isEmpty();
        assertThat(nobody.end).contains(new Field("content-type", "application/grpc"));
        assertThat(HandedCall.field(nobody.end, "grpc-status-details-bin")).isNotEmpty();
        assertThat(outside.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(unknown.code()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    @Test
    void metadataThatCannotBeReadIsRefused() {
        HandedCall call =
                listener.call(
                        VERSION, FixedGuard.LOCAL, new Field("x-details-bin", "!not base64!"));

        assertThat(call.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void aLengthOfTwoGigabytesIsRefusedBeforeAnythingIsKeptForIt() {
        HandedCall call =
                listener.call(VERSION, FixedGuard.LOCAL)
                        .send(
                                ByteBuffer.allocate(5).put((byte) 0).putInt(0x7fffffff).flip(),
                                false);

        assertThat(call.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        call.taken();
        awaitFigure(
                "drover_grpc_calls_total{method=\"" + VERSION + "\",code=\"RESOURCE_EXHAUSTED\"}",
                1);
    }

    @Test
    void asksForNoMoreThanTheCallTakes() {
        HandedCall call = listener.call(HEALTH, null);
        Await.until(
                "the first part is asked for",
                RunningServer.SOON,
                () -> call.asked.get() == 1,
                () -> call.asked.toString());

        // A watch takes two messages at most, to tell a second one from the end.
        for (int i = 1; i <= 100 && call.asked.get() == i; i++) {
            call.send(message(4_000), false);
        }

        assertThat(call.asked.get()).as("parts of 4 kB that were asked for").isLessThan(30);
    }

    private static ByteBuffer message(int bytes) {
        HealthCheckRequest request =
                HealthCheckRequest.newBuilder().setService("x".repeat(bytes)).build();
        byte[] all = request.toByteArray();
        return ByteBuffer.allocate(5 + all.length).put((byte) 0).putInt(all.length).put(all).flip();
    }

    @Test
    void aClientThatGoesEndsItsCall() {
        HandedCall call =
                listener.call(WATCH, FixedGuard.LOCAL)
                        .send(WatchConnectionsRequest.getDefaultInstance(), true);
        String open = "drover_grpc_calls_open{method=\"" + WATCH + "\"}";
        awaitFigure(open, 1);

        call.broken();

        awaitFigure(open, 0);
        awaitFigure("drover_grpc_calls_total{method=\"" + WATCH + "\",code=\"CANCELLED\"}", 1);
    }

    @Test
    void aClientThatGoesWithItsAnswerHasHadIt() {
        HandedCall call = version(FixedGuard.LOCAL);
        assertThat(call.code()).isEqualTo(Status.Code.OK);

        call.broken();

        awaitFigure("drover_grpc_calls_total{method=\"" + VERSION + "\",code=\"OK\"}", 1);
    }

    @Test
    void aDeadlineEndsACallOfWhichNothingCame() {
        HandedCall call =
                listener.call(VERSION, FixedGuard.LOCAL, new Field("grpc-timeout", "200m"));

        assertThat(call.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    @Test
    void aServerThatStopsTellsEachStreamToTryAgainAndTakesNoFurtherCall() {
        HandedCall call =
                listener.call(WATCH, FixedGuard.LOCAL)
                        .send(WatchConnectionsRequest.getDefaultInstance(), true);
        awaitFigure("drover_grpc_calls_open{method=\"" + WATCH + "\"}", 1);

        server.stop();

        assertThat(call.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(listener.guest).isNull();
        assertThat(server.addresses()).isEmpty();
    }

    @Test
    void saysInItsMannersWhatIsToldWhileItIsAway() {
        assertThat(listener.guest.manners().mediaType()).isEqualTo("application/grpc");
        assertThat(HandedCall.field(listener.guest.manners().away(), "grpc-status"))
                .isEqualTo("14");
    }
}
