package io.drover.grpc.internal;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves messages from one feed to one client, no faster than the client takes them: what it does
 * not take stays in the feed, which is bounded. Runs on one thread of the executor at a time;
 * {@link #signal} and {@link #end} come from any thread.
 *
 * @param <A> type of the messages
 */
final class Pump<A> implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Pump.class);

    /** How many events one run may send before others on the executor have their turn. */
    static final int BURST = 32;

    static final Verdict GONE =
            Verdict.away(
                    Verdict.Reason.SERVICE_AWAY,
                    "what this stream was about has gone; call again, with the resume point if"
                            + " there is one");
    private static final Verdict UNREADABLE =
            Verdict.of(
                    Status.Code.INTERNAL,
                    Verdict.Reason.INTERNAL,
                    "the messages of this stream cannot be read");

    private enum Outcome {
        WAITING,
        MORE,
        OVER
    }

    private final Feed<A> feed;
    private final ServerCallStreamObserver<A> client;
    private final Executor executor;
    private final Runnable over;

    /** Begins at one, so that no signal starts a run before {@link #start}. */
    private final AtomicInteger signals = new AtomicInteger(1);

    private volatile Verdict ending = Verdict.OK;

    /**
     * @param over called once, when nothing more will be sent
     */
    Pump(Feed<A> feed, ServerCallStreamObserver<A> client, Executor executor, Runnable over) {
        this.feed = feed;
        this.client = client;
        this.executor = executor;
        this.over = over;
    }

    /** Begins. To be called once, by the thread that has sent to the client so far. */
    void start() {
        feed.onReady(this::signal);
        executor.execute(this);
    }

    /** There may be something to do. Never blocks. */
    void signal() {
        if (signals.getAndIncrement() == 0) {
            executor.execute(this);
        }
    }

    /** Ends the client's stream with {@code why} instead of what is still queued. Never blocks. */
    void end(Verdict why) {
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
                    feed.close();
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

    /** What a feed may throw ends the call, or it would stay open for ever. */
    private Outcome pumpSafely() {
        try {
            return pump();
        } catch (RuntimeException e) {
            log.warn("messages could not be read for a client", e);
            return finish(UNREADABLE);
        } catch (LinkageError e) {
            // The feed's bundle was replaced: classes not loaded yet are gone.
            log.debug("a stream was of a bundle that has gone", e);
            return finish(GONE);
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
            boolean ended = feed.ended();
            A message = feed.next();
            if (message == null) {
                return ended ? finish(GONE) : Outcome.WAITING;
            }
            client.onNext(message);
        }
        return Outcome.MORE;
    }

    private Outcome finish(Verdict why) {
        Verdict told = why;
        if (why.status().getCode() == Status.Code.UNAVAILABLE && feed.point().isPresent()) {
            told = why.with(feed.point().get());
        }
        client.onError(told.exception());
        return Outcome.OVER;
    }
}
