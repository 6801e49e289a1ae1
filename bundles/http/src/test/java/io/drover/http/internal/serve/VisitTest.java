package io.drover.http.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Guest;
import io.drover.api.http.SharedListener.Stay;
import io.drover.http.internal.listen.Clients;
import io.drover.http.internal.route.Gate;
import io.drover.http.internal.route.Rates;
import io.drover.http.internal.route.Router;
import io.drover.testing.Await;
import io.drover.testing.FixedGuard;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests on a real server over HTTP/2 that a guest answers. */
class VisitTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String MEDIA_TYPE = "application/grpc";

    private final Guests guests = new Guests(System::nanoTime);
    private final Router router = new Router(List.of(), System::nanoTime);
    private final Front front =
            new Front(
                    new Gate(router, () -> Optional.of(new FixedGuard())),
                    guests,
                    new Rates(System::nanoTime, 64),
                    new Clients(),
                    new Meter(),
                    VisitTest::terms,
                    Optional::empty);
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

    private static Terms terms() {
        return new Terms(
                List.of(new Door("api", Endpoint.API, true)),
                new Rates.Allowed(0, 0, 0),
                Duration.ofSeconds(60),
                1_000,
                Duration.ofSeconds(1),
                8,
                Duration.ofSeconds(60),
                2,
                2);
    }

    /** Hears all, and answers as the test says. */
    private static class Listener implements Guest, Guest.Incoming {

        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        final BlockingQueue<Outgoing> answers = new LinkedBlockingQueue<>();
        final BlockingQueue<Opening> openings = new LinkedBlockingQueue<>();

        @Override
        public Manners manners() {
            return new Manners(
                    MEDIA_TYPE,
                    List.of(new Field("x-away", "yes")),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(20));
        }

        @Override
        public Incoming open(Opening opening, Outgoing answer) {
            openings.add(opening);
            answers.add(answer);
            return this;
        }

        @Override
        public void received(ByteBuffer bytes, boolean last) {
            byte[] all = new byte[bytes.remaining()];
            bytes.get(all);
            heard.add(new String(all, StandardCharsets.US_ASCII));
            if (last) {
                heard.add("<last>");
            }
        }

        @Override
        public void sent(long bytes) {
            heard.add("sent " + bytes);
        }

        @Override
        public void done() {
            heard.add("<done>");
        }

        @Override
        public void broken(Throwable why) {
            heard.add("<broken>");
        }

        String next() throws InterruptedException {
            return heard.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @BeforeEach
    void start() throws Exception {
        HttpConfiguration http = new HttpConfiguration();
        connector.setConnectionFactories(
                List.of(new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http)));
        connector.setName("api");
        server.addConnector(connector);
        server.setHandler(front);
        server.start();
        // By a request without a body the connection becomes one of HTTP/2.
        assertThat(send(request("/").GET()).version()).isEqualTo(HttpClient.Version.HTTP_2);
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + connector.getLocalPort() + path));
    }

    private HttpRequest.Builder post(String body) {
        return request("/a.B/C?x=1")
                .header("Content-Type", MEDIA_TYPE)
                .header("X-More", "1")
                .POST(BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> begin(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), BodyHandlers.ofString());
    }

    private static <T> T soon(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static List<Guest.Field> fields(String name, String value) {
        return List.of(new Guest.Field(name, value));
    }

    @Test
    void aGuestGetsTheRequestAsItWasSentWithoutATokenAndAnswersInParts() throws Exception {
        Listener guest = new Listener();
        guests.admit(guest);
        CompletableFuture<HttpResponse<String>> response = begin(post("question"));

        Guest.Outgoing answer = soon(guest.answers);
        Guest.Opening opening = soon(guest.openings);
        assertThat(opening.path()).isEqualTo("/a.B/C?x=1");
        assertThat(opening.authority()).isEqualTo("127.0.0.1:" + connector.getLocalPort());
        assertThat(opening.fields())
                .contains(
                        new Guest.Field("content-type", MEDIA_TYPE), new Guest.Field("x-more", "1"))
                .noneMatch(field -> field.name().equals("host"));
        assertThat(opening.remote().orElseThrow().getAddress().isLoopbackAddress()).isTrue();
        answer.read();
        String body = guest.next();
        while (!body.endsWith("<last>")) {
            answer.read();
            body += guest.next();
        }
        assertThat(body).isEqualTo("question<last>");

        answer.head(fields("content-type", MEDIA_TYPE));
        answer.write(bytes("one "));
        answer.flush();
        assertThat(guest.next()).isEqualTo("sent 4");
        answer.write(bytes("two"));
        answer.finish(fields("grpc-status", "0"));

        assertThat(response.get(20, TimeUnit.SECONDS).body()).isEqualTo("one two");
        assertThat(response.get().statusCode()).isEqualTo(200);
        assertThat(guest.next()).isEqualTo("sent 3");
        assertThat(guest.next()).isEqualTo("<done>");
        assertThat(front.inFlight()).isZero();
    }

    @Test
    void nothingIsReadBeforeTheGuestAsks() throws Exception {
        Listener guest = new Listener();
        guests.admit(guest);
        CompletableFuture<HttpResponse<String>> response = begin(post("question"));

        Guest.Outgoing answer = soon(guest.answers);
        answer.finish(fields("grpc-status", "12"));

        assertThat(response.get(20, TimeUnit.SECONDS).headers().firstValue("grpc-status"))
                .contains("12");
        assertThat(guest.next()).isEqualTo("<done>");
        assertThat(guest.heard).isEmpty();
    }

    @Test
    void anAnswerThatCameBeforeTheEndOfItsRequestWaitsForIt() throws Exception {
        Listener guest = new Listener();
        guests.admit(guest);
        PipedOutputStream body = new PipedOutputStream();
        PipedInputStream sent = new PipedInputStream(body);
        CompletableFuture<HttpResponse<String>> response =
                begin(post("").POST(BodyPublishers.ofInputStream(() -> sent)));

        soon(guest.answers).finish(fields("grpc-status", "12"));
        body.write("the rest that nobody asked for".getBytes(StandardCharsets.US_ASCII));
        body.close();

        assertThat(response.get(20, TimeUnit.SECONDS).headers().firstValue("grpc-status"))
                .contains("12");
        assertThat(guest.next()).isEqualTo("<done>");
        assertThat(guest.heard).isEmpty();
    }

    @Test
    void anAnswerDoesNotWaitForEverForTheEndOfItsRequest() throws Exception {
        Listener guest = new Listener();
        guests.admit(guest);
        PipedOutputStream body = new PipedOutputStream();
        PipedInputStream sent = new PipedInputStream(body);
        begin(post("").POST(BodyPublishers.ofInputStream(() -> sent)));

        soon(guest.answers).finish(fields("grpc-status", "12"));

        assertThat(guest.next()).isEqualTo("<done>");
        assertThat(front.inFlight()).isZero();
        body.close();
    }

    @Test
    void aGuestHearsThatItsClientHasTakenTheRequestBack() throws Exception {
        Listener guest = new Listener();
        guests.admit(guest);
        CompletableFuture<HttpResponse<String>> response = begin(post("question"));
        soon(guest.answers).read();
        assertThat(guest.next()).isEqualTo("question");

        response.cancel(true);

        assertThat(guest.next()).startsWith("<");
        Await.until("it is over", SOON, () -> front.inFlight() == 0, () -> "" + guest.heard);
    }

    @Test
    void aGuestMayBreakItsAnswerOff() throws Exception {
        Listener guest = new Listener();
        guests.admit(guest);
        CompletableFuture<HttpResponse<String>> response = begin(post(""));
        Guest.Outgoing answer = soon(guest.answers);
        answer.head(fields("content-type", MEDIA_TYPE));
        answer.write(bytes("half"));
        answer.flush();
        assertThat(guest.next()).isEqualTo("sent 4");

        answer.reset();

        assertThat(guest.next()).isEqualTo("<broken>");
        assertThat(response.handle((r, failure) -> failure).get(20, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void whatAGuestThrowsEndsThatRequestAlone() throws Exception {
        Listener guest =
                new Listener() {
                    @Override
                    public Guest.Incoming open(Guest.Opening opening, Guest.Outgoing answer) {
                        throw new IllegalStateException("not today");
                    }
                };
        guests.admit(guest);

        assertThat(
                        begin(post("question"))
                                .handle((r, failure) -> failure != null || r.statusCode() == 500)
                                .get(20, TimeUnit.SECONDS))
                .isTrue();
        assertThat(front.inFlight()).isZero();
    }

    @Test
    void whatIsNoPostOverHttp2IsRefused() throws Exception {
        guests.admit(new Listener());

        HttpResponse<String> older = send(post("question").version(HttpClient.Version.HTTP_1_1));

        assertThat(older.statusCode()).isEqualTo(505);
        assertThat(older.body()).contains("application/grpc is served over HTTP/2 alone");
        assertThat(send(request("/").header("Content-Type", MEDIA_TYPE).GET()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void clientsAreToldToWaitForAGuestThatHasGone() throws Exception {
        Stay stay = guests.admit(new Listener());
        stay.close();

        HttpResponse<String> response = send(post("question"));

        assertThat(response.headers().firstValue("x-away")).contains("yes");
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void everyVisitEndsWhenTheFrontIsTakenOut() throws Exception {
        Listener guest = new Listener();
        guests.admit(guest);
        CompletableFuture<HttpResponse<String>> response = begin(post("question"));
        soon(guest.answers);

        front.cutOffAll();

        assertThat(guest.next()).isEqualTo("<broken>");
        assertThat(response.handle((r, failure) -> failure).get(20, TimeUnit.SECONDS)).isNotNull();
    }
}
