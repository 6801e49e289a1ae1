package io.drover.itests.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An intake on loopback: it checks keys, takes profiles, and can revoke a key. */
final class StubIntake implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<String> valid = ConcurrentHashMap.newKeySet();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final List<String> profiles = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();

    StubIntake(String... keys) throws IOException {
        valid.addAll(List.of(keys));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/validate", exchange -> answer(exchange, 200));
        server.createContext("/v1/input", this::take);
        server.setExecutor(threads);
        server.start();
    }

    private void answer(HttpExchange exchange, int ok) throws IOException {
        try (exchange) {
            String key = String.valueOf(exchange.getRequestHeaders().getFirst("DD-API-KEY"));
            asked.add(key);
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(valid.contains(key) ? ok : 403, -1);
        }
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String key = String.valueOf(exchange.getRequestHeaders().getFirst("DD-API-KEY"));
            String body =
                    new String(
                            exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            boolean fine = valid.contains(key);
            (fine ? profiles : refused).add(body);
            exchange.sendResponseHeaders(fine ? 202 : 403, -1);
        }
    }

    void revoke(String key) {
        valid.remove(key);
    }

    void issue(String key) {
        valid.add(key);
    }

    /** The keys that it was asked about. */
    Set<String> asked() {
        return Set.copyOf(asked);
    }

    /** The bodies of those that were taken, one character for each byte. */
    List<String> profiles() {
        return List.copyOf(profiles);
    }

    /** The same of those that came with a key that is not valid. */
    List<String> refused() {
        return List.copyOf(refused);
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
