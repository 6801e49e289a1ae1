package io.drover.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verbs against a real HTTPS server with an authority of its own. */
class ClientTest {

    private static final String TOKEN = "0123456789abcdef".repeat(4);

    @TempDir static Path keys;
    private static Keytool keytool;
    private static HttpsServer server;
    private static volatile int status;
    private static volatile String verdict;
    private static final List<String> REQUESTS = new ArrayList<>();

    @TempDir Path home;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeAll
    static void serve() throws Exception {
        keytool = new Keytool(keys);
        keytool.exportAuthority(keys.resolve("ca.pem"));
        server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(keytool.serverContext()));
        server.createContext("/", ClientTest::answer);
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    @BeforeEach
    void running() throws Exception {
        status = 200;
        verdict = "pass";
        synchronized (REQUESTS) {
            REQUESTS.clear();
        }
        Files.createDirectories(home.resolve("secrets"));
        Files.writeString(home.resolve("secrets/local_token"), TOKEN + "\n");
        Files.copy(keys.resolve("ca.pem"), home.resolve("secrets/ca.pem"));
        ports("\"127.0.0.1\"", server.getAddress().getPort());
    }

    @ParameterizedTest
    @CsvSource({
        "version, GET /api/v1/version",
        "status, GET /api/v1/status",
        "health, GET /api/v1/health",
        "startup, GET /api/v1/startup",
        "config, GET /api/v1/config",
        "conntrack, GET /api/v1/conntrack/connections",
        "autoscaling, GET /api/v1/autoscaling",
        "reload, POST /api/v1/reload"
    })
    void aVerbIsARequestWithTheLocalToken(String verb, String request) throws Exception {
        assertThat(ask(verb)).isZero();

        assertThat(REQUESTS)
                .containsExactly(
                        request + " Bearer " + TOKEN + " text/plain, application/json;q=0.5");
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("answer\n");
    }

    @Test
    void jsonIsAskedForByName() throws Exception {
        assertThat(ask("status", "--json")).isZero();

        assertThat(REQUESTS).singleElement().asString().endsWith(" application/json");
    }

    @ParameterizedTest
    @CsvSource({
        "startup --blame, GET /api/v1/startup?view=blame",
        "startup --critical-chain, GET /api/v1/startup?view=critical-chain",
        "startup --plot, GET /api/v1/startup?view=plot",
        "diagnose, POST /api/v1/diagnosis",
        "diagnose --list, GET /api/v1/diagnosis",
        "diagnose disk clock, 'POST /api/v1/diagnosis?suite=disk%2Cclock'"
    })
    void wordsBehindAVerbShapeTheRequest(String line, String request) throws Exception {
        String[] words = line.split(" ");

        assertThat(ask(words[0], Arrays.copyOfRange(words, 1, words.length))).isZero();

        assertThat(REQUESTS)
                .singleElement()
                .asString()
                .startsWith(request + " Bearer " + TOKEN + " text/plain");
    }

    @Test
    void aVerdictThatFailsIsPrintedAndIsOne() throws Exception {
        verdict = "fail";

        assertThat(ask("diagnose")).isEqualTo(1);
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("answer\n");
    }

    @Test
    void oneViewOfTheStartAtATime() {
        refuses(2, "startup takes one of", "startup", "--blame", "--plot");
    }

    @ParameterizedTest
    @CsvSource({"503", "401", "404", "500"})
    void anAnswerThatSaysNoIsPrintedAndIsOne(int no) throws Exception {
        status = no;

        assertThat(ask("health")).isEqualTo(1);
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("answer\n");
    }

    @Test
    void nobodyAtThePortIsUnavailable() throws Exception {
        ports("\"127.0.0.1\"", closedPort());

        refuses(69, "the agent in " + home + " does not answer", "status");
    }

    @Test
    void aServerOfAnotherAuthorityIsNotTrusted(@TempDir Path others) throws Exception {
        Files.delete(home.resolve("secrets/ca.pem"));
        new Keytool(others).exportAuthority(home.resolve("secrets/ca.pem"));

        refuses(69, "the agent in " + home + " does not answer", "status");
        assertThat(REQUESTS).isEmpty();
    }

    @Test
    void withoutAPortsFileNoAgentRuns() throws Exception {
        Files.delete(home.resolve("run/ports.json"));

        refuses(69, "no agent runs in " + home + " (run/ports.json cannot be read", "status");
    }

    @Test
    void anAgentWithoutItsApiYetIsUnavailable() throws Exception {
        Files.writeString(
                home.resolve("run/ports.json"),
                "{\n  \"health\": {\"protocol\": \"http\", \"port\": 1, \"addresses\": []}\n}\n");

        refuses(69, "the agent in " + home + " has no API listener yet", "status");
    }

    @Test
    void withoutAnAuthorityNothingIsSent() throws Exception {
        Files.delete(home.resolve("secrets/ca.pem"));

        refuses(69, "the agent's authority cannot be read", "status");
        assertThat(REQUESTS).isEmpty();
    }

    @Test
    void anUnknownVerbIsAMistakeOfTheUser() {
        refuses(2, "there is no verb dance; try: drover help", "dance");
    }

    @Test
    void aWordTooManyIsAMistakeOfTheUser() {
        refuses(2, "status does not take loudly", "status", "loudly");
    }

    @Test
    void aListenerOnAllAddressesIsAskedOverLoopback() throws Exception {
        ports("\"0.0.0.0\", \"0:0:0:0:0:0:0:0\"", server.getAddress().getPort());

        assertThat(ask("status")).isZero();
    }

    @Test
    void aListenerOnIpv6AloneIsAskedThere() throws Exception {
        HttpsServer six = HttpsServer.create(address("::1"), 0);
        six.setHttpsConfigurator(new HttpsConfigurator(keytool.serverContext()));
        six.createContext("/", ClientTest::answer);
        six.start();
        try {
            ports("\"0:0:0:0:0:0:0:1\"", six.getAddress().getPort());

            assertThat(ask("status")).isZero();
        } finally {
            six.stop(0);
        }
    }

    private int ask(String verb, String... words) throws StartException {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new Client(home).ask(new Words(verb, List.of(words)), out);
    }

    private void refuses(int code, String message, String verb, String... words) {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> ask(verb, words))
                .withMessageStartingWith(message)
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(code));
        assertThat(printed.size()).isZero();
    }

    private void ports(String addresses, int port) throws IOException {
        Files.createDirectories(home.resolve("run"));
        Files.writeString(
                home.resolve("run/ports.json"),
                """
                {
                  "health": {"protocol": "http", "port": 9, "addresses": ["127.0.0.1"]},
                  "api": {"protocol": "https", "port": %d, "addresses": [%s]},
                  "metrics": {"protocol": "http", "port": 8, "addresses": ["127.0.0.1"]}
                }
                """
                        .formatted(port, addresses));
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            synchronized (REQUESTS) {
                REQUESTS.add(
                        exchange.getRequestMethod()
                                + " "
                                + exchange.getRequestURI()
                                + " "
                                + exchange.getRequestHeaders().getFirst("Authorization")
                                + " "
                                + exchange.getRequestHeaders().getFirst("Accept"));
            }
            byte[] body = "answer\n\n".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Drover-Verdict", verdict);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return gone.getLocalPort();
        }
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static InetSocketAddress address(String host) {
        return new InetSocketAddress(host, 0);
    }
}
