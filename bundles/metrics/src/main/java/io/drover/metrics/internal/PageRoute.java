package io.drover.metrics.internal;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Method;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.security.Audience;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Answers {@code GET /metrics} in the format and encoding that the client wants. */
final class PageRoute {

    private static final int GZIP_BUFFER = 4096;

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
                List.of(),
                this::answer);
    }

    private Reply answer(Request request) throws ProblemException {
        Format format = Format.of(request.header("Accept").orElse(""));
        boolean gzip = wantsGzip(request.header("Accept-Encoding").orElse(""));
        Map<String, String> headers = new HashMap<>();
        headers.put("Vary", "Accept, Accept-Encoding");
        if (gzip) {
            headers.put("Content-Encoding", "gzip");
        }
        MetricSnapshots snapshots = gather();
        return new Reply(
                200, format.contentType(), headers, out -> write(snapshots, format, gzip, out));
    }

    private MetricSnapshots gather() throws ProblemException {
        try {
            return registry.gather();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProblemException.unavailable("the agent is stopping");
        }
    }

    private static void write(
            MetricSnapshots snapshots, Format format, boolean gzip, OutputStream out)
            throws IOException {
        if (!gzip) {
            format.writer().write(out, snapshots, EscapingScheme.UNDERSCORE_ESCAPING);
            return;
        }
        Zipped zipped = new Zipped(out);
        try {
            format.writer().write(zipped, snapshots, EscapingScheme.UNDERSCORE_ESCAPING);
            zipped.finish();
        } finally {
            zipped.release();
        }
    }

    /** RFC 9110 12.5.3; gzip when it is as welcome as no encoding, or more. */
    private static boolean wantsGzip(String acceptEncoding) {
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

    /** Gives the memory outside of the heap back at once, even if the client has gone. */
    private static final class Zipped extends GZIPOutputStream {
        Zipped(OutputStream out) throws IOException {
            super(out, GZIP_BUFFER);
        }

        void release() {
            def.end();
        }
    }
}
