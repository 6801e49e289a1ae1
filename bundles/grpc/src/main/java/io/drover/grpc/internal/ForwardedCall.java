package io.drover.grpc.internal;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One call that the leader answers in our place: each message is asked for when the client has room
 * for it, so that none is kept here. The client's deadline and cancellation hold for the leader
 * too.
 *
 * @param <Q> type of the request
 * @param <A> type of the messages
 */
final class ForwardedCall<Q, A> implements ClientResponseObserver<Q, A> {

    private static final Verdict LOST =
            Verdict.away(
                    Verdict.Reason.SERVICE_AWAY,
                    "the leader that answered cannot be reached any more; call again");

    private static final Verdict LATE =
            Verdict.of(
                    Status.Code.DEADLINE_EXCEEDED,
                    Verdict.Reason.TIME_OVER,
                    "the leader did not answer in time");

    private final ServerCallStreamObserver<A> client;
    private final Verdict refusal;

    /** Whether the next message is still to be asked for. */
    private final AtomicBoolean owed = new AtomicBoolean();

    private ClientCallStreamObserver<Q> leader;
    private boolean answered;

    private ForwardedCall(ServerCallStreamObserver<A> client, Verdict refusal) {
        this.client = client;
        this.refusal = refusal;
    }

    /**
     * Passes a call on that has just come in.
     *
     * @param refusal what the client is told when no leader answers
     */
    static <Q, A> void begin(
            Channel leader,
            MethodDescriptor<Q, A> method,
            Q request,
            StreamObserver<A> observer,
            Verdict refusal) {
        ServerCallStreamObserver<A> client = (ServerCallStreamObserver<A>) observer;
        ForwardedCall<Q, A> call = new ForwardedCall<>(client, refusal);
        client.setOnReadyHandler(call::ask);
        // Its context ends the call to the leader.
        client.setOnCancelHandler(() -> {});
        ClientCalls.asyncServerStreamingCall(
                leader.newCall(method, CallOptions.DEFAULT), request, call);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> requests) {
        leader = requests;
        requests.disableAutoRequestWithInitial(1);
    }

    private void ask() {
        if (client.isReady() && owed.compareAndSet(true, false)) {
            leader.request(1);
        }
    }

    @Override
    public void onNext(A message) {
        answered = true;
        client.onNext(message);
        owed.set(true);
        ask();
    }

    @Override
    public void onError(Throwable failure) {
        if (!client.isCancelled()) {
            client.onError(told(failure));
        }
    }

    @Override
    public void onCompleted() {
        client.onCompleted();
    }

    /** What the leader says of the call goes on as it is; what lies between us is told as ours. */
    private StatusRuntimeException told(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        Metadata trailers = Status.trailersFromThrowable(failure);
        com.google.rpc.Status details = trailers == null ? null : trailers.get(Verdict.DETAILS);
        return switch (status.getCode()) {
            // The client's token was right: replicas that do not trust each other are not its
            // fault.
            case UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED -> refusal.exception();
            case DEADLINE_EXCEEDED -> LATE.exception();
            default -> details == null ? lost().exception() : passedOn(status, details);
        };
    }

    private Verdict lost() {
        return answered ? LOST : refusal;
    }

    private static StatusRuntimeException passedOn(Status status, com.google.rpc.Status details) {
        Metadata trailers = new Metadata();
        trailers.put(Verdict.DETAILS, details);
        return Status.fromCode(status.getCode())
                .withDescription(status.getDescription())
                .asRuntimeException(trailers);
    }
}
