package io.drover.grpc.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.Connections;
import io.drover.proto.v1.ListConnectionsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client that reads the table. Runs on a thread that may block. */
final class ListCall implements RunningCalls.Running, Runnable {

    private static final Logger log = LoggerFactory.getLogger(ListCall.class);

    private final Connections table;
    private final ConnectionFilter filter;
    private final ServerCallStreamObserver<ListConnectionsResponse> client;
    private final Reader<ListConnectionsResponse> reader;
    private final long limit;
    private final RunningCalls running;

    ListCall(
            Connections table,
            ConnectionFilter filter,
            long limit,
            ServerCallStreamObserver<ListConnectionsResponse> client,
            Duration stallMax,
            RunningCalls running) {
        this.table = table;
        this.filter = filter;
        this.limit = limit;
        this.client = client;
        this.reader = new Reader<>(client, stallMax);
        this.running = running;
    }

    /** The client may have room, or is gone. Never blocks. */
    void wake() {
        reader.wake();
    }

    @Override
    public void end(Verdict why) {
        reader.end(why);
    }

    @Override
    public void run() {
        try {
            Verdict verdict =
                    new TableReading<>(reader, ListCall::message, limit).read(table, filter);
            if (verdict.isOk()) {
                client.onCompleted();
            } else {
                client.onError(verdict.exception());
            }
        } catch (RuntimeException e) {
            // A table may fail in ways that only it knows; the client is told, the log knows more.
            log.warn("the table could not be read for a client", e);
            client.onError(ConnectionsService.UNREADABLE.exception());
        } finally {
            running.remove(this);
        }
    }

    private static ListConnectionsResponse message(Connection connection) {
        return ListConnectionsResponse.newBuilder()
                .setConnection(ConnectionMessages.connection(connection))
                .build();
    }
}
