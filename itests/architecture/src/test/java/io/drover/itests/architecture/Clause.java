package io.drover.itests.architecture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One clause of a manifest header (OSGi Core 8, 3.2.4).
 *
 * @param name the package, bundle or file that it is about
 * @param parameters its attributes, and its directives with a colon at the end: {@code resolution:}
 */
record Clause(String name, Map<String, String> parameters) {

    Clause {
        parameters = Map.copyOf(parameters);
    }

    boolean optional() {
        return "optional".equals(parameters.get("resolution:"));
    }

    /** The clauses of a header, in their order; none for null. */
    static List<Clause> parse(String header) {
        List<Clause> clauses = new ArrayList<>();
        for (String text : split(header == null ? "" : header, ',')) {
            List<String> names = new ArrayList<>();
            Map<String, String> parameters = new HashMap<>();
            for (String part : split(text, ';')) {
                int equals = part.indexOf('=');
                if (equals < 0) {
                    names.add(part);
                } else {
                    parameters.put(nameOf(part, equals), unquoted(part.substring(equals + 1)));
                }
            }
            names.forEach(name -> clauses.add(new Clause(name, parameters)));
        }
        return clauses;
    }

    /** {@code version=}, {@code resolution:=}; a type, as in {@code list:List<String>=}, goes. */
    private static String nameOf(String part, int equals) {
        String name = part.substring(0, equals).strip();
        int colon = name.indexOf(':');
        return colon < 0 || colon == name.length() - 1 ? name : name.substring(0, colon);
    }

    private static String unquoted(String value) {
        String bare = value.strip();
        return bare.startsWith("\"") ? bare.substring(1, bare.length() - 1) : bare;
    }

    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int begin = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || (text.charAt(i) == separator && !quoted)) {
                String part = text.substring(begin, i).strip();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                begin = i + 1;
            } else if (text.charAt(i) == '"') {
                quoted = !quoted;
            }
        }
        return parts;
    }
}
