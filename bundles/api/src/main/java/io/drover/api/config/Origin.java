package io.drover.api.config;

import java.util.Objects;

/**
 * Where a value comes from.
 *
 * @param kind what kind of source
 * @param where the place in it: {@code etc/drover.yaml:3:5}, the name of a variable, the time (RFC
 *     3339) until which a run-time setting holds, a PID for the Karaf console; empty for a default
 *     and for a run-time setting without an end
 */
public record Origin(Kind kind, String where) {

    /** The sources, the weakest first. */
    public enum Kind {
        DEFAULT,
        FILE,
        ENVIRONMENT,
        /** {@link RunTimeSettings}. */
        RUN_TIME,
        /**
         * Somebody wrote it to Configuration Admin, as {@code config:edit} in Karaf's console does.
         */
        KARAF
    }

    /** The value that a key has when nothing is said. */
    public static final Origin DEFAULT = new Origin(Kind.DEFAULT, "");

    public Origin {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(where, "where");
    }

    /**
     * {@code default}, {@code etc/drover.yaml:3:5}, {@code environment DROVER_HTTP_API_PORT},
     * {@code run time}, {@code run time until 2026-11-22T10:10:00Z} or {@code karaf}.
     */
    @Override
    public String toString() {
        return switch (kind) {
            case DEFAULT -> "default";
            case FILE -> where;
            case ENVIRONMENT -> "environment " + where;
            case RUN_TIME -> where.isEmpty() ? "run time" : "run time until " + where;
            case KARAF -> "karaf";
        };
    }
}
