package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.KubeObject;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Between JSON and the trees that leave this bundle, which nobody can change. By the parser alone:
 * data binding and fabric8's model cost some ten thousand classes. Any thread.
 */
final class Trees {

    private static final JsonFactory FACTORY = new JsonFactory();

    private Trees() {}

    /**
     * Reads a document.
     *
     * @throws IllegalArgumentException when it is no JSON object
     */
    static Map<String, Object> read(byte[] document, int length, Shape shape) {
        try (JsonParser parser =
                FACTORY.createParser(ObjectReadContext.empty(), document, 0, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a JSON object");
            }
            Map<String, Object> tree = object(parser, shape);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("something follows the JSON object");
            }
            return tree;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Reads a whole document. */
    static Map<String, Object> read(byte[] document) {
        return read(document, document.length, Shape.ALL);
    }

    /** Writes a document. */
    static String write(Map<String, Object> tree) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            value(json, tree);
        }
        return out.toString();
    }

    /** A copy that nobody can change, without field ownership. */
    static KubeObject object(Map<?, ?> document) {
        return new KubeObject(frozen(document));
    }

    private static Map<String, Object> object(JsonParser parser, Shape shape) {
        Map<String, Object> tree = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            Shape member = shape.member(name);
            if (member == null) {
                parser.skipChildren();
            } else {
                tree.put(name, value(parser, token, member));
            }
        }
        return Collections.unmodifiableMap(tree);
    }

    private static Object value(JsonParser parser, JsonToken token, Shape shape) {
        return switch (token) {
            case START_OBJECT -> object(parser, shape);
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                for (JsonToken next = parser.nextToken();
                        next != JsonToken.END_ARRAY;
                        next = parser.nextToken()) {
                    list.add(value(parser, next, shape));
                }
                yield Collections.unmodifiableList(list);
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static void value(JsonGenerator json, Object value) {
        if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            map.forEach(
                    (name, member) -> {
                        json.writeName(name.toString());
                        value(json, member);
                    });
            json.writeEndObject();
        } else if (value instanceof Iterable<?> list) {
            json.writeStartArray();
            list.forEach(element -> value(json, element));
            json.writeEndArray();
        } else if (value instanceof Boolean bool) {
            json.writeBoolean(bool);
        } else if (value instanceof Double || value instanceof Float) {
            json.writeNumber(((Number) value).doubleValue());
        } else if (value instanceof Number number) {
            json.writeNumber(number.toString());
        } else if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value.toString());
        }
    }

    private static Map<String, Object> frozen(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>(map.size() * 2);
        map.forEach(
                (key, value) -> {
                    if (!key.equals("managedFields")) {
                        copy.put(key.toString(), frozenValue(value));
                    }
                });
        return Collections.unmodifiableMap(copy);
    }

    private static Object frozenValue(Object value) {
        if (value instanceof Map<?, ?> map) {
            return frozen(map);
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(frozenValue(element)));
            return Collections.unmodifiableList(copy);
        }
        return value;
    }
}
