package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that mean harm, byte by byte, against the distribution: each is refused or cut off, what
 * it costs is bounded, and others are served all the while.
 */
class AbuseIT {

    private static final int CONNECTIONS_MAX = 64;
    private static final long HEADER_TIMEOUT_MILLIS = 3_000;
    private static final int ANSWER_TIMEOUT_MILLIS = 15_000;
    private static final long GROWTH_MAX_KIB = 64 << 10;
    private static final String SECOND = "GET /live HTTP/1.1\r\nHost: a\r\n\r\n";

    private static RunningDrover drover;
    private static long restKib;

    @BeforeAll
    static void start() throws IOException {
        drover =
                RunningDrover.start("abuse")
                        .environment("DROVER_HTTP_MAX_CONNECTIONS", "" + CONNECTIONS_MAX)
                        .environment("DROVER_HTTP_HEADER_TIMEOUT_MS", "" + HEADER_TIMEOUT_MILLIS)
                        .environment("DROVER_HTTP_REQUEST_TIMEOUT_MS", "10000")
                        .environment("DROVER_HTTP_RATE_PER_SECOND", "0")
                        .environment("DROVER_HTTP_RATE_HEAVY_PER_SECOND", "0")
                        .ready();
        restKib = residentKib();
    }

    @AfterAll
    static void stop() {
        drover.close();
    }

    /** Whatever was done: the agent is well, and has not grown by much. */
    @AfterEach
    void othersAreServed() throws IOException {
        assertThat(drover.plain("health", "/ready").statusCode()).isEqualTo(200);
        assertThat(drover.api("/api/v1/version").statusCode()).isEqualTo(200);
        assertThat(residentKib() - restKib).as("KiB more than at rest").isLessThan(GROWTH_MAX_KIB);
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + drover.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    private static Socket plain(String listener) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), drover.port(listener));
        socket.setSoTimeout(ANSWER_TIMEOUT_MILLIS);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** All that comes until the end of the connection. */
    private static String answer(Socket socket) throws IOException {
        StringBuilder all = new StringBuilder();
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8_192];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                all.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("it is still open; so far: " + all, e);
        } catch (SocketException e) {
            // Reset: what was not read yet by the server is lost with the connection.
            all.append("[reset]");
        }
        return all.toString();
    }

    /** What two servers in a row could read in two ways: each hides a second request. */
    @SuppressWarnings("StringConcatToTextBlock") // the ends of the lines are the matter here
    enum Smuggled {
        LENGTH_AND_CHUNKED(
                "POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        TWO_LENGTHS(
                "POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 31\r\n\r\n"),
        LIST_OF_LENGTHS("POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 31\r\n\r\n"),
        LENGTH_WITH_SIGN("POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\n"),
        LENGTH_BELOW_ZERO("POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"),
        LENGTH_BEYOND_LONG(
                "POST /live HTTP/1.1\r\nHost: a\r\n"
                        + "Content-Length: 99999999999999999999\r\n\r\n"),
        UNKNOWN_CODING("POST /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"),
        CHUNKED_TWICE(
                "POST /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                        + "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
        SPACE_BEFORE_COLON("POST /live HTTP/1.1\r\nHost: a\r\nContent-Length : 31\r\n\r\n"),
        FOLDED_HEADER(
                "POST /live HTTP/1.1\r\nHost: a\r\nX: y\r\n Transfer-Encoding: chunked\r\n\r\n"),
        BARE_LINE_FEEDS("POST /live HTTP/1.1\nHost: a\nContent-Length: 0\n\n"),
        BARE_RETURN("POST /live HTTP/1.1\r\nHost: a\r\nX: y\rContent-Length: 0\r\n\r\n"),
        NUL_IN_HEADER("POST /live HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n\r\n"),
        NO_HOST("GET /live HTTP/1.1\r\n\r\n"),
        TWO_HOSTS("GET /live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        NOT_HTTP("\u0016\u0003\u0001\u0002\0\u0001"),
        VERSION_OF_NOBODY("GET /live HTTP/9.9\r\nHost: a\r\n\r\n"),
        SPACES_IN_TARGET("GET /li ve HTTP/1.1\r\nHost: a\r\n\r\n");

        private final String request;

        Smuggled(String request) {
            this.request = request;
        }
    }

    @ParameterizedTest
    @EnumSource(Smuggled.class)
    void answersWhatCanBeReadInTwoWaysWithAnErrorAndTheEndOfTheConnection(Smuggled smuggled)
            throws IOException {
        try (Socket socket = plain("health")) {
            send(socket, smuggled.request + SECOND);

            String answer = answer(socket);

            assertThat(answer).doesNotContain(" 200 ");
            assertThat(answer.split("HTTP/1\\.[01] ", -1).length - 1)
                    .as(answer)
                    .isLessThanOrEqualTo(1);
            if (answer.startsWith("HTTP/1.1 ")) {
                assertThat(answer).matches("(?s)HTTP/1\\.1 (4\\d\\d|505) .*");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\n",
                "-1\r\n",
                "FFFFFFFFFFFFFFFFF\r\n",
                "1\nx\n",
                "5\r\nabc",
                "1;\r\nxx\r\n",
            })
    void cutsABodyOffWhoseChunksAreNone(String chunks) throws IOException {
        try (Socket socket = plain("health")) {
            send(
                    socket,
                    "POST /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + chunks
                            + SECOND);
            socket.shutdownOutput();

            assertThat(answer(socket)).doesNotContain(" 200 ");
        }
    }

    @Test
    void refusesHeadersWithoutEnd() throws IOException {
        for (String endless : List.of("X: " + "y".repeat(1 << 20), "X: y\r\n".repeat(50_000))) {
            try (Socket socket = plain("health")) {
                try {
                    send(socket, "GET /live HTTP/1.1\r\nHost: a\r\n" + endless + "\r\n\r\n");
                } catch (SocketException e) {
                    // The server has closed before all was sent.
                }

                assertThat(answer(socket)).containsPattern("HTTP/1.1 431|^\\[reset]$");
            }
        }
        try (Socket socket = plain("health")) {
            send(socket, "GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(answer(socket)).containsPattern("HTTP/1.1 (414|431)|^\\[reset]$");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "metrics", "health"})
    void closesConnectionsWhoseRequestDoesNotCome(String listener) throws Exception {
        try (Socket silent = plain(listener);
                Socket trickling = plain(listener)) {
            long begun = System.nanoTime();
            Await.until(
                    "the trickling one is closed",
                    Duration.ofSeconds(20),
                    () -> !canWrite(trickling),
                    () -> "open");

            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(System.nanoTime() - begun)
                    .isGreaterThan(Duration.ofMillis(HEADER_TIMEOUT_MILLIS / 2).toNanos());
        }
    }

    private static boolean canWrite(Socket socket) {
        try {
            socket.getOutputStream().write('G');
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void servesOthersWhileOneClientHoldsAllConnectionsThatItCanGet() throws Exception {
        List<Socket> greedy = new ArrayList<>();
        try {
            for (int i = 0; i < 4 * CONNECTIONS_MAX; i++) {
                Socket socket = plain("health");
                greedy.add(socket);
                send(socket, "GET /live HTTP/1.1\r\nX: ");
            }

            for (int i = 0; i < 20; i++) {
                assertThat(drover.plain("health", "/live").statusCode()).isEqualTo(200);
            }
        } finally {
            for (Socket socket : greedy) {
                socket.close();
            }
        }
        assertThat(drover.plain("metrics", "/metrics").body())
                .contains(
                        "drover_http_connections_closed_total{listener=\"health\",reason=\"crowded\"}");
    }

    @Test
    void servesOthersWhileClientsDoNotReadTheirAnswers() throws Exception {
        List<Socket> deaf = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS_MAX - 8; i++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(1_024);
                socket.connect(
                        new java.net.InetSocketAddress(
                                InetAddress.getLoopbackAddress(), drover.port("metrics")));
                deaf.add(socket);
                send(socket, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(50));
            }

            for (int i = 0; i < 10; i++) {
                assertThat(drover.plain("metrics", "/metrics").statusCode()).isEqualTo(200);
                assertThat(drover.plain("health", "/live").statusCode()).isEqualTo(200);
            }
        } finally {
            for (Socket socket : deaf) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(RawHttp2.Flood.class)
    void endsAnHttp2ConnectionThatCostsMoreThanItMay(RawHttp2.Flood flood) throws Exception {
        try (RawHttp2 client = RawHttp2.connect(drover)) {
            int frames = client.flood(flood, 20_000);

            assertThat(frames).as("frames until the server had enough").isLessThan(20_000);
        }
    }
}
