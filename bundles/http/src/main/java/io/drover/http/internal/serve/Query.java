package io.drover.http.internal.serve;

import io.drover.api.http.ProblemException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The query of a request, decoded. */
final class Query {

    private Query() {}

    /**
     * The values of each name, in their order.
     *
     * @param raw as sent; null when there is none
     */
    static Map<String, List<String>> parse(String raw) throws ProblemException {
        if (raw == null || raw.isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> values = new HashMap<>();
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            values.computeIfAbsent(decode(name), n -> new ArrayList<>(1)).add(decode(value));
        }
        return values;
    }

    private static String decode(String text) throws ProblemException {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest(
                    "after % in a query there are two hexadecimal digits");
        }
    }
}
