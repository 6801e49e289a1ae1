package io.drover.launcher;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The agent's refusals (RFC 9457), as far as people read them. Pure functions. */
final class Problem {

    private static final Pattern DETAIL =
            Pattern.compile("\"detail\" *: *\"((?:[^\"\\\\]|\\\\.)*+)\"");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(u([0-9a-fA-F]{4})|.)");

    private Problem() {}

    /** The sentence in a problem document; empty if it holds none. */
    static Optional<String> detail(String json) {
        Matcher found = DETAIL.matcher(json);
        return found.find() ? Optional.of(unescaped(found.group(1))) : Optional.empty();
    }

    /** Of a JSON string (RFC 8259, 7). */
    private static String unescaped(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(
                        escape ->
                                Matcher.quoteReplacement(
                                        escape.group(2) != null
                                                ? String.valueOf(
                                                        (char)
                                                                Integer.parseInt(
                                                                        escape.group(2), 16))
                                                : single(escape.group(1))));
    }

    private static String single(String letter) {
        return switch (letter) {
            case "n" -> "\n";
            case "t" -> "\t";
            case "r" -> "\r";
            case "b" -> "\b";
            case "f" -> "\f";
            default -> letter;
        };
    }
}
