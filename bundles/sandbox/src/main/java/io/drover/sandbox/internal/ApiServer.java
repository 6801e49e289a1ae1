package io.drover.sandbox.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks as much of the Kubernetes API as the agent needs: discovery, list, watch, get, create,
 * replace, merge patch, delete, status and scale. No cluster, no admission, no validation, no
 * garbage collection. On the loopback address alone, for whoever has the token.
 */
final class ApiServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ApiServer.class);
    private static final String VERSION = "v1.37.0+drover-sandbox";
    private static final int BODY_MAX = 1 << 20;
    private static final int BESIDES_WATCHES = 16;
    private static final long BOOKMARK_MILLIS = 15_000;
    private static final long WATCH_SECONDS = 300;

    private final Store store;
    private final byte[] token;
    private final HttpServer server;
    private final ExecutorService threads;
    private final AtomicInteger named = new AtomicInteger();

    /**
     * @param port 0 for a free one
     * @param page answers to what is no part of the API
     * @throws IOException when the port is taken
     */
    ApiServer(Store store, int port, int watchesMax, String token, DemoPage page)
            throws IOException {
        this.store = store;
        this.token = token.getBytes(StandardCharsets.US_ASCII);
        this.server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
        this.threads =
                new ThreadPoolExecutor(
                        0,
                        watchesMax + BESIDES_WATCHES,
                        10,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        this::thread);
        server.setExecutor(threads);
        server.createContext("/", page::answer);
        for (String path : List.of("/api", "/apis", "/version")) {
            server.createContext(path, this::answer);
        }
        server.start();
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "drover-sandbox-http-" + named.incrementAndGet());
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        store.close();
        server.stop(0);
        threads.shutdownNow();
    }

    /** What one request asks for. */
    private record Asked(
            Resource resource,
            String namespace,
            String name,
            String subresource,
            Map<String, String> query) {
        Store.Place place() {
            return new Store.Place(resource, namespace, name);
        }

        Selection selection() {
            return new Selection(
                    namespace,
                    query.getOrDefault("labelSelector", ""),
                    query.getOrDefault("fieldSelector", ""));
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                if (!allowed(exchange)) {
                    throw new Refusal(401, "Unauthorized", "Unauthorized");
                }
                answerAllowed(exchange);
            } catch (Refusal e) {
                send(exchange, e.code(), status(e));
            } catch (IllegalArgumentException e) {
                send(exchange, 400, status(Refusal.invalid(String.valueOf(e.getMessage()))));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                // The outermost frame: one request is lost.
                log.error("a request to the sandbox failed: path={}", exchange.getRequestURI(), e);
                send(exchange, 500, status(new Refusal(500, "InternalError", "internal error")));
            }
        }
    }

    private boolean allowed(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        return header != null
                && header.startsWith("Bearer ")
                && MessageDigest.isEqual(
                        header.substring(7).getBytes(StandardCharsets.US_ASCII), token);
    }

    private void answerAllowed(HttpExchange exchange)
            throws IOException, Refusal, InterruptedException {
        List<String> path =
                Arrays.stream(exchange.getRequestURI().getPath().split("/"))
                        .filter(segment -> !segment.isEmpty())
                        .toList();
        if (path.get(0).equals("version")) {
            send(exchange, 200, Map.of("major", "1", "minor", "37", "gitVersion", VERSION));
            return;
        }
        int root = path.get(0).equals("api") ? 2 : 3;
        if (path.size() < root) {
            send(exchange, 200, groups(path));
            return;
        }
        String apiVersion = String.join("/", path.subList(1, root));
        if (path.size() == root) {
            send(exchange, 200, resources(apiVersion));
            return;
        }
        answer(exchange, asked(apiVersion, path.subList(root, path.size()), query(exchange)));
    }

    private static Asked asked(String apiVersion, List<String> rest, Map<String, String> query)
            throws Refusal {
        boolean below = rest.get(0).equals("namespaces") && rest.size() > 2;
        String namespace = below ? rest.get(1) : "";
        List<String> words = below ? rest.subList(2, rest.size()) : rest;
        Resource resource =
                Resource.find(apiVersion, words.get(0))
                        .orElseThrow(
                                () ->
                                        Refusal.notFound(
                                                "the sandbox does not serve "
                                                        + apiVersion
                                                        + " "
                                                        + words.get(0)));
        return new Asked(
                resource,
                namespace,
                words.size() > 1 ? words.get(1) : "",
                words.size() > 2 ? words.get(2) : "",
                query);
    }

    private void answer(HttpExchange exchange, Asked asked)
            throws IOException, Refusal, InterruptedException {
        String method = exchange.getRequestMethod();
        Resource resource = asked.resource;
        if (!asked.subresource.isEmpty() && !resource.subresources().contains(asked.subresource)) {
            throw Refusal.notFound(resource.plural() + "/" + asked.subresource);
        }
        if (asked.name.isEmpty()) {
            switch (method) {
                case "GET" -> {
                    if ("true".equals(asked.query.get("watch"))) {
                        watch(exchange, asked);
                    } else {
                        send(exchange, 200, list(asked));
                    }
                }
                case "POST" -> {
                    Map<String, Object> object = body(exchange);
                    String name = Trees.text(Trees.map(object, "metadata"), "name");
                    if (name.isEmpty()) {
                        throw Refusal.invalid("metadata.name must be there");
                    }
                    Store.Place place = new Store.Place(resource, asked.namespace, name);
                    send(exchange, 201, store.create(place, object));
                }
                default -> throw new Refusal(405, "MethodNotAllowed", method);
            }
            return;
        }
        send(exchange, 200, one(exchange, asked, method));
    }

    private Map<String, Object> one(HttpExchange exchange, Asked asked, String method)
            throws IOException, Refusal {
        return switch (method) {
            case "GET" -> {
                Map<String, Object> object =
                        store.get(asked.place())
                                .orElseThrow(() -> Refusal.notFound(asked.place().toString()));
                yield asked.subresource.equals("scale") ? Store.scale(object) : object;
            }
            case "PUT" -> store.replace(asked.place(), body(exchange));
            case "PATCH" -> {
                String type = exchange.getRequestHeaders().getFirst("Content-Type");
                if (type == null || !type.startsWith("application/merge-patch+json")) {
                    throw new Refusal(
                            415,
                            "UnsupportedMediaType",
                            "the sandbox understands merge patches alone");
                }
                yield store.patch(asked.place(), asked.subresource, body(exchange));
            }
            case "DELETE" -> store.delete(asked.place());
            default -> throw new Refusal(405, "MethodNotAllowed", method);
        };
    }

    private Map<String, Object> list(Asked asked) {
        Selection selection = asked.selection();
        long version = store.version();
        List<Map<String, Object>> items =
                store.list(asked.resource, asked.namespace).stream()
                        .filter(selection::selects)
                        .toList();
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("apiVersion", asked.resource.apiVersion());
        list.put("kind", asked.resource.kind() + "List");
        list.put("metadata", Map.of("resourceVersion", Long.toString(version)));
        list.put("items", items);
        return list;
    }

    private void watch(HttpExchange exchange, Asked asked)
            throws IOException, Refusal, InterruptedException {
        if (asked.resource.equals(Resource.USAGE)) {
            throw new Refusal(405, "MethodNotAllowed", "metrics cannot be watched");
        }
        Selection selection = asked.selection();
        String from = asked.query.getOrDefault("resourceVersion", "");
        boolean initial = "true".equals(asked.query.get("sendInitialEvents"));
        long seen = from.isEmpty() || from.equals("0") ? store.version() : number(from);
        long seconds = number(asked.query.getOrDefault("timeoutSeconds", "" + WATCH_SECONDS));
        long until = System.nanoTime() + Math.min(seconds, WATCH_SECONDS) * 1_000_000_000;
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        if (initial || from.isEmpty() || from.equals("0")) {
            for (Map<String, Object> object : store.list(asked.resource, asked.namespace)) {
                if (selection.selects(object)) {
                    event(out, "ADDED", object);
                }
            }
        }
        if (initial) {
            event(out, "BOOKMARK", bookmark(asked.resource, seen, true));
        }
        out.flush();
        while (System.nanoTime() < until && !store.isClosed()) {
            seen = more(out, asked.resource, selection, seen);
            out.flush();
        }
    }

    private long more(OutputStream out, Resource resource, Selection selection, long since)
            throws IOException, InterruptedException {
        long seen = since;
        try {
            List<Store.Change> changes = store.after(since, BOOKMARK_MILLIS);
            for (Store.Change change : changes) {
                if (change.resource().equals(resource) && selection.selects(change.object())) {
                    event(out, change.type(), change.object());
                }
                seen = change.version();
            }
            if (changes.isEmpty()) {
                event(out, "BOOKMARK", bookmark(resource, seen, false));
            }
            return seen;
        } catch (Refusal e) {
            event(out, "ERROR", status(e));
            throw new IOException("the watch is too far behind", e);
        }
    }

    private static void event(OutputStream out, String type, Map<String, Object> object)
            throws IOException {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", type);
        event.put("object", object);
        out.write((Trees.write(event) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, Object> bookmark(Resource resource, long version, boolean end) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("resourceVersion", Long.toString(version));
        if (end) {
            metadata.put("annotations", Map.of("k8s.io/initial-events-end", "true"));
        }
        return Map.of(
                "apiVersion", resource.apiVersion(), "kind", resource.kind(), "metadata", metadata);
    }

    private static Map<String, Object> groups(List<String> path) {
        if (path.get(0).equals("api")) {
            return Map.of("kind", "APIVersions", "versions", List.of("v1"));
        }
        List<Map<String, Object>> groups = new ArrayList<>();
        for (Resource resource : Resource.ALL) {
            String version = resource.apiVersion();
            int slash = version.indexOf('/');
            if (slash > 0) {
                Map<String, Object> preferred =
                        Map.of("groupVersion", version, "version", version.substring(slash + 1));
                groups.add(
                        Map.of(
                                "name",
                                version.substring(0, slash),
                                "versions",
                                List.of(preferred),
                                "preferredVersion",
                                preferred));
            }
        }
        return Map.of("kind", "APIGroupList", "apiVersion", "v1", "groups", groups);
    }

    private static Map<String, Object> resources(String apiVersion) throws Refusal {
        List<Map<String, Object>> resources = new ArrayList<>();
        for (Resource resource : Resource.ALL) {
            if (resource.apiVersion().equals(apiVersion)) {
                resources.add(resource(resource, ""));
                resource.subresources()
                        .forEach(sub -> resources.add(resource(resource, "/" + sub)));
            }
        }
        if (resources.isEmpty()) {
            throw Refusal.notFound("the sandbox does not serve " + apiVersion);
        }
        return Map.of(
                "kind", "APIResourceList", "groupVersion", apiVersion, "resources", resources);
    }

    private static Map<String, Object> resource(Resource resource, String sub) {
        return Map.of(
                "name",
                resource.plural() + sub,
                "singularName",
                "",
                "namespaced",
                resource.namespaced(),
                "kind",
                sub.equals("/scale") ? "Scale" : resource.kind(),
                "verbs",
                List.of("get", "list", "watch", "create", "update", "patch", "delete"));
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String each : raw == null ? new String[0] : raw.split("&")) {
            String[] sides = each.split("=", 2);
            query.put(
                    URLDecoder.decode(sides[0], StandardCharsets.UTF_8),
                    sides.length == 2 ? URLDecoder.decode(sides[1], StandardCharsets.UTF_8) : "");
        }
        return query;
    }

    private static Map<String, Object> body(HttpExchange exchange) throws IOException, Refusal {
        byte[] body = exchange.getRequestBody().readNBytes(BODY_MAX + 1);
        if (body.length > BODY_MAX) {
            throw new Refusal(
                    413, "RequestEntityTooLarge", "a body must be at most " + BODY_MAX + " bytes");
        }
        return Trees.read(body);
    }

    private static Map<String, Object> status(Refusal refusal) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("kind", "Status");
        status.put("apiVersion", "v1");
        status.put("status", "Failure");
        status.put("message", refusal.getMessage());
        status.put("reason", refusal.reason());
        status.put("code", refusal.code());
        return status;
    }

    private static void send(HttpExchange exchange, int code, Map<String, Object> tree)
            throws IOException {
        if (exchange.getResponseCode() >= 0) {
            return; // an answer has begun already
        }
        byte[] bytes = Trees.write(tree).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static long number(String text) throws Refusal {
        if (!text.matches("\\d{1,18}")) {
            throw Refusal.invalid("a version and a time must be whole numbers, is " + text);
        }
        return Long.parseLong(text);
    }
}
