package io.drover.itests.container;

import io.drover.api.agent.Home;
import io.drover.api.net.Listening;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Clients that ask without a pause, one for each path, over kept connections. An answer with
 * another status than at rest is a failure, and so is none.
 */
final class Load implements AutoCloseable {

    private static final int DEADLINE_SECONDS = 60;

    private static final Map<String, List<String>> PATHS =
            Map.of(
                    "api",
                    List.of(
                            "/api/v1/version",
                            "/api/v1/status",
                            "/api/v1/config",
                            "/api/v1/openapi.json",
                            "/api/v1/conntrack/connections?limit=5",
                            "/api/v1/autoscaling"),
                    "metrics",
                    List.of("/metrics"),
                    "health",
                    List.of("/ready", "/live"));

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final AtomicLongArray asked;
    private volatile boolean over;

    private Load(int clients) {
        asked = new AtomicLongArray(clients);
    }

    static Load on(List<Listening.Bound> listening) throws Exception {
        Path secrets = Home.ofProcess().secrets();
        String token = Files.readString(secrets.resolve("local_token")).strip();
        SSLContext trust = trust(secrets.resolve("ca.pem"));
        Map<URI, Integer> atRest = new LinkedHashMap<>();
        for (Listening.Bound bound : listening) {
            for (String path : PATHS.getOrDefault(bound.name(), List.of())) {
                int port = bound.addresses().get(0).getPort();
                URI uri = URI.create(bound.protocol() + "://127.0.0.1:" + port + path);
                atRest.put(uri, ask(client(trust, true), uri, token));
            }
        }
        Load load = new Load(atRest.size());
        atRest.forEach((uri, status) -> load.begin(client(trust, load.even()), uri, token, status));
        return load;
    }

    /** Every second client speaks HTTP/2, where TLS lets it choose. */
    private boolean even() {
        return threads.size() % 2 == 0;
    }

    private static HttpClient client(SSLContext trust, boolean two) {
        return HttpClient.newBuilder()
                .sslContext(trust)
                .version(two ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .build();
    }

    private static SSLContext trust(Path authority) throws Exception {
        try (InputStream pem = Files.newInputStream(authority)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "drover", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        }
    }

    private static int ask(HttpClient client, URI uri, String token)
            throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(uri)
                                .header("Authorization", "Bearer " + token)
                                .timeout(Duration.ofSeconds(20))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private void begin(HttpClient client, URI uri, String token, int atRest) {
        int index = threads.size();
        Thread thread = new Thread(() -> run(client, uri, token, atRest, index), "load-" + index);
        threads.add(thread);
        thread.start();
    }

    private void run(HttpClient client, URI uri, String token, int atRest, int index) {
        while (!over) {
            long begun = System.nanoTime();
            try {
                int status = ask(client, uri, token);
                if (status != atRest) {
                    failures.add(uri.getPath() + " gave " + status + ", at rest " + atRest);
                }
            } catch (IOException e) {
                failures.add(uri.getPath() + " gave " + e);
            } catch (InterruptedException e) {
                return;
            }
            slowestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
            asked.incrementAndGet(index);
        }
    }

    /** Returns when each client has had two more answers: the last was asked for after the call. */
    void awaitRound() throws Exception {
        long[] before = new long[asked.length()];
        for (int i = 0; i < before.length; i++) {
            before[i] = asked.get(i);
        }
        Waiting.until(
                "each client has two more answers",
                DEADLINE_SECONDS,
                () -> {
                    for (int i = 0; i < before.length; i++) {
                        if (asked.get(i) < before[i] + 2) {
                            return false;
                        }
                    }
                    return true;
                },
                this::toString);
    }

    void stop() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join(Duration.ofSeconds(30).toMillis());
        }
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    long slowestMillis() {
        return slowestNanos.get() / 1_000_000;
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        long all = 0;
        for (int i = 0; i < asked.length(); i++) {
            all += asked.get(i);
        }
        return all
                + " requests, "
                + failures.size()
                + " failed, the slowest after "
                + slowestMillis()
                + " ms";
    }
}
