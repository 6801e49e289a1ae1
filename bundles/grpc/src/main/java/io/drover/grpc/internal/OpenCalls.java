package io.drover.grpc.internal;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Knows the calls that are open, so that a server that stops can end them with words of its own. A
 * server that is just shut down resets its streams, which clients take for a cancellation and do
 * not try again.
 */
final class OpenCalls implements ServerInterceptor {

    private static final Status STOPPING =
            Status.UNAVAILABLE.withDescription("the server is being stopped; try again");

    private final Set<OpenCall<?, ?>> open = ConcurrentHashMap.newKeySet();

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        OpenCall<Q, A> guarded = new OpenCall<>(call);
        open.add(guarded);
        return new SimpleForwardingServerCallListener<>(next.startCall(guarded, headers)) {
            @Override
            public void onComplete() {
                open.remove(guarded);
                super.onComplete();
            }

            @Override
            public void onCancel() {
                open.remove(guarded);
                super.onCancel();
            }
        };
    }

    /** Ends the calls that answer with a stream: they would never end by themselves. */
    void endStreams() {
        end(call -> !call.getMethodDescriptor().getType().serverSendsOneMessage());
    }

    /** Ends every call. */
    void endAll() {
        end(call -> true);
    }

    private void end(Predicate<OpenCall<?, ?>> which) {
        open.stream().filter(which).forEach(OpenCall::end);
    }

    /** A call that may also be closed from a thread that is not its own. */
    private static final class OpenCall<Q, A> extends SimpleForwardingServerCall<Q, A> {

        /** Guarded by this. */
        private boolean closed;

        OpenCall(ServerCall<Q, A> call) {
            super(call);
        }

        synchronized void end() {
            close(STOPPING, new Metadata());
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
            if (!closed) {
                closed = true;
                super.close(status, trailers);
            }
        }
    }
}
