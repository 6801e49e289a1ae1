package io.drover.grpc.internal;

import io.drover.api.security.Attempt;
import io.drover.api.security.Audience;
import io.drover.api.security.Audit;
import io.drover.api.security.Guard;
import io.drover.api.security.Ruling;
import io.drover.api.security.Use;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Lets a call through only if its caller may use the method. Closed in every doubt: no declared
 * audience, nobody who can judge, no token, two tokens. What is for ADMIN is written to the audit,
 * admitted or not.
 */
final class Authentication implements ServerInterceptor {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Audiences audiences;
    private final AtomicReference<Guard> guard = new AtomicReference<>();
    private final AtomicReference<Audit> audit = new AtomicReference<>();

    Authentication(Audiences audiences) {
        this.audiences = audiences;
    }

    /** From now on asks {@code judge}. */
    void useGuard(Guard judge) {
        guard.set(judge);
    }

    /**
     * Does not ask {@code judge} any more.
     *
     * @return whether nobody is left to ask
     */
    boolean forgetGuard(Guard judge) {
        return guard.compareAndSet(judge, null);
    }

    /** From now on writes to {@code record}. */
    void useAudit(Audit record) {
        audit.set(record);
    }

    /** Does not write to {@code record} any more. */
    void forgetAudit(Audit record) {
        audit.compareAndSet(record, null);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        Optional<Audience> audience = audiences.of(method);
        if (audience.isEmpty()) {
            return refuse(
                    call,
                    Verdict.of(
                            Status.Code.PERMISSION_DENIED,
                            Verdict.Reason.AUDIENCE_UNDECLARED,
                            "the method " + method + " declares no audience"));
        }
        if (audience.get() == Audience.PUBLIC) {
            return next.startCall(call, headers);
        }
        Guard judge = guard.get();
        if (judge == null) {
            return refuse(
                    call,
                    Verdict.away(
                            Verdict.Reason.SERVICE_AWAY,
                            "no token can be checked: the bundle security is not ready"));
        }
        Ruling ruling = judge.judge(attempt(call, headers, audience.get()));
        String caller = ruling instanceof Ruling.Admitted admitted ? admitted.caller().name() : "";
        if (audience.get() == Audience.ADMIN && call instanceof OpenCall<Q, A> open) {
            open.onClose(status -> write(caller, call, status.getCode()));
        }
        return ruling instanceof Ruling.Refused refused
                ? refuse(call, verdict(refused))
                : next.startCall(call, headers);
    }

    private static <Q, A> ServerCall.Listener<Q> refuse(ServerCall<Q, A> call, Verdict verdict) {
        call.close(verdict.status(), verdict.trailers());
        return new ServerCall.Listener<>() {};
    }

    private static Verdict verdict(Ruling.Refused refused) {
        return switch (refused.reason()) {
            case ABSENT, MALFORMED, UNKNOWN, EXPIRED ->
                    Verdict.of(
                            Status.Code.UNAUTHENTICATED,
                            Verdict.Reason.TOKEN_INVALID,
                            refused.detail());
            case OUTSIDE ->
                    Verdict.of(
                            Status.Code.PERMISSION_DENIED,
                            Verdict.Reason.AUDIENCE_MISSING,
                            refused.detail());
            case BACK_OFF ->
                    Verdict.of(
                                    Status.Code.RESOURCE_EXHAUSTED,
                                    Verdict.Reason.TOO_MANY_FAILURES,
                                    refused.detail())
                            .after(refused.retryAfter());
            case UNAVAILABLE -> Verdict.away(Verdict.Reason.SERVICE_AWAY, refused.detail());
        };
    }

    private static Attempt attempt(ServerCall<?, ?> call, Metadata headers, Audience audience) {
        Iterable<String> values = headers.getAll(AUTHORIZATION);
        List<String> authorizations = new ArrayList<>(1);
        if (values != null) {
            values.forEach(authorizations::add);
        }
        return new Attempt(
                Use.GRPC,
                audience,
                "post",
                "/" + call.getMethodDescriptor().getFullMethodName(),
                authorizations,
                source(call),
                peer(call.getAttributes()));
    }

    private static Optional<InetAddress> source(ServerCall<?, ?> call) {
        return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
                        instanceof InetSocketAddress address
                ? Optional.of(address.getAddress())
                : Optional.empty();
    }

    private static List<X509Certificate> peer(Attributes attributes) {
        List<X509Certificate> known = attributes.get(SharedTransport.PEER);
        if (known != null) {
            return known;
        }
        SSLSession session = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return List.of();
        }
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate each : session.getPeerCertificates()) {
                chain.add((X509Certificate) each);
            }
            return chain;
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    private void write(String caller, ServerCall<?, ?> call, Status.Code outcome) {
        Audit record = audit.get();
        if (record != null) {
            record.write(
                    new Audit.Action(
                            caller,
                            "grpc",
                            source(call).map(InetAddress::getHostAddress).orElse(""),
                            call.getMethodDescriptor().getFullMethodName(),
                            outcome.name()));
        }
    }
}
