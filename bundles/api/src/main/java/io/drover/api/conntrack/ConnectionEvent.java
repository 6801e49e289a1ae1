package io.drover.api.conntrack;

import java.util.Objects;
import java.util.Optional;

/** What happened to the table, or to the stream that tells of it. */
public sealed interface ConnectionEvent {

    /**
     * Number of the event in its stream, from 1, without gaps: {@link Lost} has one too.
     *
     * @return the number
     */
    long sequence();

    /**
     * Number of the event among all that the kernel told this host's agent, whatever a stream
     * admits: see {@link StreamPosition}. That of a {@link Lost} is the number of the last event
     * before what comes next; 0 where it is not known.
     *
     * @return the number
     */
    long position();

    /**
     * A connection came into the table.
     *
     * @param sequence see {@link ConnectionEvent#sequence}
     * @param position see {@link ConnectionEvent#position}
     * @param connection as it began
     */
    record Opened(long sequence, long position, Connection connection) implements ConnectionEvent {
        public Opened {
            Objects.requireNonNull(connection, "connection");
        }

        /** One whose position is not known. */
        public Opened(long sequence, Connection connection) {
            this(sequence, 0, connection);
        }
    }

    /**
     * A connection left the table.
     *
     * @param sequence see {@link ConnectionEvent#sequence}
     * @param position see {@link ConnectionEvent#position}
     * @param connection as it ended
     * @param traffic what it carried; only where the kernel counts
     *     (net.netfilter.nf_conntrack_acct)
     */
    record Closed(long sequence, long position, Connection connection, Optional<Traffic> traffic)
            implements ConnectionEvent {
        public Closed {
            Objects.requireNonNull(connection, "connection");
            Objects.requireNonNull(traffic, "traffic");
        }

        /** One whose position and traffic are not known. */
        public Closed(long sequence, Connection connection) {
            this(sequence, 0, connection, Optional.empty());
        }
    }

    /**
     * Events are missing here.
     *
     * @param sequence of this marker
     * @param position see {@link ConnectionEvent#position}
     * @param count how many, as counted; 0 where nobody can know
     * @param cause who lost them: {@code reader} was too slow, the {@code kernel}'s buffer was
     *     full, or a stream was resumed ({@code replay}) where its events are not kept any more
     */
    record Lost(long sequence, long position, long count, String cause) implements ConnectionEvent {
        public Lost {
            Objects.requireNonNull(cause, "cause");
        }

        /** One whose position is not known. */
        public Lost(long sequence, long count, String cause) {
            this(sequence, 0, count, cause);
        }
    }
}
