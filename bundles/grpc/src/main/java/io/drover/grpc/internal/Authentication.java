package io.drover.grpc.internal;

import io.drover.api.security.Audience;
import io.drover.api.security.Caller;
import io.drover.api.security.Tokens;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Lets a call through only if its caller may use the method. Closed in every doubt: no declared
 * audience, no service that knows tokens, no token, two tokens.
 */
final class Authentication implements ServerInterceptor {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final AtomicReference<Tokens> tokens = new AtomicReference<>();

    /** From now on asks {@code known}. */
    void use(Tokens known) {
        tokens.set(known);
    }

    /**
     * Does not ask {@code known} any more.
     *
     * @return whether nobody is left to ask
     */
    boolean forget(Tokens known) {
        return tokens.compareAndSet(known, null);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Status verdict = verdict(call.getMethodDescriptor().getFullMethodName(), headers);
        if (verdict.isOk()) {
            return next.startCall(call, headers);
        }
        call.close(verdict, new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private Status verdict(String method, Metadata headers) {
        Optional<Audience> audience = Audiences.of(method);
        if (audience.isEmpty()) {
            return Status.PERMISSION_DENIED.withDescription(
                    "the method " + method + " declares no audience");
        }
        if (audience.get() == Audience.PUBLIC) {
            return Status.OK;
        }
        Tokens asked = tokens.get();
        if (asked == null) {
            return Status.UNAVAILABLE.withDescription(
                    "no token can be checked: the bundle security is not ready");
        }
        Optional<Caller> caller = asked.callerOf(single(headers.getAll(AUTHORIZATION)));
        if (caller.isEmpty()) {
            return Status.UNAUTHENTICATED.withDescription(
                    "a valid token is needed in the metadata: authorization: Bearer <token>");
        }
        if (!caller.get().admittedTo(audience.get())) {
            return Status.PERMISSION_DENIED.withDescription(
                    "the method is for " + audience.get() + ", not for this token");
        }
        return Status.OK;
    }

    /** The only value; null when there is none or more than one, which nobody sends in honesty. */
    private static String single(Iterable<String> values) {
        if (values == null) {
            return null;
        }
        Iterator<String> each = values.iterator();
        String first = each.hasNext() ? each.next() : null;
        return each.hasNext() ? null : first;
    }
}
