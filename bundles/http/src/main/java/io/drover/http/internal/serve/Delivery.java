package io.drover.http.internal.serve;

import io.drover.api.http.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/** Puts one answer into a response. Used by the request's thread. */
final class Delivery {

    private static final int TAG_BYTES = 16;

    private final Request request;
    private final Response response;
    private final BodyOutput out;
    private final boolean head;

    Delivery(Request request, Response response, BodyOutput out) {
        this.request = request;
        this.response = response;
        this.out = out;
        this.head = request.getMethod().equals("HEAD");
    }

    /**
     * Writes status, headers and body.
     *
     * @return false if there is no body: to HEAD, and to whoever has it already
     */
    boolean write(Reply reply) throws IOException {
        HttpFields.Mutable headers = response.getHeaders();
        byte[] whole =
                reply.body() instanceof Reply.TaggedDocument tagged
                        ? rendered(tagged.json())
                        : null;
        String tag = whole == null ? reply.headers().get("ETag") : tag(whole);
        Answer.common(headers, tag != null);
        reply.headers().forEach(headers::put);
        if (tag != null) {
            headers.put(HttpHeader.ETAG, tag);
            if (reply.status() == 200 && known(tag)) {
                response.setStatus(304);
                return false;
            }
        }
        response.setStatus(reply.status());
        headers.put(HttpHeader.CONTENT_TYPE, reply.contentType());
        if (head) {
            return false;
        }
        if (whole != null) {
            out.write(whole, 0, whole.length);
        } else if (reply.body() instanceof Reply.KeptDocument kept) {
            byte[] bytes = kept.bytes(Delivery::rendered);
            out.write(bytes, 0, bytes.length);
        } else if (reply.body() instanceof Reply.JsonDocument document) {
            JsonWriter.write(out, document.json());
        } else {
            reply.body().write(out);
        }
        return true;
    }

    /** Writes a whole problem document; its body stays empty for HEAD. */
    void problem(int status, String detail, Map<String, Object> members, Map<String, String> more) {
        HttpFields.Mutable headers = response.getHeaders();
        Answer.common(headers, false);
        more.forEach(headers::put);
        response.setStatus(status);
        headers.put(HttpHeader.CONTENT_TYPE, Answer.PROBLEM);
        if (!head) {
            byte[] document = Answer.document(status, detail, members);
            try {
                out.write(document, 0, document.length);
            } catch (IOException e) {
                throw new IllegalStateException("a problem is sent when it is whole", e);
            }
        }
    }

    private static byte[] rendered(Reply.JsonBody document) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(8_192);
        JsonWriter.write(bytes, document);
        return bytes.toByteArray();
    }

    private static String tag(byte[] document) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(document);
            return '"' + HexFormat.of().formatHex(Arrays.copyOf(digest, TAG_BYTES)) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Whether the client has that very one (RFC 9110 13.1.2: weak comparison). */
    private boolean known(String tag) {
        for (String list : request.getHeaders().getValuesList(HttpHeader.IF_NONE_MATCH)) {
            for (String one : list.split(",", -1)) {
                String shown = one.strip();
                if (shown.equals("*") || strong(shown).equals(strong(tag))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String strong(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }
}
