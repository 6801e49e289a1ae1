package io.drover.core.internal.flare;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds values by a name that says secret before a colon or an equals sign, as in YAML, JSON,
 * properties and environments. The value is scanned by hand: an expression that knows quotes and
 * escapes would overflow the stack on a long one. Pure functions.
 */
final class NamedValues {

    static final String NAMES =
            "(?:pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|app[_-]?key|access[_-]?key|private[_-]?key"
                    + "|credential|authorization|cookie|session[_-]?id|signature)";

    private static final String RULE = "named value";

    /** Of a name the part that says secret, and all up to the value. */
    private static final Pattern NAME =
            Pattern.compile("(?i)(" + NAMES + "[\\w.-]{0,40}+)[\"']?[ \\t]*+[:=][ \\t]*+");

    /** A file's name, a count or a time is no secret, whatever it is of. */
    private static final Pattern HARMLESS_NAME =
            Pattern.compile(
                    "(?i).*[_.-](?:file|path|dir|count|total|seconds|ms|max|min|age|interval|since|at)");

    private static final Pattern HARMLESS_VALUE =
            Pattern.compile(
                    "(?i)(?:true|false|null|none|-?\\d{1,5}|\\[redacted.*|ENC\\[.*|file:.*)?");

    private NamedValues() {}

    static String redact(String text, Map<String, Integer> counts) {
        Matcher name = NAME.matcher(text);
        StringBuilder out = null;
        int copied = 0;
        int from = 0;
        while (from <= text.length() && name.find(from)) {
            int begin = name.end();
            int end = endOf(text, begin);
            from = Math.max(end, name.end());
            String value = bare(text.substring(begin, end));
            if (HARMLESS_NAME.matcher(name.group(1)).matches()
                    || HARMLESS_VALUE.matcher(value).matches()) {
                continue;
            }
            counts.merge(RULE, 1, Integer::sum);
            out = out == null ? new StringBuilder(text.length()) : out;
            String quote = quote(text, begin);
            out.append(text, copied, begin).append(quote).append(Redactor.mark(RULE)).append(quote);
            copied = end;
        }
        return out == null ? text : out.append(text, copied, text.length()).toString();
    }

    private static int endOf(String text, int begin) {
        if (begin >= text.length()) {
            return begin;
        }
        char first = text.charAt(begin);
        if (first == '"' || first == '\'') {
            return quoted(text, begin + 1, first);
        }
        if (first == '[') {
            int close = text.indexOf(']', begin);
            return close < 0 ? line(text, begin) : close + 1;
        }
        if (first == '|' || first == '>') {
            return deeper(text, begin, "[ \\t].*");
        }
        if (first == '\n') {
            return deeper(text, begin, "[ \\t]*- .*");
        }
        int end = begin;
        while (end < text.length() && " \t\r\n,;&<>{}()\"'".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static int quoted(String text, int begin, char quote) {
        for (int i = begin; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote == '"') {
                i++;
            } else if (c == quote) {
                return i + 1;
            } else if (c == '\n') {
                return i;
            }
        }
        return text.length();
    }

    private static int line(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    /** The lines that follow and have this shape, as of a block or a list in YAML. */
    private static int deeper(String text, int begin, String shape) {
        int end = line(text, begin);
        while (end < text.length()) {
            int next = line(text, end + 1);
            String line = text.substring(end + 1, Math.max(end + 1, next));
            if (!line.matches(shape)) {
                break;
            }
            end = next;
        }
        return end;
    }

    private static String quote(String text, int begin) {
        char first = begin < text.length() ? text.charAt(begin) : ' ';
        return first == '"' || first == '\'' ? String.valueOf(first) : "";
    }

    private static String bare(String value) {
        String bare = value.strip();
        boolean quoted = bare.length() >= 2 && (bare.charAt(0) == '"' || bare.charAt(0) == '\'');
        return quoted ? bare.substring(1, bare.length() - 1) : bare;
    }
}
