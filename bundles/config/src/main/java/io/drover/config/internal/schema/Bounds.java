package io.drover.config.internal.schema;

import java.math.BigDecimal;

/**
 * What a number, or the length of a text, may be.
 *
 * @param min null for none
 * @param max null for none
 */
public record Bounds(BigDecimal min, BigDecimal max) {

    /** Those of metatype; empty for none. */
    static Bounds of(String min, String max) {
        return new Bounds(number(min), number(max));
    }

    private static BigDecimal number(String text) {
        return text.isEmpty() ? null : new BigDecimal(text);
    }

    /** Whether it lies between the bounds or on one. */
    public boolean admit(BigDecimal number) {
        return (min == null || number.compareTo(min) >= 0)
                && (max == null || number.compareTo(max) <= 0);
    }

    /** The bounds in words, to stand after "must be" or "must be a number"; empty for none. */
    public String words() {
        if (min == null) {
            return max == null ? "" : max.toPlainString() + " or less";
        }
        String least = min.toPlainString();
        return max == null ? least + " or more" : "from " + least + " to " + max.toPlainString();
    }
}
