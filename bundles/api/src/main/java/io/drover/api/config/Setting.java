package io.drover.api.config;

import java.util.Objects;

/**
 * One key with the value that holds.
 *
 * @param section the word of the bundle: {@code conntrack}
 * @param key as in the file: {@code poll_interval_ms}
 * @param value a String, Boolean, Integer, Long, Double or a List of such; {@link #REDACTED} in
 *     place of a secret
 * @param origin where the value comes from
 */
public record Setting(String section, String key, Object value, Origin origin) {

    /** What stands in place of a secret everywhere outside of its own component. */
    public static final String REDACTED = "[redacted]";

    public Setting {
        Objects.requireNonNull(section, "section");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(origin, "origin");
    }
}
