package io.drover.api.conntrack;

import java.time.Duration;
import java.util.Objects;

/** What became of the addresses of a connection, as {@link Translations#resolve} knows it. */
public sealed interface Resolution {

    /** What the answer rests on. */
    enum Certainty {
        /** The kernel's events are followed and none is missing: as true as the kernel's table. */
        FOLLOWED,
        /**
         * The kernel tells of no events, or only of a sample: true at the last reading of its
         * table, {@code age} ago.
         */
        READ
    }

    /**
     * Addresses or ports are translated.
     *
     * @param connection the whole connection
     * @param translation the asked tuple as it is on the other side of the translation, in the same
     *     direction
     * @param age time since the kernel last told of this connection
     * @param certainty what that rests on
     */
    record Translated(Connection connection, Tuple translation, Duration age, Certainty certainty)
            implements Resolution {
        public Translated {
            Objects.requireNonNull(connection, "connection");
            Objects.requireNonNull(translation, "translation");
            Objects.requireNonNull(age, "age");
            Objects.requireNonNull(certainty, "certainty");
        }
    }

    /**
     * The connection is as its sender wrote it.
     *
     * @param age time since the kernel last told of this connection, or since its table was read
     *     where connections that are not translated are not followed
     * @param certainty what that rests on
     */
    record Untranslated(Duration age, Certainty certainty) implements Resolution {
        public Untranslated {
            Objects.requireNonNull(age, "age");
            Objects.requireNonNull(certainty, "certainty");
        }
    }

    /**
     * Nobody can tell now: the connection is not tracked, or events are missing and the table has
     * not been read again yet. Never a guess in its place.
     *
     * @param reason one sentence
     */
    record Unknown(String reason) implements Resolution {
        public Unknown {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
