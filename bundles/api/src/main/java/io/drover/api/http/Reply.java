package io.drover.api.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A successful answer.
 *
 * @param status the HTTP status
 * @param contentType with its parameters
 * @param headers further headers
 * @param body writes the body; called once, on the request's thread
 */
public record Reply(int status, String contentType, Map<String, String> headers, Body body) {

    public Reply {
        Objects.requireNonNull(contentType, "contentType");
        headers = Map.copyOf(headers);
        Objects.requireNonNull(body, "body");
    }

    /** Writes the bytes of a body. */
    @FunctionalInterface
    public interface Body {
        void write(OutputStream out) throws IOException;
    }

    /** Writes a JSON document. */
    @FunctionalInterface
    public interface JsonBody {
        void write(Json json) throws IOException;
    }

    /**
     * A 200 with a JSON document. It is written as it is made, so that a long list is never held
     * whole.
     */
    public static Reply json(JsonBody body) {
        return json(200, body);
    }

    /** A JSON document with a status of its own. */
    public static Reply json(int status, JsonBody body) {
        return new Reply(status, "application/json", Map.of(), new JsonDocument(body));
    }

    /**
     * A 200 with a JSON document that is made whole before anything of it is sent, and gets an
     * entity tag: whoever has it already ({@code If-None-Match}) gets a 304. For documents that
     * change seldom and are asked for often; at most some hundred kilobytes.
     */
    public static Reply tagged(JsonBody body) {
        return new Reply(200, "application/json", Map.of(), new TaggedDocument(body));
    }

    /**
     * A 200 with a JSON document that is the same for as long as this reply is given: it is made at
     * the first time, and sent again as it is.
     */
    public static Reply kept(JsonBody body) {
        return new Reply(200, "application/json", Map.of(), new KeptDocument(body));
    }

    /** A 200 with live data, {@code text/event-stream}, which stays open. */
    public static Reply events(EventStream stream) {
        return new Reply(200, "text/event-stream", Map.of(), new Events(stream));
    }

    /** This with one header more. */
    public Reply with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Reply(status, contentType, more, body);
    }

    /** A 200 with plain text. */
    public static Reply text(String text) {
        return text(200, text);
    }

    /** Plain text with a status of its own. */
    public static Reply text(int status, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Reply(status, "text/plain; charset=utf-8", Map.of(), out -> out.write(bytes));
    }

    /**
     * A body that is JSON. The server knows it and brings the writer, so that no bundle but {@code
     * http} holds a JSON library.
     *
     * @param json what writes the document
     */
    public record JsonDocument(JsonBody json) implements Body {
        @Override
        public void write(OutputStream out) {
            throw new IllegalStateException(
                    "a JSON document is written by the server, not as bytes");
        }
    }

    /** A body that is JSON and never changes. Any thread. */
    public static final class KeptDocument implements Body {

        private final JsonBody json;
        private volatile byte[] bytes;

        KeptDocument(JsonBody json) {
            this.json = json;
        }

        /** What writes the document. */
        public JsonBody json() {
            return json;
        }

        /** The document, made by {@code writer} if it is the first time. */
        public byte[] bytes(Writer writer) throws IOException {
            byte[] made = bytes;
            if (made == null) {
                made = writer.write(json);
                bytes = made;
            }
            return made;
        }

        @Override
        public void write(OutputStream out) {
            throw new IllegalStateException(
                    "a JSON document is written by the server, not as bytes");
        }

        /** Makes the bytes of a document. */
        @FunctionalInterface
        public interface Writer {
            byte[] write(JsonBody json) throws IOException;
        }
    }

    /**
     * A body that is JSON, made whole and tagged by the server.
     *
     * @param json what writes the document
     */
    public record TaggedDocument(JsonBody json) implements Body {
        @Override
        public void write(OutputStream out) {
            throw new IllegalStateException(
                    "a JSON document is written by the server, not as bytes");
        }
    }

    /**
     * A body that is live data.
     *
     * @param stream which the server closes
     */
    public record Events(EventStream stream) implements Body {
        @Override
        public void write(OutputStream out) {
            throw new IllegalStateException("events are written by the server, not as bytes");
        }
    }
}
