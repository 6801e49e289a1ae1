package io.drover.grpc.internal;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Knows the calls that another replica has passed on: they are not passed on again. */
final class Forwarded implements ServerInterceptor {

    private static final Metadata.Key<String> HEADER =
            Metadata.Key.of("drover-forwarded", Metadata.ASCII_STRING_MARSHALLER);

    private static final Context.Key<Boolean> MARK = Context.key("drover-forwarded");

    /** Whether the call that is served now has been passed on. */
    static boolean now() {
        return MARK.get() != null;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return headers.containsKey(HEADER)
                ? Contexts.interceptCall(
                        Context.current().withValue(MARK, true), call, headers, next)
                : next.startCall(call, headers);
    }
}
