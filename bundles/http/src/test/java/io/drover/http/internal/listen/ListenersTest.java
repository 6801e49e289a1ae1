package io.drover.http.internal.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.http.Endpoint;
import io.drover.api.net.Listening.Bound;
import io.drover.api.net.PortOwners;
import io.drover.api.security.TlsIdentity;
import io.drover.api.status.OnFailure;
import io.drover.api.status.State;
import io.drover.api.status.Step;
import io.drover.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenersTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Limits LIMITS =
            new Limits(8, Duration.ofSeconds(30), Duration.ofSeconds(10), 8_192, 128, 128);

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final World world = new World();
    private final Server server = new Server();
    private final CountDownLatch slow = new CountDownLatch(1);
    private final Clients clients = new Clients();
    private Limits limits = LIMITS;
    private Listeners listeners;

    /** What the component would tell; a test changes it and wakes the listeners. */
    private static final class World implements Surroundings {
        volatile Server server;
        volatile boolean closed;
        final AtomicLong ticks = new AtomicLong();
        volatile TlsIdentity identity;
        volatile PortOwners owners;
        final AtomicLong inFlight = new AtomicLong();

        @Override
        public Optional<Server> server() {
            return Optional.ofNullable(server);
        }

        @Override
        public void tick() {
            ticks.incrementAndGet();
        }

        @Override
        public void closed() {
            closed = true;
        }

        @Override
        public Optional<TlsIdentity> identity() {
            return Optional.ofNullable(identity);
        }

        @Override
        public Optional<PortOwners> portOwners() {
            return Optional.ofNullable(owners);
        }

        @Override
        public long requestsInFlight() {
            return inFlight.get();
        }
    }

    /** Answers with the name of the connector and the protocol; /slow waits for the test. */
    private final class Echo extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            world.inFlight.incrementAndGet();
            EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
            clients.begun(endPoint, false);
            if (request.getHttpURI().getPath().equals("/slow")) {
                assertThat(slow.await(20, TimeUnit.SECONDS)).isTrue();
            }
            String body =
                    request.getConnectionMetaData().getConnector().getName()
                            + " "
                            + request.getConnectionMetaData().getProtocol();
            response.getHeaders().put("Content-Length", body.length());
            response.write(true, StandardCharsets.UTF_8.encode(body), callback);
            clients.ended(endPoint);
            world.inFlight.decrementAndGet();
            return true;
        }
    }

    @BeforeEach
    void startServer() throws Exception {
        server.setHandler(new Echo());
        server.start();
        world.server = server;
        world.identity = ThrowAwayIdentity.named("first");
    }

    @AfterEach
    void stopServer() throws Exception {
        slow.countDown();
        if (listeners != null) {
            listeners.close();
        }
        server.stop();
    }

    /** What encrypts. */
    Encryption engine() {
        return Encryption.NATIVE;
    }

    private Binding binding(Endpoint endpoint, int port, String... addresses) throws Exception {
        List<InetAddress> all = new ArrayList<>();
        for (String address : addresses) {
            all.add(InetAddress.getByName(address));
        }
        return Binding.tcp(
                endpoint,
                all,
                port,
                endpoint == Endpoint.API
                                || (endpoint == Endpoint.METRICS && !Binding.loopbackOnly(all))
                        ? engine()
                        : Encryption.NONE);
    }

    private Binding api() throws Exception {
        return binding(Endpoint.API, 0, "127.0.0.1");
    }

    private Binding metrics() throws Exception {
        return binding(Endpoint.METRICS, 0, "127.0.0.1");
    }

    private Binding health() throws Exception {
        return binding(Endpoint.HEALTH, 0, "127.0.0.1", "127.0.0.2");
    }

    private void open(Binding... bindings) {
        listeners = new Listeners(List.of(bindings), limits, world, clients, Clock.systemUTC());
        listeners.start();
    }

    private Step step(String name) {
        return listeners.steps().stream()
                .filter(s -> s.name().equals("listener-" + name))
                .findFirst()
                .orElseThrow();
    }

    private void awaitState(String name, State state) {
        Await.until(
                name + " is " + state,
                SOON,
                () -> step(name).status().state() == state,
                () -> listeners.steps().toString());
    }

    private Bound bound(String name) {
        return listeners.bound().stream()
                .filter(b -> b.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private int port(String name) {
        return bound(name).addresses().get(0).getPort();
    }

    private static String get(String uri, HttpClient client) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(uri)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static String get(String uri) throws Exception {
        return get(uri, HttpClient.newHttpClient());
    }

    private static HttpClient trusting(TlsIdentity... identities) throws Exception {
        return HttpClient.newBuilder().sslContext(ThrowAwayIdentity.trusting(identities)).build();
    }

    private SSLSocket tls(TlsIdentity... trusted) throws Exception {
        SSLSocket socket =
                (SSLSocket)
                        ThrowAwayIdentity.trusting(trusted)
                                .getSocketFactory()
                                .createSocket("127.0.0.1", port("api"));
        socket.startHandshake();
        return socket;
    }

    private static String subject(SSLSocket socket) throws Exception {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    /** One request on an open connection; its status line and the length of its body. */
    private static String ask(Socket socket) throws IOException {
        socket.getOutputStream()
                .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String status = in.readLine();
        int length = 0;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            if (line.startsWith("Content-Length: ")) {
                length = Integer.parseInt(line.substring(16));
            }
        }
        for (int i = 0; i < length; i++) {
            in.read();
        }
        return status;
    }

    @Test
    void opensEachListenerOnAllOfItsAddresses() throws Exception {
        open(health(), metrics(), api());

        awaitState("health", State.ACTIVE);
        awaitState("metrics", State.ACTIVE);
        awaitState("api", State.ACTIVE);
        assertThat(bound("health").protocol()).isEqualTo("http");
        assertThat(bound("api").protocol()).isEqualTo("https");
        assertThat(get("http://127.0.0.1:" + port("health"))).isEqualTo("health HTTP/1.1");
        assertThat(get("http://127.0.0.2:" + port("health"))).isEqualTo("health HTTP/1.1");
        assertThat(get("http://127.0.0.1:" + port("metrics"))).isEqualTo("metrics HTTP/1.1");
    }

    @Test
    void speaksHttp2AndHttp1OverTls() throws Exception {
        open(api());
        awaitState("api", State.ACTIVE);
        String uri = "https://127.0.0.1:" + port("api");

        assertThat(get(uri, trusting(world.identity))).isEqualTo("api HTTP/2.0");
        HttpClient old =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(ThrowAwayIdentity.trusting(world.identity))
                        .build();
        assertThat(get(uri, old)).isEqualTo("api HTTP/1.1");
    }

    @Test
    void refusesSuitesThatAreNotAead() throws Exception {
        open(api());
        awaitState("api", State.ACTIVE);
        SSLSocket socket =
                (SSLSocket)
                        ThrowAwayIdentity.trusting(world.identity)
                                .getSocketFactory()
                                .createSocket("127.0.0.1", port("api"));
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});

        try (socket) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void neverWaitsWithTheHealthListenerForACertificate() throws Exception {
        TlsIdentity later = world.identity;
        world.identity = null;
        open(health(), metrics(), api());

        awaitState("health", State.ACTIVE);
        awaitState("metrics", State.ACTIVE);
        Await.until(
                "the API says what it waits for",
                SOON,
                () -> step("api").status().reason().contains("certificate"),
                () -> step("api").toString());
        assertThat(step("api").status().state()).isEqualTo(State.WAITING);

        world.identity = later;
        listeners.wake();
        awaitState("api", State.ACTIVE);
    }

    @Test
    void speaksTlsOnTheMetricsListenerAsSoonAsItIsReachableFromBeyond() throws Exception {
        open(binding(Endpoint.METRICS, 0, "0.0.0.0"));

        awaitState("metrics", State.ACTIVE);
        assertThat(bound("metrics").protocol()).isEqualTo("https");
        assertThat(get("https://127.0.0.1:" + port("metrics"), trusting(world.identity)))
                .startsWith("metrics");
    }

    @Test
    void waitsForTheServer() throws Exception {
        world.server = null;
        open(health());
        awaitState("health", State.WAITING);
        assertThat(step("health").status().reason()).contains("server");
        assertThat(listeners.bound()).isEmpty();

        world.server = server;
        listeners.wake();
        awaitState("health", State.ACTIVE);
    }

    @Test
    void opensAgainOnTheServersSuccessor() throws Exception {
        open(health());
        awaitState("health", State.ACTIVE);
        int port = port("health");

        world.server = null;
        listeners.wake();
        awaitState("health", State.WAITING);
        assertThat(server.getConnectors()).isEmpty();

        world.server = server;
        listeners.wake();
        awaitState("health", State.ACTIVE);
        assertThat(port("health")).isEqualTo(port);
    }

    @Test
    void failsForGoodWhenAPortThatItNeedsStaysTakenAndNamesTheOwner() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, LOOPBACK)) {
            world.owners = port -> Optional.of("nginx (pid 4711)");
            open(binding(Endpoint.API, other.getLocalPort(), "127.0.0.1"), health());

            awaitState("api", State.FAILED);
            assertThat(step("api").onFailure()).isEqualTo(OnFailure.EXIT_UNAVAILABLE);
            assertThat(step("api").status().reason())
                    .isEqualTo(
                            "http.api_port: port %d on 127.0.0.1 is taken by nginx (pid 4711)"
                                    .formatted(other.getLocalPort()));
            assertThat(step("api").status().remedy()).contains("DROVER_HTTP_API_PORT");
            awaitState("health", State.ACTIVE);
        }
    }

    @Test
    void namesTheOwnerOnceSomebodyCanTell() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, LOOPBACK)) {
            open(binding(Endpoint.API, other.getLocalPort(), "127.0.0.1"));
            awaitState("api", State.FAILED);
            assertThat(step("api").status().reason()).endsWith("is taken");

            world.owners = port -> Optional.of("nginx (pid 4711)");
            listeners.explainAgain();

            Await.until(
                    "the owner is named",
                    SOON,
                    () -> step("api").status().reason().endsWith("by nginx (pid 4711)"),
                    () -> step("api").toString());
        }
    }

    @Test
    void takesAPortThatIsGivenBackWithinAMoment() throws Exception {
        ServerSocket ending = new ServerSocket(0, 1, LOOPBACK);
        open(binding(Endpoint.HEALTH, ending.getLocalPort(), "127.0.0.1"));
        Await.until(
                "it finds the port taken",
                SOON,
                () -> step("health").status().reason().contains("is taken"),
                () -> step("health").toString());

        ending.close();

        awaitState("health", State.ACTIVE);
    }

    @Test
    void triesTheMetricsListenerAgainUntilItsPortIsFree() throws Exception {
        ServerSocket other = new ServerSocket(0, 1, LOOPBACK);
        open(binding(Endpoint.METRICS, other.getLocalPort(), "127.0.0.1"), health());
        awaitState("metrics", State.DEGRADED);
        assertThat(step("metrics").onFailure()).isEqualTo(OnFailure.CONTINUE);
        assertThat(step("metrics").status().reason()).startsWith("http.metrics_port: port ");
        awaitState("health", State.ACTIVE);

        other.close();

        awaitState("metrics", State.ACTIVE);
    }

    @Test
    void showsANewCertificateAndKeepsOpenConnections() throws Exception {
        TlsIdentity first = world.identity;
        TlsIdentity second = ThrowAwayIdentity.named("second");
        open(api());
        awaitState("api", State.ACTIVE);
        try (SSLSocket before = tls(first)) {
            assertThat(ask(before)).isEqualTo("HTTP/1.1 200 OK");

            world.identity = second;
            listeners.wake();

            Await.until(
                    "the new certificate is shown",
                    SOON,
                    () -> {
                        try (SSLSocket after = tls(first, second)) {
                            return subject(after).equals("CN=second");
                        }
                    },
                    () -> step("api").toString());
            assertThat(ask(before)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(subject(before)).isEqualTo("CN=first");
        }
        assertThat(step("api").status().state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void keepsTheFormerCertificateWhenTheNewOneCannotBeUsed() throws Exception {
        TlsIdentity first = world.identity;
        open(api());
        awaitState("api", State.ACTIVE);

        world.identity = ThrowAwayIdentity.mismatched("first", "second");
        listeners.wake();

        awaitState("api", State.DEGRADED);
        assertThat(step("api").status().reason())
                .contains("the key is not that of the certificate");
        try (SSLSocket socket = tls(first)) {
            assertThat(subject(socket)).isEqualTo("CN=first");
        }

        world.identity = ThrowAwayIdentity.named("second");
        listeners.wake();
        awaitState("api", State.ACTIVE);
    }

    @Test
    void refusesACertificateThatIsOver() throws Exception {
        world.identity = ThrowAwayIdentity.over("over");
        open(api());

        awaitState("api", State.FAILED);
        assertThat(step("api").status().reason()).contains("certificate");
    }

    @Test
    void touchesNoListenerWhoseConfigurationIsTheSame() throws Exception {
        open(health(), api());
        awaitState("health", State.ACTIVE);
        awaitState("api", State.ACTIVE);
        int apiPort = port("api");
        List<InetSocketAddress> before = bound("health").addresses();
        try (Socket socket = new Socket(LOOPBACK, port("health"))) {
            assertThat(ask(socket)).isEqualTo("HTTP/1.1 200 OK");

            listeners.set(
                    List.of(health(), binding(Endpoint.API, 0, "127.0.0.1", "127.0.0.2")), LIMITS);

            Await.until(
                    "the API listens on two addresses",
                    SOON,
                    () ->
                            listeners.bound().stream()
                                    .anyMatch(
                                            b ->
                                                    b.name().equals("api")
                                                            && b.addresses().size() == 2),
                    () -> listeners.bound().toString());
            assertThat(port("api")).isEqualTo(apiPort);
            assertThat(bound("health").addresses()).isEqualTo(before);
            assertThat(ask(socket)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void letsANewcomerInAndDrivesOutTheOldestThatBringsNothing() throws Exception {
        open(health());
        awaitState("health", State.ACTIVE);
        List<Socket> idle = new ArrayList<>();
        try (Socket busy = new Socket(LOOPBACK, port("health"))) {
            assertThat(ask(busy)).isEqualTo("HTTP/1.1 200 OK");
            for (int i = 1; i < LIMITS.maxConnections(); i++) {
                idle.add(new Socket(LOOPBACK, port("health")));
            }
            awaitConnections(LIMITS.maxConnections());

            try (Socket newcomer = new Socket(LOOPBACK, port("health"))) {
                newcomer.setSoTimeout(10_000);
                assertThat(ask(newcomer)).isEqualTo("HTTP/1.1 200 OK");
            }

            idle.get(0).setSoTimeout(10_000);
            assertThat(idle.get(0).getInputStream().read()).isEqualTo(-1);
            assertThat(ask(busy)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(closings()).containsEntry("health crowded", 1L);
        } finally {
            for (Socket client : idle) {
                client.close();
            }
        }
    }

    private void awaitConnections(int count) {
        Await.until(
                count + " connections",
                SOON,
                () -> {
                    List<Integer> open = new ArrayList<>();
                    listeners.connections((name, n) -> open.add(n));
                    return open.contains(count);
                },
                () -> "others");
    }

    private Map<String, Long> closings() {
        Map<String, Long> all = new HashMap<>();
        clients.closings((listener, reason, n) -> all.put(listener + " " + reason, n));
        return all;
    }

    @Test
    void closesAConnectionWhoseHeaderIsLongInComing() throws Exception {
        limits = new Limits(8, Duration.ofSeconds(30), Duration.ofSeconds(1), 8_192, 128, 128);
        open(health());
        awaitState("health", State.ACTIVE);
        try (Socket second = new Socket(LOOPBACK, port("health"))) {
            assertThat(ask(second)).isEqualTo("HTTP/1.1 200 OK");
            second.getOutputStream().write('G');
            Socket silent = new Socket(LOOPBACK, port("health"));
            Socket slow = new Socket(LOOPBACK, port("health"));
            slow.getOutputStream().write('G');

            for (Socket late : List.of(silent, slow, second)) {
                late.setSoTimeout(10_000);
                assertThat(late.getInputStream().read()).isEqualTo(-1);
                late.close();
            }
        }
        Await.until(
                "they are counted",
                SOON,
                () -> closings().getOrDefault("health header-late", 0L) == 3,
                () -> closings().toString());
    }

    @Test
    void listensOnAUnixSocketWithTheRightsThatAreAskedFor(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("api.sock");
        listenOn(path);
        awaitState("api-socket", State.ACTIVE);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(bound("api-socket").sockets()).containsExactly(path);
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            client.write(StandardCharsets.US_ASCII.encode("GET / HTTP/1.0\r\nHost: a\r\n\r\n"));
            ByteBuffer answer = ByteBuffer.allocate(1_000);
            while (client.read(answer) >= 0) {
                assertThat(answer.hasRemaining()).isTrue();
            }
            assertThat(StandardCharsets.US_ASCII.decode(answer.flip()).toString())
                    .startsWith("HTTP/1.1 200 OK")
                    .contains("api-socket HTTP/1.0");
        }
        listeners.close();
        assertThat(folder).isEmptyDirectory();
    }

    private void listenOn(Path path) {
        open(
                Binding.unix(
                        Endpoint.API,
                        new Binding.SocketFile(
                                path, PosixFilePermissions.fromString("rw-------"))));
    }

    @Test
    void takesTheFileOfASocketAwayThatNobodyAnswersOn(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("api.sock");
        try (ServerSocketChannel former = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            former.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();

        listenOn(path);

        awaitState("api-socket", State.ACTIVE);
    }

    @Test
    void leavesTheSocketOfAnotherAloneAndSaysWhoseItIs(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("api.sock");
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(path));

            listenOn(path);

            awaitState("api-socket", State.DEGRADED);
            assertThat(step("api-socket").status().reason())
                    .isEqualTo(
                            "http.api_socket: %s is taken by a process of the user %s"
                                    .formatted(path, System.getProperty("user.name")));
        }
        awaitState("api-socket", State.ACTIVE);
    }

    @Test
    void neverDeletesAFileThatIsNoSocket(@TempDir Path folder) throws Exception {
        Path path = Files.writeString(folder.resolve("api.sock"), "precious");

        listenOn(path);

        awaitState("api-socket", State.DEGRADED);
        assertThat(step("api-socket").status().reason()).endsWith("the file there is no socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void letsARequestEndThatIsBeingAnsweredAndGivesThePortBackAtOnce() throws Exception {
        open(health());
        awaitState("health", State.ACTIVE);
        int port = port("health");
        CompletableFuture<HttpResponse<String>> answer =
                HttpClient.newHttpClient()
                        .sendAsync(
                                HttpRequest.newBuilder(
                                                URI.create("http://127.0.0.1:" + port + "/slow"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
        Await.until("it is there", SOON, () -> world.inFlight.get() == 1, () -> "not there");
        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> listeners.close());
        Await.until(
                "the port is free",
                SOON,
                () -> {
                    try (ServerSocket next = new ServerSocket(port, 1, LOOPBACK)) {
                        return next.isBound();
                    }
                },
                () -> "taken");

        slow.countDown();

        assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo("health HTTP/1.1");
        closing.get(20, TimeUnit.SECONDS);
        assertThat(server.getConnectors()).isEmpty();
    }

    @Test
    void leavesNoThreadAndNoConnectorBehind() throws Exception {
        open(health(), api());
        awaitState("api", State.ACTIVE);

        listeners.close();

        assertThat(listeners.bound()).isEmpty();
        assertThat(server.getConnectors()).isEmpty();
        assertThat(world.closed).isTrue();
        Await.until(
                "the thread is gone",
                SOON,
                () ->
                        Thread.getAllStackTraces().keySet().stream()
                                .noneMatch(thread -> thread.getName().equals("drover-http")),
                () -> "it is there");
    }
}
