package io.drover.autoscaling.internal.decide;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Somebody outside who recommends a number of replicas in place of the objectives.
 *
 * @param endpoint where it is asked
 * @param settings what it is told besides
 */
public record Counsel(URI endpoint, Map<String, String> settings) {

    private static final int LENGTH_MAX = 2_048;

    public Counsel {
        Objects.requireNonNull(endpoint, "endpoint");
        settings = Map.copyOf(settings);
    }

    /**
     * Reads one: {@code {"endpoint": "https://host/path", "settings": {"key": "value"}}}.
     *
     * @throws IllegalArgumentException naming field, rule and value
     */
    static Counsel read(String text) {
        Map<String, Object> tree = JsonReader.readObject(text);
        Map<String, String> settings = new LinkedHashMap<>();
        Object given = tree.getOrDefault("settings", Map.of());
        if (!(given instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("settings must be an object");
        }
        map.forEach(
                (key, value) -> {
                    if (!(value instanceof String string)) {
                        throw new IllegalArgumentException(
                                "settings." + key + " must be a string, is " + value);
                    }
                    settings.put(key.toString(), string);
                });
        return new Counsel(endpoint(tree.get("endpoint")), settings);
    }

    private static URI endpoint(Object value) {
        String text = String.valueOf(value);
        try {
            URI uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getFragment() == null
                    && text.length() <= LENGTH_MAX
                    && !uri.getPath().contains("..")) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw notOne(text, e);
        }
        throw notOne(text, null);
    }

    private static IllegalArgumentException notOne(String text, Exception cause) {
        boolean secret = text.contains("@"); // what stands before it is nobody's business
        return new IllegalArgumentException(
                "endpoint must be http://HOST[:PORT]/PATH or https, without a user, is "
                        + (secret ? "one with a user" : "\"" + Spec.shown(text) + "\""),
                cause);
    }
}
