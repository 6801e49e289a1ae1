package io.drover.api.conntrack;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the numbering of all events that the kernel told: a reader that knows the place of the
 * last event it has seen can go on behind it. The numbering outlives a replacement of the bundle
 * {@code conntrack}; it begins anew, with another epoch, when the kernel's buffer had to be opened
 * anew.
 *
 * @param epoch which numbering
 * @param number of the last event before the place; each event counts one, each one that the kernel
 *     lost too
 */
public record StreamPosition(long epoch, long number) {

    /**
     * Of a table that has not begun to follow and does not know which numbering it goes on with.
     */
    public static final StreamPosition UNKNOWN = new StreamPosition(0, 0);

    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{1,16})\\.([0-9]{1,18})");

    /** Reads what {@link #toString} writes; empty if it is nothing like it. */
    public static Optional<StreamPosition> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches()
                ? Optional.of(
                        new StreamPosition(
                                Long.parseUnsignedLong(parts.group(1), 16),
                                Long.parseLong(parts.group(2))))
                : Optional.empty();
    }

    /** As a token for clients: {@code 5f3a09bc.4711}. */
    @Override
    public String toString() {
        return Long.toHexString(epoch) + "." + number;
    }
}
