package io.drover.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerPublisherTest {

    private final Server server = new Server();

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private ServerConnector open() throws Exception {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        connector.start();
        return connector;
    }

    private static HttpResponse<String> get(ServerConnector connector, String path)
            throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + connector.getLocalPort()
                                                        + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void neverOpensAPortThatSomebodyElseConfigured() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ServerConnector before = new ServerConnector(server);
            before.setPort(taken.getLocalPort());
            server.addConnector(before);
            new ServerPublisher(server);
            ServerConnector after = new ServerConnector(server);
            after.setPort(taken.getLocalPort());
            server.addConnector(after);

            server.start();

            assertThat(server.isStarted()).isTrue();
            assertThat(server.getConnectors()).isEmpty();
        }
    }

    @Test
    void servesAPathWithoutARedirectToASlash() throws Exception {
        new ServerPublisher(server);
        ContextHandlerCollection contexts = new ContextHandlerCollection();
        server.setHandler(contexts);
        server.start();
        ContextHandler metrics =
                new ContextHandler(
                        new Handler.Abstract() {
                            @Override
                            public boolean handle(
                                    Request request, Response response, Callback callback) {
                                response.write(
                                        true, StandardCharsets.UTF_8.encode("here"), callback);
                                return true;
                            }
                        },
                        "/metrics");
        metrics.setAllowNullPathInContext(false);
        contexts.addHandler(metrics);
        metrics.start();

        HttpResponse<String> response = get(open(), "/metrics");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("here");
    }

    @Test
    void hasAPlaceInFrontOfWhatPaxWebServes() throws Exception {
        new ServerPublisher(server);
        ContextHandlerCollection contexts = new ContextHandlerCollection();
        server.setHandler(contexts);
        server.start();

        assertThat(server.getHandler())
                .isInstanceOfSatisfying(
                        Handler.Sequence.class,
                        sequence -> {
                            assertThat(sequence.isDynamic()).isTrue();
                            assertThat(sequence.getHandlers()).containsExactly(contexts);
                        });
    }

    @Test
    void answersWhatNobodyServesWithAProblemDocument() throws Exception {
        new ServerPublisher(server);
        server.setHandler(new ContextHandlerCollection());
        server.start();

        HttpResponse<String> response = get(open(), "/nope?%22x");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        assertThat(response.body())
                .isEqualTo("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404}\n");
    }

    @Test
    void answersAMalformedRequestWithAProblemDocument() throws Exception {
        new ServerPublisher(server);
        server.start();
        ServerConnector connector = open();

        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
            send(socket, "GET /a%2Fb HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("application/problem+json")
                    .contains("\"status\":400,\"detail\":\"Ambiguous URI path separator\"}");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void namesItsThreadsAfterTheBundle() throws Exception {
        new ServerPublisher(server);
        server.start();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .anyMatch(name -> name.startsWith("drover-http-"));
    }
}
