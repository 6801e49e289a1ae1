package io.drover.launcher;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code conntrack [list] [OPTIONS]}, {@code conntrack resolve SOURCE DESTINATION [OPTIONS]},
 * {@code conntrack top [OPTIONS]}. What an option may be is the agent's to say. Pure.
 */
final class ConntrackVerb {

    private static final String BASE = "/api/v1/conntrack/";
    private static final List<String> LIST =
            List.of("protocol", "address", "port", "namespace", "state", "sort", "limit", "after");
    private static final List<String> RESOLVE = List.of("protocol", "zone", "namespace");
    private static final List<String> TOP = List.of("by", "measure", "limit");
    private static final Pattern END =
            Pattern.compile("(?:\\[([^\\]]+)]|([^:\\[\\]]+))(?::([0-9]{1,5}))?");

    private ConntrackVerb() {}

    static Call call(Words words) throws StartException {
        StringBuilder query = new StringBuilder();
        if (words.flag("resolve")) {
            options(RESOLVE, words, query);
            List<String> ends = words.rest();
            if (ends.size() != 2) {
                throw new StartException(
                        ExitCode.USAGE,
                        "conntrack resolve takes SOURCE and DESTINATION, as 10.0.0.1:40000 10.96.0.10:53 or [fd00::1]:1 [fd00::2]:2");
            }
            end("source", ends.get(0), query);
            end("destination", ends.get(1), query);
            return Call.get(BASE + "resolve" + query, words);
        }
        if (words.flag("top")) {
            options(TOP, words, query);
            return Call.get(BASE + "top" + query, words);
        }
        words.flag("list");
        if (words.flag("--nat")) {
            add("nat", "true", query);
        }
        options(LIST, words, query);
        return Call.get(BASE + "connections" + query, words);
    }

    private static void options(List<String> names, Words words, StringBuilder query)
            throws StartException {
        for (String name : names) {
            Optional<String> value = words.value("--" + name);
            if (value.isPresent()) {
                add(name, value.get(), query);
            }
        }
    }

    private static void end(String name, String text, StringBuilder query) throws StartException {
        Matcher parts = END.matcher(text);
        if (!parts.matches()) {
            throw new StartException(
                    ExitCode.USAGE,
                    "conntrack resolve: "
                            + name
                            + " must be ADDRESS:PORT, as 10.0.0.1:80 or [fd00::1]:80, is "
                            + text);
        }
        add(name, parts.group(1) == null ? parts.group(2) : parts.group(1), query);
        if (parts.group(3) != null) {
            add(name + "_port", parts.group(3), query);
        }
    }

    private static void add(String name, String value, StringBuilder query) {
        query.append(query.isEmpty() ? "?" : "&")
                .append(name)
                .append("=")
                .append(Call.encoded(value));
    }
}
