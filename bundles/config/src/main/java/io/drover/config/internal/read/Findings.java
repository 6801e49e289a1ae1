package io.drover.config.internal.read;

import io.drover.api.config.Finding;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is wrong, up to a bound: a file of nothing but mistakes must not become a report
 * larger than itself. Used by one thread.
 */
public final class Findings {

    /** How many are told. */
    public static final int MAX = 100;

    private static final int SHOWN_MAX = 60;
    private static final int REPLACEMENT = 0xFFFD;

    private final List<Finding> list = new ArrayList<>();
    private int untold;

    /** One more; the value is made fit to be shown. */
    public void add(String source, String key, String rule, String value) {
        add(new Finding(source, shown(key), rule, shown(value)));
    }

    /** One more, as it is. */
    public void add(Finding finding) {
        if (list.size() < MAX) {
            list.add(finding);
        } else {
            untold++;
        }
    }

    /** All of them, in order; the last one says how many more there are. */
    public List<Finding> all() {
        if (untold == 0) {
            return List.copyOf(list);
        }
        List<Finding> all = new ArrayList<>(list);
        all.add(new Finding("", "", "and " + untold + " more findings", ""));
        return List.copyOf(all);
    }

    /** Short, in one line. */
    public static String shown(String text) {
        return shown(text, SHOWN_MAX);
    }

    /** In one line of at most so many characters. */
    public static String shown(String text, int max) {
        int length = text.codePointCount(0, text.length());
        return length <= max
                ? printable(text)
                : printable(text.substring(0, text.offsetByCodePoints(0, max))) + "…";
    }

    /** Without characters that could break the line or play tricks on a terminal. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(p -> out.appendCodePoint(harmless(p) ? p : REPLACEMENT));
        return out.toString();
    }

    private static boolean harmless(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    false;
            default -> true;
        };
    }
}
