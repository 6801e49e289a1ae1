package io.drover.core.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The facts of a subsystem as they were at one look. Pure functions. */
final class Facts {

    private Facts() {}

    /**
     * A copy in the same order, each value of a type that {@link io.drover.api.http.Json} takes:
     * one that it refuses would cut the view of all subsystems off in the middle.
     */
    static Map<String, Object> of(Map<String, Object> given) {
        Map<String, Object> facts = new LinkedHashMap<>();
        given.forEach((name, value) -> facts.put(name, plain(value)));
        return Collections.unmodifiableMap(facts);
    }

    private static Object plain(Object value) {
        if (value instanceof Number number) {
            return plainNumber(number);
        }
        boolean plain =
                value == null
                        || value instanceof Boolean
                        || value instanceof Instant
                        || value instanceof Duration;
        return plain ? value : value.toString();
    }

    /** Of a live one, as an AtomicLong, the figure that it has now. */
    private static Object plainNumber(Number number) {
        boolean plain =
                number instanceof Integer
                        || number instanceof Long
                        || number instanceof Double
                        || number instanceof Float
                        || number instanceof BigInteger
                        || number instanceof BigDecimal;
        if (plain) {
            return number;
        }
        double exact = number.doubleValue();
        return Double.isFinite(exact) && exact == Math.rint(exact)
                ? (Object) number.longValue()
                : (Object) exact;
    }
}
