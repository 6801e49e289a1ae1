package io.drover.core.internal.flare;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of a text what is known to be a secret and what looks like one. Rather too much than
 * too little: a text that lost a checksum is still of use. Immutable; any thread.
 */
public final class Redactor {

    /** Shorter known values would be found everywhere by chance. */
    static final int KNOWN_MIN = 4;

    private record Rule(String name, Pattern pattern, String with) {}

    /** In this order; an earlier one takes what a later one could take too. */
    private static final List<Rule> RULES =
            List.of(
                    rule(
                            "private key",
                            "-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\\z)",
                            ""),
                    rule(
                            "authorization",
                            "(?i)\\b(bearer|basic|digest)\\s+[A-Za-z0-9+/=._~-]{8,}",
                            "$1 "),
                    rule("JWT", "\\beyJ[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]*", ""),
                    rule("URL", "(://[^\\s/:@]*:)[^\\s/@]+(?=@)", "$1"),
                    rule(
                            "named value",
                            "(?i)(<[a-z]?[\\w:.-]{0,40}?"
                                    + NamedValues.NAMES
                                    + "[\\w:.-]{0,40}>|(?<![\\w-])--[a-z][\\w-]{0,40}?"
                                    + NamedValues.NAMES
                                    + "[\\w-]{0,20}[ =])[^<\\s]+",
                            "$1"),
                    rule(
                            "vendor key",
                            "\\b(?:AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}|gh[pousr]_[A-Za-z0-9]{20,}"
                                    + "|glpat-[A-Za-z0-9_-]{20,}|xox[a-z]-[A-Za-z0-9-]{10,})",
                            ""));

    private static final List<Rule> LAST =
            List.of(
                    rule("hexadecimal", "(?<![0-9A-Za-z])[0-9a-fA-F]{32,}(?![0-9A-Za-z])", ""),
                    rule(
                            "random text",
                            "(?<![\\w./$-])(?=[\\w-]*[a-z])(?=[\\w-]*[A-Z])(?=(?:[\\w-]*?[0-9]){4})[\\w-]{32,}={0,2}",
                            ""));

    private final List<String> known;

    /**
     * @param known values that must not be in any text; also looked for in base64 and as part of a
     *     URL
     */
    public Redactor(Collection<String> known) {
        Set<String> all = new LinkedHashSet<>();
        for (String value : known) {
            if (value.strip().length() >= KNOWN_MIN) {
                all.addAll(forms(value.strip()));
            }
        }
        // The longest first: one that begins another must not leave the rest of it.
        this.known =
                all.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    }

    private static Set<String> forms(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(bytes);
        return new LinkedHashSet<>(
                List.of(
                        value,
                        base64,
                        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                        URLEncoder.encode(value, StandardCharsets.UTF_8),
                        value.replace("\\", "\\\\").replace("\"", "\\\"")));
    }

    /** The text without secrets. */
    public Redacted redact(String text) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        String now = text;
        for (String value : known) {
            now = replaceKnown(now, value, counts);
        }
        for (Rule rule : RULES) {
            now = apply(rule, now, counts);
        }
        now = NamedValues.redact(now, counts);
        for (Rule rule : LAST) {
            now = apply(rule, now, counts);
        }
        return new Redacted(now, counts);
    }

    private static String replaceKnown(String text, String value, Map<String, Integer> counts) {
        int found = text.indexOf(value);
        if (found < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        while (found >= 0) {
            out.append(text, from, found).append(mark("known secret"));
            counts.merge("known secret", 1, Integer::sum);
            from = found + value.length();
            found = text.indexOf(value, from);
        }
        return out.append(text, from, text.length()).toString();
    }

    private static String apply(Rule rule, String text, Map<String, Integer> counts) {
        Matcher matcher = rule.pattern().matcher(text);
        if (!matcher.find()) {
            return text;
        }
        return matcher.replaceAll(
                match -> {
                    counts.merge(rule.name(), 1, Integer::sum);
                    return rule.with() + Matcher.quoteReplacement(mark(rule.name()));
                });
    }

    static String mark(String rule) {
        return "[redacted: " + rule + "]";
    }

    private static Rule rule(String name, String pattern, String with) {
        return new Rule(name, Pattern.compile(pattern), with);
    }

    /**
     * A text without secrets.
     *
     * @param text it
     * @param counts how often each rule replaced something
     */
    public record Redacted(String text, Map<String, Integer> counts) {}
}
