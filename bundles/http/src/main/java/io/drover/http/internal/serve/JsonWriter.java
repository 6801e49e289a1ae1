package io.drover.http.internal.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.drover.api.http.Json;
import io.drover.api.http.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Writes one JSON document to a stream, which it does not close. Used by one thread. */
final class JsonWriter implements Json {

    /** Not Jackson's own pool: that is a ThreadLocal, which on the server's threads outlives us. */
    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder()
                    .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                    .recyclerPool(JsonRecyclerPools.newBoundedPool(16))
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                    .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build();

    private static final int NESTING_MAX = 64;

    private final JsonGenerator out;
    private boolean begun;

    JsonWriter(OutputStream target) throws IOException {
        out = FACTORY.createGenerator(target);
    }

    /** Writes the document that {@code body} makes. */
    static void write(OutputStream target, Reply.JsonBody body) throws IOException {
        JsonWriter json = new JsonWriter(target);
        try {
            body.write(json);
            if (!json.begun || !json.out.getOutputContext().inRoot()) {
                throw new IllegalStateException("the JSON document has no end");
            }
        } catch (IOException | RuntimeException | Error e) {
            json.abandon();
            throw e;
        }
        json.out.close();
    }

    /** Gives the buffers back without writing what is in them. */
    private void abandon() throws IOException {
        if (out.getOutputTarget() instanceof Cut cut) {
            cut.cut();
        }
        out.close();
    }

    /** A stream that can be told to take no more. */
    interface Cut {
        void cut();
    }

    @Override
    public Json object() throws IOException {
        beforeValue();
        out.writeStartObject();
        return this;
    }

    @Override
    public Json array() throws IOException {
        beforeValue();
        out.writeStartArray();
        return this;
    }

    @Override
    public Json end() throws IOException {
        if (out.getOutputContext().inRoot()) {
            throw new IllegalStateException("nothing to end");
        }
        if (out.getOutputContext().inObject()) {
            out.writeEndObject();
        } else {
            out.writeEndArray();
        }
        return this;
    }

    @Override
    public Json name(String name) throws IOException {
        out.writeFieldName(name);
        return this;
    }

    @Override
    public Json value(long value) throws IOException {
        beforeValue();
        out.writeNumber(value);
        return this;
    }

    @Override
    public Json value(Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            return map(map);
        }
        if (value instanceof Iterable<?> items) {
            return list(items);
        }
        beforeValue();
        if (value == null) {
            out.writeNull();
        } else if (value instanceof String s) {
            out.writeString(s);
        } else if (value instanceof Boolean b) {
            out.writeBoolean(b);
        } else if (value instanceof Number n) {
            number(n);
        } else if (value instanceof Instant at) {
            out.writeString(at.toString());
        } else if (value instanceof Duration d) {
            out.writeNumber(seconds(d));
        } else if (value instanceof Enum<?> e) {
            out.writeString(e.name());
        } else {
            throw new IllegalArgumentException("not a JSON value: " + value.getClass().getName());
        }
        return this;
    }

    private void number(Number n) throws IOException {
        if (n instanceof Double || n instanceof Float) {
            if (Double.isFinite(n.doubleValue())) {
                out.writeNumber(n.toString());
            } else {
                out.writeNull();
            }
        } else if (n instanceof BigInteger big) {
            out.writeNumber(big);
        } else if (n instanceof BigDecimal big) {
            out.writeNumber(big);
        } else if (n instanceof Long
                || n instanceof Integer
                || n instanceof Short
                || n instanceof Byte) {
            out.writeNumber(n.longValue());
        } else {
            throw new IllegalArgumentException("not a JSON number: " + n.getClass().getName());
        }
    }

    private static BigDecimal seconds(Duration d) {
        BigDecimal exact =
                BigDecimal.valueOf(d.getSeconds()).add(BigDecimal.valueOf(d.getNano(), 9));
        return exact.signum() == 0 ? BigDecimal.ZERO : exact.stripTrailingZeros();
    }

    private Json map(Map<?, ?> map) throws IOException {
        object();
        for (Map.Entry<?, ?> member : map.entrySet()) {
            name(String.valueOf(member.getKey())).value(member.getValue());
        }
        return end();
    }

    private Json list(Iterable<?> items) throws IOException {
        array();
        for (Object item : items) {
            value(item);
        }
        return end();
    }

    private void beforeValue() {
        if (out.getOutputContext().inRoot()) {
            if (begun) {
                throw new IllegalStateException("a JSON document is one value");
            }
            begun = true;
        }
        if (out.getOutputContext().getNestingDepth() >= NESTING_MAX) {
            throw new IllegalStateException("a JSON document deeper than " + NESTING_MAX);
        }
    }
}
