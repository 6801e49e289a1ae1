package io.drover.core.internal.flare;

import io.drover.api.http.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * A document as text, indented, for a file: the server's writer is of the bundle {@code http},
 * which may be what is broken. For one thread.
 */
final class PlainJson implements Json {

    private final StringBuilder text = new StringBuilder(1024);
    private final Deque<Character> open = new ArrayDeque<>();
    private boolean first = true;
    private boolean named;

    /** Writes a document whole. */
    interface Body {
        void write(Json json) throws IOException;
    }

    static String of(Body body) throws IOException {
        PlainJson json = new PlainJson();
        body.write(json);
        return json.text.append('\n').toString();
    }

    @Override
    public Json object() {
        return begin('{', '}');
    }

    @Override
    public Json array() {
        return begin('[', ']');
    }

    private Json begin(char opening, char closing) {
        separate();
        text.append(opening);
        open.push(closing);
        first = true;
        return this;
    }

    @Override
    public Json end() {
        char closing = open.pop();
        if (!first) {
            line();
        }
        text.append(closing);
        first = false;
        return this;
    }

    @Override
    public Json name(String name) {
        separate();
        quote(name);
        text.append(": ");
        named = true;
        return this;
    }

    @Override
    public Json value(long value) {
        separate();
        text.append(value);
        return this;
    }

    @Override
    public Json value(Object value) throws IOException {
        if (value instanceof Map<?, ?> members) {
            object();
            for (Map.Entry<?, ?> member : members.entrySet()) {
                name(String.valueOf(member.getKey())).value(member.getValue());
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
        separate();
        scalar(value);
        return this;
    }

    private void scalar(Object value) {
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            text.append(Double.isFinite(number) ? value : "null");
        } else if (value instanceof Duration seconds) {
            text.append(
                    BigDecimal.valueOf(seconds.toNanos(), 9).stripTrailingZeros().toPlainString());
        } else if (value == null || value instanceof Boolean || value instanceof Number) {
            text.append(value);
        } else {
            quote(value.toString());
        }
    }

    private void separate() {
        if (named) {
            named = false;
            return;
        }
        if (!first) {
            text.append(',');
        }
        first = false;
        if (!open.isEmpty()) {
            line();
        }
    }

    private void line() {
        text.append('\n').append("  ".repeat(open.size()));
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < 0x20) {
                        text.append("\\u%04x".formatted((int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
