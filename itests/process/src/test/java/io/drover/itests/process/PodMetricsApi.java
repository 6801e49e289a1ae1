package io.drover.itests.process;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * {@code metrics.k8s.io} as metrics-server has it: a server of its own that the API server passes
 * requests on to (an APIService). All its figures are replaced at once, so that nobody sees one
 * half of them, and it knows who asked since.
 */
final class PodMetricsApi implements AutoCloseable {

    private static final String VERSION = "/apis/metrics.k8s.io/v1beta1";

    /** Questions that follow each other so soon are one look, of which the next is 1 s later. */
    private static final long LOOK_NANOS = 400_000_000;

    private static final String SELECTOR = "labelSelector=";
    private static final String RESOURCES =
            """
            {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"metrics.k8s.io/v1beta1","resources":[
            {"name":"pods","singularName":"","namespaced":true,"kind":"PodMetrics","verbs":["get","list"]}]}
            """;

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final Map<String, Look> looks = new ConcurrentHashMap<>();
    private volatile Shown shown = new Shown(Map.of());

    /** Figures and who asked for them: a new one for new figures. */
    private record Shown(Map<String, List<JsonObject>> pods, Map<String, AtomicInteger> asked) {
        Shown(Map<String, List<JsonObject>> pods) {
            this(Map.copyOf(pods), new ConcurrentHashMap<>());
        }
    }

    /** What was seen last, and when. */
    private record Look(Shown seen, long at) {}

    private PodMetricsApi(HttpsServer server) {
        this.server = server;
    }

    /** Starts it and tells the API server of it. */
    static PodMetricsApi start(ControlPlane cluster, Path folder)
            throws IOException, GeneralSecurityException {
        Files.createDirectories(folder);
        Path keys = folder.resolve("metrics.p12");
        Files.deleteIfExists(keys);
        keytool(
                List.of(
                        "-genkeypair",
                        "-alias",
                        "metrics",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=metrics",
                        "-ext",
                        "san=dns:metrics.default.svc"),
                keys);
        String pem = keytool(List.of("-exportcert", "-rfc", "-alias", "metrics"), keys);
        HttpsServer server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(identity(keys)));
        PodMetricsApi api = new PodMetricsApi(server);
        server.setExecutor(api.threads);
        server.createContext("/", api::answer);
        server.start();
        api.register(cluster, pem);
        return api;
    }

    private void register(ControlPlane cluster, String pem) {
        int port = server.getAddress().getPort();
        cluster.apply(
                "/api/v1/namespaces/default/services/metrics",
                """
                apiVersion: v1
                kind: Service
                metadata: {name: metrics, namespace: default}
                spec: {type: ExternalName, externalName: localhost, ports: [{port: %d}]}
                """
                        .formatted(port));
        cluster.apply(
                "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io",
                """
                apiVersion: apiregistration.k8s.io/v1
                kind: APIService
                metadata: {name: v1beta1.metrics.k8s.io}
                spec:
                  group: metrics.k8s.io
                  version: v1beta1
                  groupPriorityMinimum: 100
                  versionPriority: 100
                  caBundle: %s
                  service: {namespace: default, name: metrics, port: %d}
                """
                        .formatted(
                                Base64.getEncoder()
                                        .encodeToString(pem.getBytes(StandardCharsets.US_ASCII)),
                                port));
    }

    /**
     * Shows other figures from now on.
     *
     * @param pods PodMetrics by namespace
     */
    void show(Map<String, List<JsonObject>> pods) {
        shown = new Shown(pods);
    }

    /**
     * How often these figures were asked for.
     *
     * @param who {@code namespace?selector}, or {@code namespace?} for all of it
     */
    int asked(String who) {
        AtomicInteger times = shown.asked.get(who);
        return times == null ? 0 : times.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            if (path.equals(VERSION)) {
                send(exchange, 200, RESOURCES);
            } else if (path.matches(VERSION + "/namespaces/[^/]+/pods")) {
                String namespace = path.split("/")[5];
                send(exchange, 200, pods(namespace, selector(exchange)));
            } else {
                send(exchange, 404, "{}");
            }
        }
    }

    private String pods(String namespace, String selector) {
        String who = namespace + "?" + selector;
        Shown now = selector.isEmpty() ? shown : seen(who);
        JsonArray items = new JsonArray();
        for (JsonObject pod : now.pods.getOrDefault(namespace, List.of())) {
            String label =
                    pod.getAsJsonObject("metadata").getAsJsonObject("labels").get("app") + "";
            if (selector.isEmpty() || label.equals('"' + selector.replace("app=", "") + '"')) {
                items.add(pod);
            }
        }
        JsonObject list = new JsonObject();
        list.addProperty("kind", "PodMetricsList");
        list.addProperty("apiVersion", "metrics.k8s.io/v1beta1");
        list.add("metadata", new JsonObject());
        list.add("items", items);
        now.asked.computeIfAbsent(who, key -> new AtomicInteger()).incrementAndGet();
        return list.toString();
    }

    /**
     * What this one sees: what is shown, and the rest of one look what it saw at its begin, for the
     * controller of Kubernetes asks once for each metric of its spec.
     */
    private Shown seen(String who) {
        return looks.compute(
                        who,
                        (key, before) -> {
                            long now = System.nanoTime();
                            boolean same = before != null && now - before.at < LOOK_NANOS;
                            return new Look(same ? before.seen : shown, now);
                        })
                .seen;
    }

    private static String selector(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        for (String part : query == null ? new String[0] : query.split("&")) {
            if (part.startsWith(SELECTOR)) {
                return URLDecoder.decode(part.substring(SELECTOR.length()), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static SSLContext identity(Path keys) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(keys)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, "changeit".toCharArray());
            KeyManagerFactory managers =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, "changeit".toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        }
    }

    private static String keytool(List<String> words, Path keys) {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(tool.toString()));
        command.addAll(words);
        command.addAll(
                List.of(
                        "-keystore",
                        keys.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit"));
        return Command.run(command.toArray(String[]::new)).orFail();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
