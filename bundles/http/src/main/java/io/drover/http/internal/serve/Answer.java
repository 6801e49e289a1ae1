package io.drover.http.internal.serve;

import io.drover.api.http.Json;
import io.drover.api.http.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** The headers that all answers have, and problem documents (RFC 9457). Pure. */
final class Answer {

    static final String PROBLEM = "application/problem+json";

    /** What a problem document says of itself; a further member of that name is left out. */
    private static final Set<String> OWN = Set.of("type", "title", "status", "detail");

    private static final HttpField NOT_STORED =
            new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
    private static final HttpField ASKED_AGAIN =
            new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "private, no-cache");

    private static final HttpField[] COMMON = {
        new PreEncodedHttpField(
                "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        new PreEncodedHttpField("Cross-Origin-Resource-Policy", "same-origin"),
        new PreEncodedHttpField("Referrer-Policy", "no-referrer"),
        new PreEncodedHttpField("X-Content-Type-Options", "nosniff"),
    };

    private static final Map<Integer, String> TITLES =
            Map.ofEntries(
                    Map.entry(400, "Bad Request"),
                    Map.entry(401, "Unauthorized"),
                    Map.entry(403, "Forbidden"),
                    Map.entry(404, "Not Found"),
                    Map.entry(405, "Method Not Allowed"),
                    Map.entry(406, "Not Acceptable"),
                    Map.entry(408, "Request Timeout"),
                    Map.entry(409, "Conflict"),
                    Map.entry(410, "Gone"),
                    Map.entry(412, "Precondition Failed"),
                    Map.entry(413, "Content Too Large"),
                    Map.entry(414, "URI Too Long"),
                    Map.entry(415, "Unsupported Media Type"),
                    Map.entry(422, "Unprocessable Content"),
                    Map.entry(428, "Precondition Required"),
                    Map.entry(429, "Too Many Requests"),
                    Map.entry(431, "Request Header Fields Too Large"),
                    Map.entry(500, "Internal Server Error"),
                    Map.entry(501, "Not Implemented"),
                    Map.entry(502, "Bad Gateway"),
                    Map.entry(503, "Service Unavailable"),
                    Map.entry(504, "Gateway Timeout"));

    private Answer() {}

    /**
     * Adds the headers of every answer to those of a response that has none of them.
     *
     * @param kept whether a client may keep it and ask whether it still holds
     */
    static void common(HttpFields.Mutable headers, boolean kept) {
        headers.add(kept ? ASKED_AGAIN : NOT_STORED);
        for (HttpField field : COMMON) {
            headers.add(field);
        }
    }

    /** A whole problem document, with a line break at its end. */
    static byte[] document(int status, String detail, Map<String, Object> members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            JsonWriter.write(bytes, json -> document(json, status, detail, members));
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static void document(Json json, int status, String detail, Map<String, Object> members)
            throws IOException {
        json.object()
                .field("type", "about:blank")
                .field("title", TITLES.getOrDefault(status, "Error"))
                .field("status", status);
        if (!detail.isEmpty()) {
            json.field("detail", detail);
        }
        for (Map.Entry<String, Object> member : members.entrySet()) {
            if (!OWN.contains(member.getKey())) {
                json.field(member.getKey(), member.getValue());
            }
        }
        json.end();
    }

    /** Headers of a problem that says when to come back. */
    static Map<String, String> headers(ProblemException problem) {
        return problem.retryAfter().map(Answer::retryAfter).orElse(Map.of());
    }

    /** Whole seconds, rounded up, at least one (RFC 9110 10.2.3). */
    static Map<String, String> retryAfter(Duration time) {
        long seconds = Math.max(1, time.plusMillis(999).toSeconds());
        return Map.of("Retry-After", Long.toString(seconds));
    }
}
