package io.drover.grpc.internal;

import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.conntrack.Connections;
import io.drover.proto.v1.ConnectionEvent;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client that watches the table: what exists, if it wants that, then events. The stream of
 * events is open before the table is read, so that nothing falls between the two.
 */
final class WatchCall implements RunningCalls.Running {

    private static final Logger log = LoggerFactory.getLogger(WatchCall.class);

    private final ConnectionStream stream;
    private final ServerCallStreamObserver<ConnectionEvent> client;
    private final Reader<ConnectionEvent> reader;
    private final EventPump pump;
    private final RunningCalls running;

    WatchCall(
            ConnectionStream stream,
            ServerCallStreamObserver<ConnectionEvent> client,
            Executor executor,
            Duration stallMax,
            RunningCalls running) {
        this.stream = stream;
        this.client = client;
        this.reader = new Reader<>(client, stallMax);
        this.pump = new EventPump(stream, client, executor, () -> running.remove(this));
        this.running = running;
    }

    /** The client may have room, or is gone. Never blocks. */
    void wake() {
        reader.wake();
        pump.signal();
    }

    @Override
    public void end(Status why) {
        reader.end(why);
        pump.end(why);
    }

    /** Sends events from now on. Never blocks. */
    void follow() {
        client.onNext(ConnectionMessages.synced(0));
        pump.start();
    }

    /** Sends the table first. Blocks. */
    void showThenFollow(Connections table, ConnectionFilter filter) {
        Status verdict;
        try {
            verdict = show(table, filter);
        } catch (RuntimeException e) {
            // A table may fail in ways that only it knows; the client is told, the log knows more.
            log.warn("the table could not be read for a client", e);
            verdict = ConnectionsService.UNREADABLE;
        }
        if (verdict.isOk()) {
            pump.start();
        } else {
            client.onError(verdict.asRuntimeException());
            drop();
        }
    }

    /** Ends it before it began. */
    void drop() {
        stream.close();
        running.remove(this);
    }

    private Status show(Connections table, ConnectionFilter filter) {
        TableReading<ConnectionEvent> reading =
                new TableReading<>(reader, ConnectionMessages::existing, 0);
        Status verdict = reading.read(table, filter);
        return verdict.isOk() ? reader.send(ConnectionMessages.synced(reading.shown())) : verdict;
    }
}
