package io.drover.autoscaling.internal.source;

import io.drover.api.kubernetes.KubeObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A label selector in the text form that the scale subresource gives: {@code app=web,tier in
 * (a,b),!canary} (kubernetes.io/docs/concepts/overview/working-with-objects/labels). Immutable.
 */
public final class Selector {

    private static final String KEY = "([A-Za-z0-9._/-]+)";
    private static final Pattern REQUIREMENT =
            Pattern.compile(
                    "\\s*(?:"
                            + KEY
                            + "\\s*(==|=|!=)\\s*([A-Za-z0-9._-]*)|"
                            + KEY
                            + "\\s+(in|notin)\\s+\\(([^()]*)\\)|(!?)\\s*"
                            + KEY
                            + ")\\s*(,|$)");

    private final String text;
    private final List<Requirement> requirements;

    private Selector(String text, List<Requirement> requirements) {
        this.text = text;
        this.requirements = List.copyOf(requirements);
    }

    /**
     * One requirement.
     *
     * @param key the label
     * @param values what its value must be; null for any value
     * @param not whether it must be the other way
     */
    private record Requirement(String key, Set<String> values, boolean not) {
        boolean holds(Map<String, String> labels) {
            String value = labels.get(key);
            boolean holds = value != null && (values == null || values.contains(value));
            return holds != not;
        }
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is empty or not a selector: an empty one would select
     *     every pod
     */
    public static Selector of(String text) {
        List<Requirement> requirements = new ArrayList<>();
        Matcher matcher = REQUIREMENT.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                throw new IllegalArgumentException("not a label selector: \"" + text + "\"");
            }
            requirements.add(requirement(matcher));
            at = matcher.end();
        }
        if (requirements.isEmpty() || text.endsWith(",")) {
            throw new IllegalArgumentException("not a label selector: \"" + text + "\"");
        }
        return new Selector(text, requirements);
    }

    /**
     * A LabelSelector in that text form; empty when it has no requirement, which selects nothing
     * here.
     *
     * @param selector {@code matchLabels} and {@code matchExpressions}
     */
    static String text(Map<String, Object> selector) {
        List<String> parts = new ArrayList<>();
        KubeObject.map(selector, "matchLabels")
                .forEach((key, value) -> parts.add(key + "=" + value));
        if (selector.get("matchExpressions") instanceof List<?> expressions) {
            for (Object each : expressions) {
                parts.add(each instanceof Map<?, ?> one ? expression(one) : "?");
            }
        }
        Collections.sort(parts);
        return String.join(",", parts);
    }

    private static String expression(Map<?, ?> one) {
        String key = String.valueOf(one.get("key"));
        String values =
                one.get("values") instanceof List<?> list
                        ? list.stream()
                                .map(String::valueOf)
                                .sorted()
                                .collect(Collectors.joining(",", " (", ")"))
                        : "";
        return switch (String.valueOf(one.get("operator"))) {
            case "In" -> key + " in" + values;
            case "NotIn" -> key + " notin" + values;
            case "Exists" -> key;
            case "DoesNotExist" -> "!" + key;
            default -> "?"; // which is no selector, and says so when it is read
        };
    }

    /** Whether an object with these labels is selected. */
    public boolean selects(Map<String, String> labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.holds(labels)) {
                return false;
            }
        }
        return true;
    }

    /** As it was read. */
    @Override
    public String toString() {
        return text;
    }

    private static Requirement requirement(Matcher matcher) {
        if (matcher.group(1) != null) {
            return new Requirement(
                    matcher.group(1), Set.of(matcher.group(3)), matcher.group(2).equals("!="));
        }
        if (matcher.group(4) != null) {
            Set<String> values = new HashSet<>();
            for (String value : matcher.group(6).split(",", -1)) {
                values.add(value.strip());
            }
            return new Requirement(
                    matcher.group(4), Set.copyOf(values), matcher.group(5).equals("notin"));
        }
        return new Requirement(matcher.group(8), null, matcher.group(7).equals("!"));
    }
}
