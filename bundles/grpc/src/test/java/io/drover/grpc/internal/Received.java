package io.drover.grpc.internal;

import io.drover.testing.Await;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;

/** What a client has read from a stream. It reads as it comes, or only what a test asks for. */
final class Received<Q, A> implements ClientResponseObserver<Q, A> {

    private final List<A> received = new ArrayList<>();

    private final boolean eager;
    private volatile ClientCallStreamObserver<Q> call;
    private volatile Status end;
    private volatile Throwable failure;

    private Received(boolean eager) {
        this.eager = eager;
    }

    /** Reads as fast as messages come. */
    static <Q, A> Received<Q, A> eagerly() {
        return new Received<>(true);
    }

    /** Reads nothing but what {@link #ask} asks for. */
    static <Q, A> Received<Q, A> onDemand() {
        return new Received<>(false);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> started) {
        call = started;
        if (!eager) {
            started.disableAutoRequestWithInitial(0);
        }
    }

    @Override
    public void onNext(A message) {
        synchronized (received) {
            received.add(message);
        }
    }

    /** What has come so far. */
    List<A> messages() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    private int count() {
        synchronized (received) {
            return received.size();
        }
    }

    @Override
    public void onError(Throwable why) {
        failure = why;
        end = Status.fromThrowable(why);
    }

    /** What it failed with. */
    Throwable failure() {
        return failure;
    }

    @Override
    public void onCompleted() {
        end = Status.OK;
    }

    void ask(int count) {
        call.request(count);
    }

    void cancel() {
        call.cancel("the test has seen enough", null);
    }

    boolean running() {
        return end == null;
    }

    void awaitMessages(int count) {
        Await.until(
                count + " messages",
                RunningServer.SOON,
                () -> count() >= count,
                () -> count() + " messages, end " + end);
    }

    Status awaitEnd() {
        Await.until(
                "the end of the stream",
                RunningServer.SOON,
                () -> end != null,
                () -> count() + " messages and no end");
        return end;
    }
}
