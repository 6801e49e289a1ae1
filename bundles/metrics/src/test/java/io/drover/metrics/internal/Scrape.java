package io.drover.metrics.internal;

import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.testing.ScriptedRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** One answered request for the page. */
final class Scrape {

    private final Reply reply;
    private final byte[] body;

    private Scrape(Reply reply, byte[] body) {
        this.reply = reply;
        this.body = body;
    }

    static Scrape of(Registry registry, String... headers) throws ProblemException, IOException {
        return of(new PageRoute(registry).route(), headers);
    }

    /** With headers as name, value, name, value. */
    static Scrape of(Route route, String... headers) throws ProblemException, IOException {
        ScriptedRequest request = new ScriptedRequest();
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return of(route, request);
    }

    private static Scrape of(Route route, ScriptedRequest request)
            throws ProblemException, IOException {
        Reply reply = route.handler().answer(request);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reply.body().write(out);
        return new Scrape(reply, out.toByteArray());
    }

    /** With query parameters as name, value, name, value. */
    static Scrape with(Registry registry, String... query) throws ProblemException, IOException {
        ScriptedRequest request = new ScriptedRequest();
        for (int i = 0; i < query.length; i += 2) {
            request.with(query[i], query[i + 1]);
        }
        return of(new PageRoute(registry).route(), request);
    }

    Reply reply() {
        return reply;
    }

    byte[] body() {
        return body;
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    String unzipped() throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The samples, without what describes them. */
    List<String> samples() {
        return text().lines().filter(line -> !line.startsWith("#")).toList();
    }
}
