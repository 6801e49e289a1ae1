package io.drover.api.secret;

import java.time.Instant;
import java.util.Objects;

/**
 * One version of one secret. Immutable. Equality is identity: two values are compared by whoever
 * checks them, in constant time.
 */
public final class Secret {

    private final String section;
    private final String key;
    private final String origin;
    private final long version;
    private final Instant since;
    private final String value;

    /**
     * @param section the word of the bundle that the secret is for
     * @param key the key in it
     * @param origin where the value comes from, without the value: {@code ENC[handle]}, {@code
     *     file:/run/secrets/key}, {@code etc/drover.yaml:3:5}
     * @param version grows with each new value of this key
     * @param since when this value was first seen
     * @param value the secret itself, without surrounding white space; never empty
     */
    public Secret(
            String section, String key, String origin, long version, Instant since, String value) {
        this.section = Objects.requireNonNull(section, "section");
        this.key = Objects.requireNonNull(key, "key");
        this.origin = Objects.requireNonNull(origin, "origin");
        this.version = version;
        this.since = Objects.requireNonNull(since, "since");
        this.value = Objects.requireNonNull(value, "value");
    }

    public String section() {
        return section;
    }

    public String key() {
        return key;
    }

    public String origin() {
        return origin;
    }

    public long version() {
        return version;
    }

    public Instant since() {
        return since;
    }

    /** The secret itself: hand it to the one call that needs it, and keep no copy. */
    public String reveal() {
        return value;
    }

    /** Everything but the value. */
    @Override
    public String toString() {
        return section + "." + key + " version " + version + " from " + origin;
    }
}
