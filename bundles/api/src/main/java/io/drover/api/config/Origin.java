package io.drover.api.config;

import java.util.Objects;

/**
 * Where a value comes from.
 *
 * @param kind what kind of source
 * @param where the place in it: {@code etc/drover.yaml:3:5}, the name of a variable; empty for a
 *     default
 */
public record Origin(Kind kind, String where) {

    /** The sources, the weakest first. */
    public enum Kind {
        DEFAULT,
        FILE,
        ENVIRONMENT
    }

    /** The value that a key has when nothing is said. */
    public static final Origin DEFAULT = new Origin(Kind.DEFAULT, "");

    public Origin {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(where, "where");
    }

    /** {@code default}, {@code etc/drover.yaml:3:5} or {@code environment DROVER_HTTP_API_PORT}. */
    @Override
    public String toString() {
        return switch (kind) {
            case DEFAULT -> "default";
            case FILE -> where;
            case ENVIRONMENT -> "environment " + where;
        };
    }
}
