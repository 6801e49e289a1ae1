package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import io.drover.api.status.OnFailure;
import io.drover.api.status.State;
import io.drover.api.status.Step;
import io.drover.proto.v1.AgentGrpc;
import io.drover.proto.v1.ConnectionEvent;
import io.drover.proto.v1.ConnectionsGrpc;
import io.drover.proto.v1.GetStatusRequest;
import io.drover.proto.v1.GetStatusResponse;
import io.drover.proto.v1.GetVersionRequest;
import io.drover.proto.v1.GetVersionResponse;
import io.drover.proto.v1.ListConnectionsRequest;
import io.drover.proto.v1.ListConnectionsResponse;
import io.drover.proto.v1.ResolveNatRequest;
import io.drover.proto.v1.ResolveNatResponse;
import io.drover.proto.v1.WatchConnectionsRequest;
import io.drover.testing.Await;
import io.drover.testing.FixedAgent;
import io.drover.testing.RecordedSamples;
import io.drover.testing.ScriptedConnections;
import io.drover.testing.SwitchableCertificates;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcServerTest {

    @TempDir Path folder;

    @Test
    void waitsForACertificateWithTheReasonAndListensAsSoonAsThereIsOne() {
        GrpcServer server =
                new GrpcServer(
                        RunningServer.settings(Map.of()),
                        Clock.systemUTC(),
                        port -> Optional.empty());
        try {
            assertThat(server.steps())
                    .extracting(step -> step.status().state())
                    .containsOnly(State.WAITING);
            assertThat(server.steps().get(0).status().reason()).contains("bundle security");
            assertThat(server.steps().get(0).onFailure()).isEqualTo(OnFailure.EXIT_UNAVAILABLE);

            server.useCertificates(
                    new SwitchableCertificates(new ThrowAwayAuthority(folder).identity("first")));

            awaitState(server, State.ACTIVE);
            assertThat(server.addresses()).isNotEmpty();
        } finally {
            server.stop();
        }
    }

    private static void awaitState(GrpcServer server, State state) {
        Await.until(
                "the listener is " + state,
                RunningServer.SOON,
                () -> server.steps().get(0).status().state() == state,
                () -> server.steps().toString());
    }

    @Test
    void aFreePortIsTheSameOnEveryAddressAndServesOnEach() {
        try (RunningServer running =
                new RunningServer(
                        folder, Map.of("bind", new String[] {"127.0.0.1", "127.0.0.2", "::1"}))) {
            List<InetSocketAddress> addresses = running.server.addresses();

            assertThat(addresses)
                    .extracting(InetSocketAddress::getPort)
                    .containsOnly(running.address().getPort());
            assertThat(addresses)
                    .extracting(InetSocketAddress::getAddress)
                    .contains(InetAddress.getLoopbackAddress())
                    .hasSizeBetween(2, 3);
            for (InetSocketAddress address : addresses) {
                assertThat(health(running.channel(address), "").getStatus())
                        .isEqualTo(ServingStatus.SERVING);
            }
        }
    }

    @Test
    void whatAServiceThrowsIsAStatusOfOurs() {
        try (RunningServer running = new RunningServer(folder)) {
            running.serve(
                    new ConnectionsGrpc.ConnectionsImplBase() {
                        @Override
                        public void resolveNat(
                                ResolveNatRequest request,
                                StreamObserver<ResolveNatResponse> client) {
                            throw new NoClassDefFoundError("of a bundle that was replaced");
                        }

                        @Override
                        public void listConnections(
                                ListConnectionsRequest request,
                                StreamObserver<ListConnectionsResponse> client) {
                            throw new IllegalStateException("a defect of the service");
                        }
                    });
            ConnectionsGrpc.ConnectionsBlockingStub client =
                    ConnectionsGrpc.newBlockingStub(running.local());

            assertThatThrownBy(() -> client.resolveNat(ResolveNatRequest.getDefaultInstance()))
                    .hasMessageContaining("UNAVAILABLE: the service has gone; call again");
            assertThatThrownBy(
                            () ->
                                    client.listConnections(
                                                    ListConnectionsRequest.getDefaultInstance())
                                            .hasNext())
                    .hasMessageContaining("INTERNAL: the service failed")
                    .hasMessageNotContaining("defect");
        }
    }

    @Test
    void aTakenPortFailsWithKeyPortAddressAndOwner() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            GrpcServer server =
                    new GrpcServer(
                            RunningServer.settings(Map.of("port", Integer.toString(port))),
                            Clock.systemUTC(),
                            asked -> Optional.of("nginx (pid 4711)"));
            try {
                server.useCertificates(
                        new SwitchableCertificates(
                                new ThrowAwayAuthority(folder).identity("first")));

                awaitState(server, State.FAILED);
                Step listener = server.steps().get(0);
                assertThat(listener.status().reason())
                        .isEqualTo(
                                "grpc.port: port "
                                        + port
                                        + " on 127.0.0.1 is taken by nginx (pid 4711)");
                assertThat(listener.status().remedy()).contains("DROVER_GRPC_PORT");
                assertThat(server.addresses()).isEmpty();
            } finally {
                server.stop();
            }
        }
    }

    @Test
    void anAddressOfAnotherHostFailsWithTheKey() {
        GrpcServer server =
                new GrpcServer(
                        RunningServer.settings(
                                Map.of("bind", new String[] {"127.0.0.1", "192.0.2.1"})),
                        Clock.systemUTC(),
                        port -> Optional.empty());
        try {
            server.useCertificates(
                    new SwitchableCertificates(new ThrowAwayAuthority(folder).identity("first")));

            awaitState(server, State.FAILED);
            assertThat(server.steps().get(0).status().reason())
                    .isEqualTo("grpc.bind: 192.0.2.1 is not an address of this host");
        } finally {
            server.stop();
        }
    }

    @Test
    void stopsWithinHalfASecondWithStreamsOpenAndLeavesNeitherPortNorThread() {
        RunningServer running = new RunningServer(folder);
        ConnectionsService service = running.serve(new ScriptedConnections());
        Received<WatchConnectionsRequest, ConnectionEvent> open = Received.eagerly();
        ConnectionsGrpc.newStub(running.local())
                .watchConnections(WatchConnectionsRequest.getDefaultInstance(), open);
        open.awaitMessages(1);
        InetSocketAddress address = running.address();

        long start = System.nanoTime();
        running.server.stop();
        long tookMillis = (System.nanoTime() - start) / 1_000_000;
        service.stop();

        assertThat(tookMillis).isLessThan(500);
        assertThat(open.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(connects(address)).isFalse();
        Await.until(
                "no thread is left",
                RunningServer.SOON,
                () -> threads().isEmpty(),
                () -> threads().toString());
        running.close();
    }

    private static boolean connects(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("drover-grpc"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "native"})
    void aNewCertificateIsShownToNewConnectionsAndOpenStreamsNeverNotice(String engine)
            throws Exception {
        try (RunningServer running = new RunningServer(folder, Map.of("tls_engine", engine))) {
            ScriptedConnections table = new ScriptedConnections();
            running.serve(table);
            Received<WatchConnectionsRequest, ConnectionEvent> open = Received.eagerly();
            ConnectionsGrpc.newStub(running.local())
                    .watchConnections(WatchConnectionsRequest.getDefaultInstance(), open);
            open.awaitMessages(1);
            assertThat(shownName(running.address())).isEqualTo("CN=first");

            for (int i = 1; i <= 20; i++) {
                String name = "next-" + i;
                running.certificates.switchTo(running.authority.identity(name));
                Await.until(
                        "the certificate " + name,
                        RunningServer.SOON,
                        () -> shownName(running.address()).equals("CN=" + name),
                        () -> "another one");
                table.open(ScriptedConnections.plain("10.0.0.1", i, "10.0.0.2", 80));
            }

            open.awaitMessages(21);
            assertThat(open.running()).isTrue();
            assertThat(running.server.facts()).containsEntry("tls_engine", engine);
        }
    }

    @Test
    void aSwapOfTheSourceOfCertificatesKeepsPortAndConnections() {
        try (RunningServer running = new RunningServer(folder)) {
            ManagedChannel before = running.channel();
            health(before, "");
            SwitchableCertificates successor =
                    new SwitchableCertificates(running.authority.identity("second"));

            running.server.forgetCertificates(running.certificates);
            assertThat(running.certificates.listeners()).isZero();
            assertThat(health(running.channel(), "").getStatus()).isEqualTo(ServingStatus.SERVING);
            running.server.useCertificates(successor);

            Await.until(
                    "the successor's certificate",
                    RunningServer.SOON,
                    () -> shownName(running.address()).equals("CN=second"),
                    () -> "another one");
            assertThat(health(before, "").getStatus()).isEqualTo(ServingStatus.SERVING);
            assertThat(running.listener()).isEqualTo(State.ACTIVE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void speaksTlsOfTheseVersionsAndHttp2Alone(String version) throws Exception {
        try (RunningServer running = new RunningServer(folder);
                SSLSocket socket = socket(running.address(), version)) {
            socket.startHandshake();

            assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
        }
    }

    @Test
    void refusesOlderTls() throws Exception {
        try (RunningServer running = new RunningServer(folder);
                SSLSocket socket = socket(running.address(), "TLSv1.1")) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
        }
    }

    private static String shownName(InetSocketAddress address)
            throws GeneralSecurityException, IOException {
        try (SSLSocket socket = socket(address, "TLSv1.3")) {
            socket.startHandshake();
            X509Certificate leaf = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return leaf.getSubjectX500Principal().getName();
        }
    }

    private static SSLSocket socket(InetSocketAddress address, String version)
            throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(address.getAddress(), address.getPort());
        socket.setEnabledProtocols(new String[] {version});
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** For a look at the certificate alone; whether it is trusted, the gRPC clients test. */
    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static HealthCheckResponse health(ManagedChannel channel, String service) {
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(RunningServer.SOON.toSeconds(), TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(service).build());
    }

    @Test
    void healthOfAServiceFollowsItsComingAndGoing() {
        try (RunningServer running = new RunningServer(folder)) {
            ManagedChannel channel = running.channel();
            Received<HealthCheckRequest, HealthCheckResponse> watched = Received.eagerly();
            HealthGrpc.newStub(channel)
                    .watch(
                            HealthCheckRequest.newBuilder().setService("drover.v1.Agent").build(),
                            watched);
            watched.awaitMessages(1);

            Runnable withdraw = running.serve(new AgentService(FixedAgent::new, () -> {}));
            watched.awaitMessages(2);
            assertThat(health(channel, "drover.v1.Agent").getStatus())
                    .isEqualTo(ServingStatus.SERVING);
            withdraw.run();
            watched.awaitMessages(3);

            assertThat(watched.messages())
                    .extracting(HealthCheckResponse::getStatus)
                    .containsExactly(
                            ServingStatus.NOT_SERVING,
                            ServingStatus.SERVING,
                            ServingStatus.NOT_SERVING);
            assertThat(health(channel, "drover.v1.Connections").getStatus())
                    .isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(health(channel, "").getStatus()).isEqualTo(ServingStatus.SERVING);
        }
    }

    @Test
    void reflectionNamesAbsentServicesTooAndCanBeSwitchedOff() {
        try (RunningServer running = new RunningServer(folder)) {
            assertThat(reflectedServices(running))
                    .contains(
                            "drover.v1.Agent",
                            "drover.v1.Connections",
                            "grpc.health.v1.Health",
                            "grpc.reflection.v1.ServerReflection",
                            "grpc.reflection.v1alpha.ServerReflection");
        }
        try (RunningServer running = new RunningServer(folder, Map.of("reflection", false))) {
            Received<ServerReflectionRequest, ServerReflectionResponse> received =
                    Received.eagerly();
            ServerReflectionGrpc.newStub(running.local())
                    .serverReflectionInfo(received)
                    .onNext(ServerReflectionRequest.newBuilder().setListServices("").build());

            assertThat(received.awaitEnd().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        }
    }

    private static List<String> reflectedServices(RunningServer running) {
        Received<ServerReflectionRequest, ServerReflectionResponse> received = Received.eagerly();
        var requests = ServerReflectionGrpc.newStub(running.local()).serverReflectionInfo(received);
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        received.awaitMessages(1);
        requests.onCompleted();
        return received.messages().get(0).getListServicesResponse().getServiceList().stream()
                .map(service -> service.getName())
                .toList();
    }

    @Test
    void theAgentIsMappedWhole() {
        try (RunningServer running = new RunningServer(folder)) {
            running.serve(new AgentService(FixedAgent::new, () -> {}));
            AgentGrpc.AgentBlockingStub agent = AgentGrpc.newBlockingStub(running.local());

            var version = agent.getVersion(GetVersionRequest.getDefaultInstance());
            GetStatusResponse status = agent.getStatus(GetStatusRequest.getDefaultInstance());

            assertThat(version.getHostname()).isEqualTo("host-a");
            Timestamp started = version.getStartedAt();
            assertThat(Instant.ofEpochSecond(started.getSeconds(), started.getNanos()))
                    .isEqualTo(FixedAgent.SINCE);
            assertThat(status.getReady()).isTrue();
            assertThat(status.getSubsystemsList()).hasSize(1);
            var subsystem = status.getSubsystems(0);
            assertThat(subsystem.getState()).isEqualTo(io.drover.proto.v1.State.STATE_DEGRADED);
            assertThat(subsystem.getReason()).isEqualTo("no privilege");
            assertThat(subsystem.getSteps(0).getName()).isEqualTo("netlink");
            assertThat(subsystem.getSteps(0).getRemedy()).isEqualTo("add CAP_NET_ADMIN");
            assertThat(subsystem.getSteps(0).getAttempts()).isEqualTo(1);
        }
    }

    @Test
    void everyStateOfTheApiHasItsOwnOnTheWire() {
        assertThat(io.drover.proto.v1.State.getDescriptor().getValues())
                .extracting(value -> value.getName())
                .contains("STATE_UNSPECIFIED")
                .containsAll(
                        Stream.of(State.values()).map(state -> "STATE_" + state.name()).toList())
                .hasSize(State.values().length + 1);
    }

    @Test
    void countsCallsByMethodAndCodeAndPutsWhatIsNotOursUnderOneLabel() {
        try (RunningServer running = new RunningServer(folder)) {
            running.serve(new AgentService(FixedAgent::new, () -> {}));
            AgentGrpc.newBlockingStub(running.local())
                    .getVersion(GetVersionRequest.getDefaultInstance());
            Received<GetVersionRequest, GetVersionResponse> refused = Received.eagerly();
            AgentGrpc.newStub(running.channel())
                    .getVersion(GetVersionRequest.getDefaultInstance(), refused);
            refused.awaitEnd();

            Await.until(
                    "the figures",
                    RunningServer.SOON,
                    () ->
                            figures(running)
                                    .containsKey(
                                            "drover_grpc_calls_total{method=\"drover.v1.Agent/GetVersion\",code=\"UNAUTHENTICATED\"}"),
                    () -> figures(running).toString());
            Map<String, Double> figures = figures(running);
            assertThat(figures)
                    .containsEntry(
                            "drover_grpc_calls_total{method=\"drover.v1.Agent/GetVersion\",code=\"OK\"}",
                            1.0)
                    .containsEntry(
                            "drover_grpc_messages_total{method=\"drover.v1.Agent/GetVersion\",direction=\"sent\"}",
                            1.0)
                    .containsEntry(
                            "drover_grpc_call_seconds_count{method=\"drover.v1.Agent/GetVersion\"}",
                            2.0)
                    .containsEntry(
                            "drover_grpc_calls_open{method=\"drover.v1.Agent/GetVersion\"}", 0.0)
                    .containsEntry("drover_grpc_connections_accepted_total", 2.0)
                    .containsEntry("drover_grpc_calls_open{method=\"other\"}", 0.0);
        }
    }

    private static Map<String, Double> figures(RunningServer running) {
        RecordedSamples samples = new RecordedSamples();
        running.server.figures().collect(samples);
        return samples.values();
    }
}
