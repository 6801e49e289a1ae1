package io.drover.config.internal;

import io.drover.config.internal.schema.Bounds;
import io.drover.config.internal.schema.Choice;
import io.drover.config.internal.schema.Key;
import io.drover.config.internal.schema.Schema;
import io.drover.config.internal.schema.Section;
import io.drover.config.internal.schema.ValueType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What can stand in {@code etc/drover.yaml}, as JSON Schema 2020-12, which editors check a file
 * against while it is written. Pure.
 */
public final class JsonSchema {

    private JsonSchema() {}

    /** The document: maps, lists, strings, numbers and booleans. */
    public static Map<String, Object> of(Schema schema) {
        Map<String, Object> sections = new LinkedHashMap<>();
        schema.sections().forEach((word, section) -> sections.put(word, section(section)));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        document.put("title", "Drover");
        document.put("type", List.of("object", "null"));
        document.put("properties", sections);
        document.put("additionalProperties", false);
        return document;
    }

    private static Map<String, Object> section(Section section) {
        Map<String, Object> keys = new LinkedHashMap<>();
        section.keys().forEach((name, key) -> keys.put(name, key(key)));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", List.of("object", "null"));
        document.put("properties", keys);
        document.put("additionalProperties", false);
        return document;
    }

    private static Map<String, Object> key(Key key) {
        Map<String, Object> document = new LinkedHashMap<>();
        if (!key.description().isEmpty()) {
            document.put("description", key.description());
        }
        if (key.list()) {
            document.put("type", "array");
            document.put("items", value(key));
            if (key.itemsMax() < Integer.MAX_VALUE) {
                document.put("maxItems", key.itemsMax());
            }
            document.put("default", key.defaults().stream().map(d -> typed(key, d)).toList());
        } else {
            document.putAll(value(key));
            if (!key.defaults().isEmpty()) {
                document.put("default", typed(key, key.defaults().get(0)));
            }
        }
        return document;
    }

    private static Map<String, Object> value(Key key) {
        Map<String, Object> document = new LinkedHashMap<>();
        switch (key.type()) {
            case TRUTH -> document.put("type", "boolean");
            case INTEGER, LONG -> document.put("type", "integer");
            case DOUBLE -> document.put("type", "number");
            // A text may stand without quotes and then look like a number.
            case TEXT, SECRET -> document.put("type", List.of("string", "number", "boolean"));
        }
        boolean text = key.type() == ValueType.TEXT;
        if (key.type() != ValueType.SECRET) {
            bounds(
                    document,
                    key.bounds(),
                    text ? "minLength" : "minimum",
                    text ? "maxLength" : "maximum");
        }
        options(document, key);
        if (key.secret()) {
            document.put("writeOnly", true);
        }
        return document;
    }

    private static void options(Map<String, Object> document, Key key) {
        List<Choice> ranges = key.choices().stream().filter(c -> c.range().isPresent()).toList();
        List<String> words = new ArrayList<>(key.options());
        ranges.forEach(range -> words.remove(range.text()));
        Map<String, Object> some = Map.of("enum", words.stream().map(o -> typed(key, o)).toList());
        if (ranges.isEmpty()) {
            if (!words.isEmpty()) {
                document.putAll(some);
            }
            return;
        }
        List<Object> any = new ArrayList<>();
        if (!words.isEmpty()) {
            any.add(some);
        }
        for (Choice range : ranges) {
            Map<String, Object> numbers = new LinkedHashMap<>();
            numbers.put("type", "integer");
            bounds(numbers, range.range().orElseThrow(), "minimum", "maximum");
            any.add(numbers);
        }
        document.put("anyOf", any);
    }

    private static void bounds(
            Map<String, Object> document, Bounds bounds, String least, String most) {
        if (bounds.min() != null) {
            document.put(least, number(bounds.min()));
        }
        if (bounds.max() != null) {
            document.put(most, number(bounds.max()));
        }
    }

    private static Object typed(Key key, String text) {
        return switch (key.type()) {
            case TRUTH -> Boolean.valueOf(text);
            case INTEGER, LONG, DOUBLE -> number(new BigDecimal(text));
            case TEXT, SECRET -> isNumber(key, text) ? number(new BigDecimal(text)) : text;
        };
    }

    /** Whether a text is a number to its key: in one of the ranges that it offers. */
    private static boolean isNumber(Key key, String text) {
        return key.choices().stream().anyMatch(c -> c.range().isPresent() && c.admits(text));
    }

    private static Object number(BigDecimal number) {
        BigDecimal bare = number.stripTrailingZeros();
        return bare.scale() <= 0 ? (Object) bare.longValueExact() : (Object) bare.doubleValue();
    }
}
