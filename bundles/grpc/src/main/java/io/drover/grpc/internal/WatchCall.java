package io.drover.grpc.internal;

import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.conntrack.Connections;
import io.drover.proto.v1.ConnectionEvent;
import io.drover.proto.v1.ResumePoint;
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

    private final ConnectionFeed feed;
    private final ResumePoint begin;
    private final ServerCallStreamObserver<ConnectionEvent> client;
    private final Reader<ConnectionEvent> reader;
    private final Pump<ConnectionEvent> pump;
    private final RunningCalls running;

    /**
     * @param begin where the client's stream begins
     */
    WatchCall(
            ConnectionStream stream,
            ResumePoint begin,
            ServerCallStreamObserver<ConnectionEvent> client,
            Executor executor,
            Duration stallMax,
            RunningCalls running) {
        this.feed = new ConnectionFeed(stream, begin);
        this.begin = begin;
        this.client = client;
        this.reader = new Reader<>(client, stallMax);
        this.pump = new Pump<>(feed, client, executor, () -> running.remove(this));
        this.running = running;
    }

    /** The client may have room, or is gone. Never blocks. */
    void wake() {
        reader.wake();
        pump.signal();
    }

    @Override
    public void end(Verdict why) {
        reader.end(why);
        pump.end(why);
    }

    /** Sends events from now on. Never blocks. */
    void follow() {
        client.onNext(ConnectionMessages.synced(0, begin));
        pump.start();
    }

    /** Sends the table first. Blocks. */
    void showThenFollow(Connections table, ConnectionFilter filter) {
        Verdict verdict;
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
            client.onError(verdict.exception());
            drop();
        }
    }

    /** Ends it before it began. */
    void drop() {
        feed.close();
        running.remove(this);
    }

    private Verdict show(Connections table, ConnectionFilter filter) {
        TableReading<ConnectionEvent> reading =
                new TableReading<>(reader, ConnectionMessages::existing, 0);
        Verdict verdict = reading.read(table, filter);
        return verdict.isOk()
                ? reader.send(ConnectionMessages.synced(reading.shown(), begin))
                : verdict;
    }
}
