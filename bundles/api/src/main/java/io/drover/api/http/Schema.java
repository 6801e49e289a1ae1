package io.drover.api.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a value of a document looks like, for the API description: JSON Schema 2020-12, which
 * OpenAPI 3.1 uses. Tests hold every answer of the running agent against it.
 *
 * @param document the schema itself, values as {@link Json#value(Object)} takes them
 */
public record Schema(Map<String, Object> document) {

    public Schema {
        document = Collections.unmodifiableMap(new LinkedHashMap<>(document));
    }

    /** Any text. */
    public static Schema text() {
        return type("string");
    }

    /** One of these words. */
    public static Schema words(String... words) {
        return text().plus("enum", List.of(words));
    }

    /** A moment: RFC 3339, UTC. */
    public static Schema instant() {
        return text().plus("format", "date-time");
    }

    /** A whole number. */
    public static Schema whole() {
        return type("integer");
    }

    /** A whole number from {@code min} to {@code max}. */
    public static Schema whole(long min, long max) {
        return whole().plus("minimum", min).plus("maximum", max);
    }

    /** A number. */
    public static Schema number() {
        return type("number");
    }

    /** A length of time in seconds. */
    public static Schema seconds() {
        return number().plus("x-unit", "s");
    }

    /** True or false. */
    public static Schema bool() {
        return type("boolean");
    }

    /** Any value. */
    public static Schema any() {
        return new Schema(Map.of());
    }

    /** A list. */
    public static Schema list(Schema items) {
        return type("array").plus("items", items.document());
    }

    /** An object whose members' names are data. */
    public static Schema map(Schema values) {
        return type("object").plus("additionalProperties", values.document());
    }

    /** An object; its members follow by {@link #with} and {@link #maybe}. */
    public static Schema object() {
        return type("object");
    }

    /** This object with a member that is always there. */
    public Schema with(String name, Schema member) {
        List<Object> required = new ArrayList<>();
        if (document.get("required") instanceof List<?> before) {
            required.addAll(before);
        }
        required.add(name);
        return maybe(name, member).plus("required", List.copyOf(required));
    }

    /** This object with a member that may be missing. */
    public Schema maybe(String name, Schema member) {
        Map<String, Object> properties = new LinkedHashMap<>();
        if (document.get("properties") instanceof Map<?, ?> before) {
            before.forEach((key, value) -> properties.put(String.valueOf(key), value));
        }
        properties.put(name, member.document());
        return plus("properties", Collections.unmodifiableMap(properties));
    }

    /** This, or null. */
    public Schema orNull() {
        return new Schema(Map.of("anyOf", List.of(document, Map.of("type", "null"))));
    }

    /** This with a sentence about it. */
    public Schema about(String description) {
        return plus("description", description);
    }

    /** This with one keyword more, or another value for it. */
    public Schema plus(String keyword, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(document);
        more.put(keyword, value);
        return new Schema(more);
    }

    private static Schema type(String word) {
        return new Schema(Map.of("type", word));
    }
}
