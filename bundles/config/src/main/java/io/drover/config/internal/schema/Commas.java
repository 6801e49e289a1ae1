package io.drover.config.internal.schema;

import java.util.ArrayList;
import java.util.List;

/**
 * Lists in one line of text: commas between the items, a backslash before a comma or backslash that
 * belongs to an item, blanks around items without meaning (Metatype 1.4, 105.8, "default").
 */
public final class Commas {

    private Commas() {}

    /** The items; none for blank text. */
    public static List<String> split(String text) {
        if (text.isBlank()) {
            return List.of();
        }
        List<String> items = new ArrayList<>();
        StringBuilder item = new StringBuilder();
        int kept = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                item.append(text.charAt(++i));
                kept = item.length();
            } else if (c == ',') {
                items.add(trimmed(item, kept));
                item.setLength(0);
                kept = 0;
            } else if (!Character.isWhitespace(c)) {
                item.append(c);
                kept = item.length();
            } else if (item.length() > 0) {
                item.append(c);
            }
        }
        items.add(trimmed(item, kept));
        return items;
    }

    /** Without the blanks after {@code kept}, which nobody escaped. */
    private static String trimmed(StringBuilder item, int kept) {
        return item.substring(0, kept);
    }
}
