package io.drover.autoscaling.internal.decide;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one JSON document (RFC 8259) that somebody else wrote: no deeper than a bound, each name
 * once. Maps, lists, strings, {@link BigDecimal}, booleans, null. For one thread, used once.
 */
public final class JsonReader {

    private static final int DEPTH_MAX = 32;
    private static final int NUMBER_MAX = 64;

    private final String text;
    private int at;
    private int depth;

    private JsonReader(String text) {
        this.text = text;
    }

    /**
     * The document.
     *
     * @throws IllegalArgumentException naming the rule and the place; nothing of the document
     */
    public static Object read(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value();
        reader.space();
        if (reader.at < text.length()) {
            throw reader.wrong("one document and nothing behind it");
        }
        return value;
    }

    /**
     * The document, an object.
     *
     * @throws IllegalArgumentException naming the rule and the place
     */
    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
    public static Map<String, Object> readObject(String text) {
        if (read(text) instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new IllegalArgumentException("it must be an object");
    }

    private Object value() {
        space();
        char next = peek();
        return switch (next) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object() {
        deeper();
        Map<String, Object> map = new LinkedHashMap<>();
        if (!ends('}')) {
            do {
                space();
                String name = string();
                space();
                take(':');
                if (map.containsKey(name)) {
                    throw wrong("each name once");
                }
                map.put(name, value());
                space();
            } while (more('}'));
        }
        depth--;
        return map;
    }

    private List<Object> array() {
        deeper();
        List<Object> list = new ArrayList<>();
        if (!ends(']')) {
            do {
                list.add(value());
                space();
            } while (more(']'));
        }
        depth--;
        return list;
    }

    private void deeper() {
        at++;
        depth++;
        if (depth > DEPTH_MAX) {
            throw wrong("no more than " + DEPTH_MAX + " levels");
        }
    }

    private boolean ends(char end) {
        space();
        if (peek() == end) {
            at++;
            return true;
        }
        return false;
    }

    private boolean more(char end) {
        if (peek() == ',') {
            at++;
            return true;
        }
        take(end);
        return false;
    }

    private String string() {
        take('"');
        StringBuilder string = new StringBuilder();
        for (char next = peek(); next != '"'; next = peek()) {
            at++;
            if (next < ' ') {
                throw wrong("no control characters in a string");
            }
            string.append(next == '\\' ? escaped() : next);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char next = peek();
        at++;
        return switch (next) {
            case '"', '\\', '/' -> next;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unit();
            default -> throw wrong("one of the known escapes");
        };
    }

    private char unit() {
        String hex = text.substring(at, Math.min(text.length(), at + 4));
        if (!hex.matches("[0-9a-fA-F]{4}")) {
            throw wrong("four hexadecimal digits");
        }
        at += 4;
        return (char) Integer.parseInt(hex, 16);
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("a value");
        }
        at += word.length();
        return value;
    }

    private BigDecimal number() {
        int begin = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(begin, at);
        if (number.length() > NUMBER_MAX
                || !number.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d{1,3})?")) {
            at = begin;
            throw wrong("a value");
        }
        return new BigDecimal(number);
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("more");
        }
        return text.charAt(at);
    }

    private void take(char expected) {
        if (peek() != expected) {
            throw wrong("'" + expected + "'");
        }
        at++;
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException(
                "not JSON as it should be: expected " + expected + " at character " + at);
    }
}
