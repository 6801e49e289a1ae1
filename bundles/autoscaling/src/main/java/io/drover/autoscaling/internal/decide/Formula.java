package io.drover.autoscaling.internal.decide;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A formula over queries as one query: {@code a / b * 100} becomes PromQL, which has the same signs
 * and the same order among them. Each query counts as the sum of its series. Pure.
 */
final class Formula {

    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s*(?:(\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?)|([A-Za-z_]\\w*)|([-+*/()]))\\s*");
    private static final int LENGTH_MAX = 1_000;
    private static final int DEPTH_MAX = 50;

    private final Matcher matcher;
    private final String text;
    private final Map<String, String> queries;
    private final StringBuilder written = new StringBuilder();
    private final Set<String> used = new TreeSet<>();
    private String token = "";
    private int end;
    private int depth;

    private Formula(String text, Map<String, String> queries) {
        this.text = text;
        this.queries = queries;
        this.matcher = TOKEN.matcher(text);
    }

    /**
     * What came of it.
     *
     * @param query in PromQL
     * @param used the names of the queries that are in it
     */
    record Composed(String query, Set<String> used) {}

    /**
     * Reads a formula.
     *
     * @param queries PromQL by name
     * @throws IllegalArgumentException if it is none, saying why
     */
    static Composed compose(String text, Map<String, String> queries) {
        if (text.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("must have at most " + LENGTH_MAX + " characters");
        }
        Formula formula = new Formula(text, queries);
        formula.next();
        formula.sum();
        if (!formula.token.isEmpty()) {
            throw formula.wrong("an end");
        }
        if (formula.used.isEmpty()) {
            throw new IllegalArgumentException("must have the name of a query in it");
        }
        return new Composed(formula.written.toString(), formula.used);
    }

    private void sum() {
        product();
        while (token.equals("+") || token.equals("-")) {
            take(" " + token + " ");
            product();
        }
    }

    private void product() {
        factor();
        while (token.equals("*") || token.equals("/")) {
            take(" " + token + " ");
            factor();
        }
    }

    private void factor() {
        if (++depth > DEPTH_MAX) {
            throw new IllegalArgumentException("must be at most " + DEPTH_MAX + " deep");
        }
        if (token.equals("-")) {
            take("-");
            factor();
        } else if (token.equals("(")) {
            take("(");
            sum();
            if (!token.equals(")")) {
                throw wrong("a closing parenthesis");
            }
            take(")");
        } else if (!token.isEmpty() && Character.isDigit(token.charAt(0))) {
            take(token);
        } else {
            name();
        }
        depth--;
    }

    private void name() {
        String name = token;
        if (name.isEmpty() || !(Character.isLetter(name.charAt(0)) || name.charAt(0) == '_')) {
            throw wrong("a number or the name of a query");
        }
        if (text.startsWith("(", end)) {
            throw new IllegalArgumentException("must be without functions, has " + name);
        }
        if (!queries.containsKey(name)) {
            throw new IllegalArgumentException(
                    "must have the names of its queries alone, has \"" + Spec.shown(name) + "\"");
        }
        used.add(name);
        String query = queries.get(name);
        take("sum(" + query + (query.contains("#") ? "\n)" : ")")); // a comment ends with its line
    }

    private void take(String promql) {
        written.append(promql);
        next();
    }

    private void next() {
        if (end == text.length()) {
            token = "";
        } else if (matcher.find(end) && matcher.start() == end) {
            token = matcher.group().strip();
            end = matcher.end();
        } else {
            throw new IllegalArgumentException(
                    "must be of names, numbers, + - * / and parentheses, has \""
                            + Spec.shown(text.substring(end))
                            + "\"");
        }
    }

    private IllegalArgumentException wrong(String wanted) {
        return new IllegalArgumentException(
                "must have "
                        + wanted
                        + " where it has "
                        + (token.isEmpty() ? "its end" : "\"" + Spec.shown(token) + "\""));
    }
}
