package io.drover.security.internal.token;

import io.drover.api.security.Scope;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The file {@code secrets/tokens} as text: a first line that names the form, then a line for each
 * token with its digest, name, scopes, begin, end and whether it is replaced. It holds no token.
 *
 * <pre>
 * drover-tokens 1
 * 9f86d0…15b0f00a08 ci read,metrics 2026-11-22T20:00:00Z - current
 * </pre>
 */
final class TokenLines {

    static final String FORM = "drover-tokens 1";
    static final int LINES_MAX = 4096;

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final String NONE = "-";
    private static final String CURRENT = "current";
    private static final String REPLACED = "replaced";
    private static final int FIELDS = 6;

    private TokenLines() {}

    /** What is wrong with the text, with the line's number. */
    static final class LineException extends Exception {
        private static final long serialVersionUID = 1L;

        LineException(int line, String what) {
            super("line " + line + " " + what);
        }
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    static byte[] write(List<Known> tokens) {
        StringBuilder text = new StringBuilder(FORM).append('\n');
        for (Known one : tokens) {
            text.append(one.digest().hex())
                    .append(' ')
                    .append(one.name())
                    .append(' ')
                    .append(scopes(one.scopes()))
                    .append(' ')
                    .append(one.created().map(Instant::toString).orElse(NONE))
                    .append(' ')
                    .append(one.expires().map(Instant::toString).orElse(NONE))
                    .append(' ')
                    .append(one.replaced() ? REPLACED : CURRENT)
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static List<Known> parse(byte[] content) throws LineException {
        String[] lines = new String(content, StandardCharsets.ISO_8859_1).split("\\r?\\n", -1);
        if (!lines[0].equals(FORM)) {
            throw new LineException(1, "must be '" + FORM + "'");
        }
        if (lines.length > LINES_MAX) {
            throw new LineException(LINES_MAX, "is the last that may be");
        }
        List<Known> tokens = new ArrayList<>();
        Set<String> current = new HashSet<>();
        for (int i = 1; i < lines.length; i++) {
            if (lines[i].isBlank()) {
                continue;
            }
            Known one = line(lines[i], i + 1);
            if (!one.replaced() && !current.add(one.name())) {
                throw new LineException(i + 1, "names a token that is there already");
            }
            tokens.add(one);
        }
        return tokens;
    }

    private static Known line(String text, int number) throws LineException {
        String[] fields = text.split(" ", FIELDS + 1);
        if (fields.length != FIELDS) {
            throw new LineException(number, "must have " + FIELDS + " fields");
        }
        TokenDigest digest =
                TokenDigest.parse(fields[0])
                        .orElseThrow(() -> new LineException(number, "begins with no SHA-256"));
        if (!isName(fields[1])) {
            throw new LineException(number, "has no name of a token in its second field");
        }
        boolean replaced = replaced(fields[5], number);
        boolean ofFile = Known.isOfFile(fields[1]);
        if (ofFile && !replaced) {
            throw new LineException(number, "gives a name that is taken by a file");
        }
        Set<Scope> scopes = scopes(fields[2], number);
        if (ofFile != scopes.isEmpty()) {
            throw new LineException(number, "has the wrong scopes for its name");
        }
        Optional<Instant> expires = instant(fields[4], number);
        if (replaced && expires.isEmpty()) {
            throw new LineException(number, "is replaced but has no end");
        }
        return Known.written(
                fields[1], digest, scopes, instant(fields[3], number), expires, replaced);
    }

    private static boolean replaced(String text, int number) throws LineException {
        return switch (text) {
            case CURRENT -> false;
            case REPLACED -> true;
            default -> throw new LineException(number, "must end with current or replaced");
        };
    }

    private static String scopes(Set<Scope> scopes) {
        return scopes.isEmpty()
                ? NONE
                : scopes.stream()
                        .sorted()
                        .map(scope -> scope.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(","));
    }

    private static Set<Scope> scopes(String text, int number) throws LineException {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        if (text.equals(NONE)) {
            return scopes;
        }
        for (String word : text.split(",", -1)) {
            scopes.add(
                    Scopes.parse(word)
                            .orElseThrow(() -> new LineException(number, "has an unknown scope")));
        }
        return scopes;
    }

    private static Optional<Instant> instant(String text, int number) throws LineException {
        if (text.equals(NONE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            throw new LineException(number, "has no instant such as 2026-11-22T20:00:00Z");
        }
    }
}
