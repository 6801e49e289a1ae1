package io.drover.config.internal.schema;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the values that a key offers: a word, or any whole number of a range, which metatype has
 * no type for beside words and which stands there as {@code 0..65535}. Pure.
 *
 * @param text as the bundle says it
 * @param range empty for a word
 */
public record Choice(String text, Optional<Bounds> range) {

    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})\\.\\.(\\d{1,18})");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    static Choice of(String option) {
        Matcher range = RANGE.matcher(option);
        return new Choice(
                option,
                range.matches()
                        ? Optional.of(Bounds.of(range.group(1), range.group(2)))
                        : Optional.empty());
    }

    /** Whether {@code given} is it, or in it. */
    public boolean admits(String given) {
        return range.isPresent()
                ? NUMBER.matcher(given).matches() && range.get().admit(new BigDecimal(given))
                : text.equals(given);
    }

    /** For people: the word, or {@code 0 to 65535}. */
    public String words() {
        return range.map(
                        bounds ->
                                bounds.min().toPlainString()
                                        + " to "
                                        + bounds.max().toPlainString())
                .orElse(text);
    }
}
