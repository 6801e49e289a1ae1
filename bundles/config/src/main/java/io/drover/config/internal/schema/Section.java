package io.drover.config.internal.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one bundle can be configured with.
 *
 * @param word the section in the file: {@code conntrack}
 * @param keys by name, in the order in which the bundle declares them
 */
public record Section(String word, Map<String, Key> keys) {

    /** What the PID of each section begins with. */
    public static final String PID_PREFIX = "io.drover.";

    public Section {
        keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    }

    /**
     * @throws IllegalArgumentException when two ids give the same name
     */
    static Section of(String word, List<Key> keys) {
        Map<String, Key> byName = new LinkedHashMap<>();
        for (Key key : keys) {
            Key other = byName.putIfAbsent(key.name(), key);
            if (other != null) {
                throw new IllegalArgumentException(
                        "section "
                                + word
                                + ": the ids "
                                + other.id()
                                + " and "
                                + key.id()
                                + " both give the key "
                                + key.name());
            }
        }
        return new Section(word, byName);
    }

    /** This section with one more key. */
    Section with(Key key) {
        Map<String, Key> more = new LinkedHashMap<>(keys);
        more.putIfAbsent(key.name(), key);
        return new Section(word, more);
    }

    /** The PID in Configuration Admin. */
    public String pid() {
        return PID_PREFIX + word;
    }
}
