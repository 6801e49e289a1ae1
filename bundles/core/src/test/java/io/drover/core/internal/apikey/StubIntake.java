package io.drover.core.internal.apikey;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An intake on loopback that knows some keys; answers 200 to those and 403 to others. */
final class StubIntake implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<String> valid = ConcurrentHashMap.newKeySet();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private volatile int always;

    /**
     * One request.
     *
     * @param uri as it was asked for
     * @param key of the header
     */
    record Seen(String method, String uri, String key, String type, String agent, String body) {}

    StubIntake() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String key = String.valueOf(exchange.getRequestHeaders().getFirst("DD-API-KEY"));
            InputStream body = exchange.getRequestBody();
            seen.add(
                    new Seen(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString(),
                            key,
                            exchange.getRequestHeaders().getFirst("Content-Type"),
                            exchange.getRequestHeaders().getFirst("User-Agent"),
                            new String(body.readAllBytes(), StandardCharsets.UTF_8)));
            int ok = exchange.getRequestMethod().equals("POST") ? 202 : 200;
            exchange.sendResponseHeaders(always != 0 ? always : valid.contains(key) ? ok : 403, -1);
        }
    }

    void accept(String key) {
        valid.add(key);
    }

    void revoke(String key) {
        valid.remove(key);
    }

    /** Answers everything with this status; 0 for no longer. */
    void always(int status) {
        always = status;
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** A server that says the same bytes to everybody, or nothing and never closes. */
    static final class Rude implements AutoCloseable {

        private final ServerSocket listener;
        private final List<Socket> open = new CopyOnWriteArrayList<>();

        Rude(byte[] says) throws IOException {
            listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            Thread thread =
                    new Thread(
                            () -> {
                                try {
                                    while (true) {
                                        Socket client = listener.accept();
                                        open.add(client);
                                        client.getOutputStream().write(says);
                                        client.getOutputStream().flush();
                                        if (says.length > 0) {
                                            client.shutdownOutput();
                                        }
                                    }
                                } catch (IOException e) {
                                    // Closed: the test is over.
                                }
                            });
            thread.setDaemon(true);
            thread.start();
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/validate");
        }

        @Override
        public void close() throws IOException {
            listener.close();
            for (Socket client : open) {
                client.close();
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
