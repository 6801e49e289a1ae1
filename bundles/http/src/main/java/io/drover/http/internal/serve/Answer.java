package io.drover.http.internal.serve;

import io.drover.api.http.Json;
import io.drover.api.http.Reply;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** Writes answers with the headers that all of them have. */
final class Answer {

    /** What a problem document says of itself; a further member of that name is left out. */
    private static final Set<String> OWN = Set.of("type", "title", "status", "detail");

    private static final Map<Integer, String> TITLES =
            Map.ofEntries(
                    Map.entry(400, "Bad Request"),
                    Map.entry(401, "Unauthorized"),
                    Map.entry(403, "Forbidden"),
                    Map.entry(404, "Not Found"),
                    Map.entry(405, "Method Not Allowed"),
                    Map.entry(406, "Not Acceptable"),
                    Map.entry(409, "Conflict"),
                    Map.entry(410, "Gone"),
                    Map.entry(412, "Precondition Failed"),
                    Map.entry(413, "Content Too Large"),
                    Map.entry(415, "Unsupported Media Type"),
                    Map.entry(422, "Unprocessable Content"),
                    Map.entry(428, "Precondition Required"),
                    Map.entry(429, "Too Many Requests"),
                    Map.entry(500, "Internal Server Error"),
                    Map.entry(501, "Not Implemented"),
                    Map.entry(502, "Bad Gateway"),
                    Map.entry(503, "Service Unavailable"),
                    Map.entry(504, "Gateway Timeout"));

    private Answer() {}

    /**
     * Writes a whole problem document and commits it, so that nobody behind can make another answer
     * of it.
     *
     * @return bytes of the body
     */
    static long problem(
            HttpServletRequest request,
            HttpServletResponse response,
            int status,
            String detail,
            Map<String, Object> members,
            Map<String, String> headers)
            throws IOException {
        byte[] body = document(status, detail, members);
        common(response);
        headers.forEach(response::setHeader);
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.setContentLength(body.length);
        boolean head = head(request);
        if (!head) {
            response.getOutputStream().write(body);
        }
        response.flushBuffer();
        return head ? 0 : body.length;
    }

    /**
     * Writes a reply; the server sends it on as it is made.
     *
     * @throws IOException if the client is gone ({@link BodyOutput#clientGone}) or the body cannot
     *     be made
     */
    static void reply(
            HttpServletRequest request, HttpServletResponse response, Reply reply, BodyOutput out)
            throws IOException {
        common(response);
        reply.headers().forEach(response::setHeader);
        response.setStatus(reply.status());
        response.setContentType(reply.contentType());
        if (head(request)) {
            // Committed as it is, else the server would add the length of no body.
            response.flushBuffer();
            return;
        }
        if (reply.body() instanceof Reply.JsonDocument document) {
            JsonWriter.write(out, document.json());
        } else {
            reply.body().write(out);
        }
    }

    private static boolean head(HttpServletRequest request) {
        return request.getMethod().equals("HEAD");
    }

    private static void common(HttpServletResponse response) {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("X-Content-Type-Options", "nosniff");
    }

    private static byte[] document(int status, String detail, Map<String, Object> members)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        JsonWriter.write(bytes, json -> document(json, status, detail, members));
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
}
