package io.drover.grpc.internal;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;

/**
 * A client as a service sees it, without a connection; reads nothing beyond a number of messages.
 */
final class Observed<A> extends ServerCallStreamObserver<A> {

    private final int room;
    private final List<A> messages = new ArrayList<>();
    private Throwable failure;
    private boolean completed;
    private boolean cancelled;
    private Runnable onCancel = () -> {};

    /**
     * @param room how many messages it takes
     */
    Observed(int room) {
        this.room = room;
    }

    @Override
    public synchronized boolean isReady() {
        return messages.size() < room;
    }

    @Override
    public synchronized void onNext(A message) {
        messages.add(message);
    }

    @Override
    public synchronized void onError(Throwable why) {
        if (completed || failure != null) {
            throw new AssertionError("ended twice", why);
        }
        failure = why;
    }

    @Override
    public synchronized void onCompleted() {
        if (completed || failure != null) {
            throw new AssertionError("ended twice");
        }
        completed = true;
    }

    synchronized List<A> messages() {
        return List.copyOf(messages);
    }

    synchronized Throwable failure() {
        return failure;
    }

    synchronized boolean over() {
        return completed || failure != null;
    }

    /** OK while it has not failed. */
    synchronized Status status() {
        return failure == null ? Status.OK : Status.fromThrowable(failure);
    }

    void cancel() {
        synchronized (this) {
            cancelled = true;
        }
        onCancel.run();
    }

    @Override
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
        onCancel = handler;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void setOnCloseHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}
}
