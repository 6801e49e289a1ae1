package io.drover.api.conntrack;

import java.util.Objects;

/** What happened to the table, or to the stream that tells of it. */
public sealed interface ConnectionEvent {

    /**
     * Number of the event in its stream, from 1, without gaps: {@link Lost} has one too.
     *
     * @return the number
     */
    long sequence();

    /** A connection came into the table. */
    record Opened(long sequence, Connection connection) implements ConnectionEvent {
        public Opened {
            Objects.requireNonNull(connection, "connection");
        }
    }

    /** A connection left the table. */
    record Closed(long sequence, Connection connection) implements ConnectionEvent {
        public Closed {
            Objects.requireNonNull(connection, "connection");
        }
    }

    /**
     * Events are missing here.
     *
     * @param sequence of this marker
     * @param count how many, as counted
     * @param cause who lost them: {@code reader} was too slow, or the {@code kernel}'s buffer was
     *     full
     */
    record Lost(long sequence, long count, String cause) implements ConnectionEvent {
        public Lost {
            Objects.requireNonNull(cause, "cause");
        }
    }
}
