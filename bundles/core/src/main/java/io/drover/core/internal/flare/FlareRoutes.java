package io.drover.core.internal.flare;

import io.drover.api.flare.Flares;
import io.drover.api.http.Endpoint;
import io.drover.api.http.Method;
import io.drover.api.http.RateClass;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.http.Schema;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/** {@code POST /api/v1/flare}: a support bundle, written while it is made. */
public final class FlareRoutes implements Routes {

    private final Flares flares;

    public FlareRoutes(Flares flares) {
        this.flares = flares;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route(
                                Endpoint.API,
                                Method.POST,
                                "/api/v1/flare",
                                Audience.ADMIN,
                                "Makes a support bundle, redacted, as a ZIP file.",
                                List.of(),
                                this::make)
                        .rated(RateClass.HEAVY)
                        .answering(200, "application/zip", Schema.text().plus("format", "binary")));
    }

    private Reply make(Request request) {
        Map<String, String> headers =
                Map.of(
                        "Content-Disposition",
                        "attachment; filename=\"" + flares.fileName() + "\"",
                        "Cache-Control",
                        "no-store");
        return new Reply(200, "application/zip", headers, this::write);
    }

    private void write(OutputStream out) throws IOException {
        try {
            flares.write(out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException)
                    new InterruptedIOException("the agent is being stopped").initCause(e);
        }
    }
}
