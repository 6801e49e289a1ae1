package io.drover.grpc.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.Connections;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Shows the table to one client, no faster than it reads. Nothing is collected: the table is
 * visited at the client's pace.
 *
 * @param <A> type of the messages
 */
final class TableReading<A> implements Predicate<Connection> {

    private final Reader<A> reader;
    private final Function<Connection, A> message;
    private final long limit;

    private long shown;
    private Verdict verdict = Verdict.OK;

    /**
     * @param limit how many connections at most; 0 for all
     */
    TableReading(Reader<A> reader, Function<Connection, A> message, long limit) {
        this.reader = reader;
        this.message = message;
        this.limit = limit;
    }

    /** Visits the table; returns OK, or why the client got no more. Blocks. */
    Verdict read(Connections table, ConnectionFilter filter) {
        try {
            table.visit(filter, this);
            return verdict;
        } catch (IllegalStateException e) {
            // The table has just started or lost its socket; the message says which.
            return Verdict.away(Verdict.Reason.SERVICE_AWAY, e.getMessage());
        }
    }

    /** How many connections were shown. */
    long shown() {
        return shown;
    }

    @Override
    public boolean test(Connection connection) {
        verdict = reader.send(message.apply(connection));
        if (!verdict.isOk()) {
            return false;
        }
        shown++;
        return shown != limit;
    }
}
