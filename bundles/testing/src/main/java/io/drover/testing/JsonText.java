package io.drover.testing;

import io.drover.api.http.Json;
import io.drover.api.http.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * A document as text, without spaces. Refuses what the server's writer would refuse: values of
 * other types, a member without a name, an end too many or too few. For one thread.
 */
public final class JsonText implements Json {

    private static final List<Class<?>> NUMBERS =
            List.of(
                    Byte.class,
                    Short.class,
                    Integer.class,
                    Long.class,
                    BigInteger.class,
                    BigDecimal.class);

    private final StringBuilder text = new StringBuilder();
    private final Deque<Character> open = new ArrayDeque<>();
    private boolean named;
    private boolean first = true;

    /** The body of a reply, a JSON document or plain text. */
    public static String of(Reply reply) {
        try {
            if (reply.body() instanceof Reply.JsonDocument document) {
                JsonText json = new JsonText();
                document.json().write(json);
                return json.document();
            }
            if (reply.body() instanceof Reply.TaggedDocument document) {
                JsonText json = new JsonText();
                document.json().write(json);
                return json.document();
            }
            if (reply.body() instanceof Reply.KeptDocument document) {
                JsonText json = new JsonText();
                document.json().write(json);
                return json.document();
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            reply.body().write(bytes);
            return bytes.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("write a reply to memory", e);
        }
    }

    /** The whole document. */
    public String document() {
        check(open.isEmpty() && !text.isEmpty(), "the document has no end: " + text);
        return text.toString();
    }

    @Override
    public Json object() {
        return begin('{', '}');
    }

    @Override
    public Json array() {
        return begin('[', ']');
    }

    @Override
    public Json end() {
        check(!open.isEmpty() && !named, "nothing to end after " + text);
        text.append(open.pop());
        first = false;
        return this;
    }

    @Override
    public Json name(String name) {
        check(inObject() && !named, "no place for the name " + name + " after " + text);
        separate();
        quote(name);
        text.append(':');
        named = true;
        return this;
    }

    @Override
    public Json value(long value) {
        return write(Long.toString(value));
    }

    @Override
    public Json value(Object value) throws IOException {
        if (value instanceof Map<?, ?> members) {
            object();
            for (Map.Entry<?, ?> member : members.entrySet()) {
                field(String.valueOf(member.getKey()), member.getValue());
            }
            return end();
        }
        if (value instanceof Iterable<?> items) {
            array();
            for (Object item : items) {
                value(item);
            }
            return end();
        }
        beforeValue();
        scalar(value);
        return this;
    }

    private void scalar(Object value) {
        if (value == null || value instanceof Boolean) {
            text.append(value);
        } else if (value instanceof Double || value instanceof Float) {
            text.append(Double.isFinite(((Number) value).doubleValue()) ? value : "null");
        } else if (NUMBERS.contains(value.getClass())) {
            text.append(value);
        } else if (value instanceof Duration seconds) {
            BigDecimal exact = BigDecimal.valueOf(seconds.toNanos(), 9);
            text.append(exact.stripTrailingZeros().toPlainString());
        } else if (value instanceof String || value instanceof Instant) {
            quote(value.toString());
        } else if (value instanceof Enum<?> constant) {
            quote(constant.name());
        } else {
            throw new IllegalArgumentException("not a JSON value: " + value.getClass().getName());
        }
    }

    private Json begin(char opening, char closing) {
        beforeValue();
        text.append(opening);
        open.push(closing);
        first = true;
        return this;
    }

    private Json write(String literal) {
        beforeValue();
        text.append(literal);
        return this;
    }

    private void beforeValue() {
        if (inObject()) {
            check(named, "a member without a name after " + text);
            named = false;
        } else if (open.isEmpty()) {
            check(text.isEmpty(), "a second document after " + text);
        } else {
            separate();
        }
        first = false;
    }

    private void separate() {
        if (!first) {
            text.append(',');
        }
        first = false;
    }

    private boolean inObject() {
        return !open.isEmpty() && open.peek() == '}';
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < 0x20) {
                text.append("\\u%04x".formatted((int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalStateException(message);
        }
    }
}
