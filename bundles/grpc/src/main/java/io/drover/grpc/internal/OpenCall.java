package io.drover.grpc.internal;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.function.Consumer;

/** A call that may also be closed from a thread that is not its own. */
final class OpenCall<Q, A> extends SimpleForwardingServerCall<Q, A> {

    private final long startedNanos = System.nanoTime();
    private final Consumer<Metadata> onTrailers;
    private volatile Object owner;
    private volatile Consumer<Status> onClose;

    /** Guarded by this. */
    private boolean closed;

    /**
     * @param onTrailers told of the trailers of a call that did not end well
     */
    OpenCall(ServerCall<Q, A> call, Consumer<Metadata> onTrailers) {
        super(call);
        this.onTrailers = onTrailers;
    }

    /** Whose call it is: the definition of the service that answers it. */
    void belongsTo(Object definition) {
        owner = definition;
    }

    boolean belongs(Object definition) {
        return owner == definition;
    }

    /** Tells {@code listener} how it ends, if it ends with a status of ours. */
    void onClose(Consumer<Status> listener) {
        onClose = listener;
    }

    /** For how long it has been open, in nanoseconds. */
    long ageNanos() {
        return System.nanoTime() - startedNanos;
    }

    /** Ends it, unless it has ended. Any thread. */
    void end(Verdict why) {
        close(why.status(), why.trailers());
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
        if (!closed) {
            super.sendHeaders(headers);
        }
    }

    @Override
    public synchronized void sendMessage(A message) {
        if (!closed) {
            super.sendMessage(message);
        }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
        if (closed) {
            return;
        }
        closed = true;
        if (!status.isOk()) {
            onTrailers.accept(trailers);
        }
        Consumer<Status> listener = onClose;
        if (listener != null) {
            listener.accept(status);
        }
        super.close(status, trailers);
    }
}
