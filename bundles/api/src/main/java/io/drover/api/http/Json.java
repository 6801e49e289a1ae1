package io.drover.api.http;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/**
 * Writes one JSON document piece by piece, UTF-8, to the client. Given by the server; not to be
 * kept.
 *
 * <p>Instants become RFC 3339 strings in UTC; an infinite or missing number becomes null.
 */
public interface Json {

    /**
     * Begins an object, as the document, an array's element or the value of the last {@link #name}.
     */
    Json object() throws IOException;

    /** Begins an array. */
    Json array() throws IOException;

    /** Ends what was begun last. */
    Json end() throws IOException;

    /** The name of the next value in an object. */
    Json name(String name) throws IOException;

    /**
     * A value: a string, number, boolean, {@link Instant}, {@link java.time.Duration} (seconds as a
     * number), enum (its name), null, or a {@link Map} or {@link Iterable} of such.
     *
     * @throws IllegalArgumentException for any other type
     */
    Json value(Object value) throws IOException;

    /** A whole number, without boxing. */
    Json value(long value) throws IOException;

    /** A member of an object. */
    default Json field(String name, Object value) throws IOException {
        return name(name).value(value);
    }

    /** A member of an object that is a whole number. */
    default Json field(String name, long value) throws IOException {
        return name(name).value(value);
    }
}
