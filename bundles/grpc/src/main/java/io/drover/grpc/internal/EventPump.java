package io.drover.grpc.internal;

import io.drover.api.conntrack.ConnectionStream;
import io.drover.proto.v1.ConnectionEvent;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves events from one stream of the table to one client, no faster than the client takes them:
 * what it does not take stays in the stream's bounded queue. Runs on one thread of the executor at
 * a time; {@link #signal} and {@link #end} come from any thread.
 */
final class EventPump implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(EventPump.class);

    /** How many events one run may send before others on the executor have their turn. */
    private static final int BURST = 256;

    private enum Outcome {
        WAITING,
        MORE,
        OVER
    }

    private final ConnectionStream stream;
    private final ServerCallStreamObserver<ConnectionEvent> client;
    private final Executor executor;
    private final Runnable over;

    /** Begins at one, so that no signal starts a run before {@link #start}. */
    private final AtomicInteger signals = new AtomicInteger(1);

    private volatile Status ending = Status.OK;

    /**
     * @param over called once, when nothing more will be sent
     */
    EventPump(
            ConnectionStream stream,
            ServerCallStreamObserver<ConnectionEvent> client,
            Executor executor,
            Runnable over) {
        this.stream = stream;
        this.client = client;
        this.executor = executor;
        this.over = over;
    }

    /** Begins. To be called once, by the thread that has sent to the client so far. */
    void start() {
        stream.onReady(this::signal);
        executor.execute(this);
    }

    /** There may be something to do. Never blocks. */
    void signal() {
        if (signals.getAndIncrement() == 0) {
            executor.execute(this);
        }
    }

    /** Ends the client's stream with {@code why} instead of what is still queued. Never blocks. */
    void end(Status why) {
        ending = why;
        signal();
    }

    @Override
    public void run() {
        int seen;
        do {
            seen = signals.get();
            switch (pumpSafely()) {
                case OVER -> {
                    // The count stays above zero: nothing starts another run.
                    stream.close();
                    over.run();
                    return;
                }
                case MORE -> {
                    executor.execute(this);
                    return;
                }
                case WAITING -> {}
            }
        } while (signals.addAndGet(-seen) != 0);
    }

    /** What a stream of the table may throw ends the call, or it would stay open for ever. */
    private Outcome pumpSafely() {
        try {
            return pump();
        } catch (RuntimeException e) {
            log.warn("events could not be read for a client", e);
            return finish(ConnectionsService.UNREADABLE);
        }
    }

    private Outcome pump() {
        for (int sent = 0; sent < BURST; sent++) {
            if (client.isCancelled()) {
                return Outcome.OVER;
            }
            if (!ending.isOk()) {
                return finish(ending);
            }
            if (!client.isReady()) {
                return Outcome.WAITING;
            }
            // Asked before the poll: what was queued before the end is still sent.
            boolean ended = stream.ended();
            io.drover.api.conntrack.ConnectionEvent event = stream.poll();
            if (event == null) {
                return ended ? finish(ConnectionsService.GONE) : Outcome.WAITING;
            }
            client.onNext(ConnectionMessages.event(event));
        }
        return Outcome.MORE;
    }

    private Outcome finish(Status why) {
        client.onError(why.asRuntimeException());
        return Outcome.OVER;
    }
}
