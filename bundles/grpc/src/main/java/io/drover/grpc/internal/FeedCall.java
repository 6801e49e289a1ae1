package io.drover.grpc.internal;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;

/**
 * One client that follows one feed.
 *
 * @param <A> type of the messages
 */
final class FeedCall<A> implements RunningCalls.Running {

    private final Feed<A> feed;
    private final Pump<A> pump;

    private FeedCall(
            Feed<A> feed,
            ServerCallStreamObserver<A> client,
            Executor executor,
            RunningCalls running) {
        this.feed = feed;
        this.pump = new Pump<>(feed, client, executor, () -> running.remove(this));
    }

    /** Sends what the feed has, now and later, to a client whose call has just come in. */
    static <A> void begin(
            Feed<A> feed, StreamObserver<A> observer, Executor executor, RunningCalls running) {
        ServerCallStreamObserver<A> client = (ServerCallStreamObserver<A>) observer;
        FeedCall<A> call = new FeedCall<>(feed, client, executor, running);
        client.setOnReadyHandler(call.pump::signal);
        client.setOnCancelHandler(call.pump::signal);
        client.setOnCloseHandler(() -> call.end(Pump.GONE));
        Verdict verdict = running.add(call);
        if (verdict.isOk()) {
            call.pump.start();
        } else {
            call.feed.close();
            client.onError(verdict.exception());
        }
    }

    @Override
    public void end(Verdict why) {
        pump.end(why);
    }
}
