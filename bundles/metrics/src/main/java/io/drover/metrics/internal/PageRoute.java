package io.drover.metrics.internal;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Method;
import io.drover.api.http.ProblemException;
import io.drover.api.http.RateClass;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Schema;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Answers {@code GET /metrics} in the format and encoding that the client wants. */
final class PageRoute {

    private final Registry registry;

    PageRoute(Registry registry) {
        this.registry = registry;
    }

    Route route() {
        return new Route(
                        Endpoint.METRICS,
                        Method.GET,
                        "/metrics",
                        Audience.PUBLIC,
                        "The series of this agent, for Prometheus.",
                        List.of(
                                new Route.Parameter(
                                        Wanted.COLLECT,
                                        "A source whose series are wanted, may be given several"
                                                + " times; all without."),
                                new Route.Parameter(
                                        Wanted.NAME,
                                        "A family or sample that is wanted, may be given several"
                                                + " times; all without.")),
                        this::answer)
                .rated(RateClass.HEAVY)
                .answering(200, "text/plain", Schema.text())
                .answering(200, "application/openmetrics-text", Schema.text());
    }

    private Reply answer(Request request) throws ProblemException {
        Format format = Format.of(request.header("Accept").orElse(""));
        boolean gzip = wantsGzip(request.header("Accept-Encoding").orElse(""));
        Map<String, String> headers = new HashMap<>();
        headers.put("Vary", "Accept, Accept-Encoding");
        if (gzip) {
            headers.put("Content-Encoding", "gzip");
        }
        Workspace workspace = gather(Wanted.of(request, registry.names()), format);
        return new Reply(200, format.contentType(), headers, out -> write(workspace, gzip, out));
    }

    private Workspace gather(Wanted wanted, Format format) throws ProblemException {
        try {
            return registry.gather(wanted, format);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProblemException.unavailable("the agent is stopping");
        }
    }

    private void write(Workspace workspace, boolean gzip, OutputStream out) throws IOException {
        try {
            Bytes page = gzip ? workspace.zip() : workspace.text();
            page.writeTo(out);
        } finally {
            registry.release(workspace);
        }
    }

    /** RFC 9110 12.5.3; gzip when it is as welcome as no encoding, or more. */
    static boolean wantsGzip(String acceptEncoding) {
        double gzip = 0;
        double identity = 0;
        double any = 0;
        boolean named = false;
        for (Weighted coding : Weighted.parse(acceptEncoding)) {
            switch (coding.value()) {
                case "gzip", "x-gzip" -> {
                    gzip = coding.weight();
                    named = true;
                }
                case "identity" -> identity = coding.weight();
                case "*" -> any = coding.weight();
                default -> {
                    // Not ours to give.
                }
            }
        }
        double weight = named ? gzip : any;
        return weight > 0 && weight >= identity;
    }
}
