package io.drover.metrics.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One element of a header as Accept or Accept-Encoding (RFC 9110 12.4.2).
 *
 * @param value in lower case, without parameters
 * @param parameters by name in lower case, q not among them
 * @param weight from 0 to 1; 1 when absent
 */
record Weighted(String value, Map<String, String> parameters, double weight) {

    private static final int ELEMENTS_MAX = 32;

    /** The elements in the order of the header; what cannot be understood is left out. */
    static List<Weighted> parse(String header) {
        List<Weighted> elements = new ArrayList<>();
        for (String element : header.split(",", ELEMENTS_MAX)) {
            if (!element.isBlank() && elements.size() < ELEMENTS_MAX) {
                parseElement(element, elements);
            }
        }
        return elements;
    }

    private static void parseElement(String text, List<Weighted> into) {
        String[] parts = text.split(";");
        Map<String, String> parameters = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0) {
                String name = parts[i].substring(0, equals).strip().toLowerCase(Locale.ROOT);
                parameters.put(name, unquoted(parts[i].substring(equals + 1).strip()));
            }
        }
        double weight = weight(parameters.remove("q"));
        if (parts.length > 0 && weight >= 0) {
            into.add(new Weighted(parts[0].strip().toLowerCase(Locale.ROOT), parameters, weight));
        }
    }

    /** Negative if it is none. */
    private static double weight(String text) {
        if (text == null) {
            return 1;
        }
        return text.matches("0(\\.\\d{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(text) : -1;
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
    }
}
