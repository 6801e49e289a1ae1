package io.drover.sandbox.internal;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page of the sandbox, and the figures that it shows: open, for they are nobody's. */
final class DemoPage {

    private static final int EVENTS_SHOWN = 12;

    private final Store store;
    private final Demo demo;
    private final byte[] page;

    DemoPage(Store store, Demo demo) throws IOException {
        this.store = store;
        this.demo = demo;
        try (InputStream in = DemoPage.class.getResourceAsStream("sandbox.html")) {
            if (in == null) {
                throw new IOException("the bundle has no page");
            }
            page = in.readAllBytes();
        }
    }

    void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean read = exchange.getRequestMethod().equals("GET");
            String path = exchange.getRequestURI().getPath();
            if (read && path.equals("/")) {
                exchange.getResponseHeaders()
                        .set(
                                "Content-Security-Policy",
                                "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'");
                send(exchange, 200, "text/html; charset=utf-8", page);
            } else if (read && path.equals("/figures.json")) {
                byte[] figures = Trees.write(figures()).getBytes(StandardCharsets.UTF_8);
                send(exchange, 200, "application/json", figures);
            } else {
                send(exchange, 404, "text/plain", "not found\n".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    Map<String, Object> figures() {
        List<Object> points = new ArrayList<>();
        for (Demo.Point point : demo.history()) {
            points.add(List.of(point.at(), point.millicores(), point.replicas(), point.ready()));
        }
        List<Object> autoscalers = new ArrayList<>();
        for (Map<String, Object> each : store.list(Resource.AUTOSCALER, "")) {
            autoscalers.add(autoscaler(each));
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("what", "an embedded API server with a demo workload, no cluster");
        figures.put("points", points);
        figures.put("autoscalers", autoscalers);
        figures.put("events", events());
        return figures;
    }

    private static Map<String, Object> autoscaler(Map<String, Object> object) {
        Map<String, Object> status = Trees.map(object, "status");
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("name", name(object));
        shown.put("mode", Trees.text(Trees.map(Trees.map(object, "spec"), "applyPolicy"), "mode"));
        shown.put("replicas", status.get("currentReplicas"));
        Map<String, Object> target = Trees.map(Trees.map(status, "horizontal"), "target");
        shown.put("desired", target.get("desiredReplicas"));
        shown.put("conditions", status.getOrDefault("conditions", List.of()));
        return shown;
    }

    private List<Object> events() {
        return store.list(Resource.EVENT, "").stream()
                .sorted(
                        Comparator.comparing(
                                        (Map<String, Object> event) ->
                                                Trees.text(event, "eventTime"))
                                .reversed())
                .limit(EVENTS_SHOWN)
                .<Object>map(
                        event -> {
                            Map<String, Object> shown = new LinkedHashMap<>();
                            shown.put("at", event.get("eventTime"));
                            shown.put("type", event.get("type"));
                            shown.put("reason", event.get("reason"));
                            shown.put("object", Trees.map(event, "regarding").get("name"));
                            shown.put("note", event.get("note"));
                            return shown;
                        })
                .toList();
    }

    private static String name(Map<String, Object> object) {
        Map<String, Object> metadata = Trees.map(object, "metadata");
        return metadata.get("namespace") + "/" + metadata.get("name");
    }

    private static void send(HttpExchange exchange, int code, String type, byte[] body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }
}
