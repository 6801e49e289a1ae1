package io.drover.link.internal;

import com.google.rpc.ErrorInfo;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * One call to the leader: the replicas are asked one after another until one answers, each at most
 * once beside the one that answered last. The deadline and the cancellation of the call that it is
 * made for hold for all of it. Nothing is asked twice once something has come.
 *
 * @param <Q> type of the request
 * @param <A> type of the messages
 */
final class LeaderCall<Q, A> extends ClientCall<Q, A> {

    /** Says that a replica has passed the call on, so that the next one does not. */
    static final Metadata.Key<String> FORWARDED =
            Metadata.Key.of("drover-forwarded", Metadata.ASCII_STRING_MARSHALLER);

    private static final String NOT_LEADER = "NOT_LEADER";

    /** A call that was refused. */
    private record Refusal(Status status, Metadata trailers) {

        String reason() {
            return Details.of(trailers, ErrorInfo.class)
                    .filter(info -> Details.DOMAIN.equals(info.getDomain()))
                    .map(ErrorInfo::getReason)
                    .orElse("");
        }

        /** Whether another replica may know better. */
        boolean elsewhere() {
            return switch (status.getCode()) {
                case UNAVAILABLE, UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED -> true;
                default -> false;
            };
        }
    }

    private final Leader leader;
    private final ExecutorService thread;
    private final MethodDescriptor<Q, A> method;
    private final CallOptions options;
    private final Context context = Context.current();

    /** Written before the thread is told of the call. */
    private Listener<A> client;

    private Metadata headers;
    private Q request;

    /** Touched by the thread alone. */
    private ClientCall<Q, A> current;

    private Channel used;
    private Optional<Refusal> refusal = Optional.empty();
    private int asked;
    private int attempts;
    private boolean answered;
    private boolean over;

    /**
     * @param thread the leader's
     */
    LeaderCall(
            Leader leader,
            ExecutorService thread,
            MethodDescriptor<Q, A> method,
            CallOptions options) {
        this.leader = leader;
        this.thread = thread;
        this.method = method;
        this.options = options;
    }

    @Override
    public void start(Listener<A> listener, Metadata given) {
        client = listener;
        headers = given;
    }

    @Override
    public void request(int count) {
        thread.execute(
                () -> {
                    asked += count;
                    if (current != null) {
                        current.request(count);
                    }
                });
    }

    @Override
    public void sendMessage(Q message) {
        request = message;
    }

    @Override
    public void halfClose() {
        if (thread.isShutdown()) {
            client.onClose(Status.UNAVAILABLE.withDescription("the link has gone"), new Metadata());
        } else {
            thread.execute(context.wrap(this::attempt));
        }
    }

    @Override
    public void cancel(String message, Throwable cause) {
        thread.execute(
                () -> {
                    if (current != null) {
                        current.cancel(message, cause);
                    } else {
                        finish(new Refusal(Status.CANCELLED, new Metadata()));
                    }
                });
    }

    private void attempt() {
        if (over) {
            return;
        }
        attempts++;
        try {
            used = leader.channel();
            current = used.newCall(method, options);
        } catch (UnreachableException e) {
            current = null;
            refused(
                    new Refusal(
                            Status.UNAVAILABLE.withDescription(e.getMessage()), new Metadata()));
            return;
        }
        Metadata shown = new Metadata();
        shown.merge(headers);
        shown.put(FORWARDED, "1");
        current.start(new Answer(), shown);
        current.request(asked);
        current.sendMessage(request);
        current.halfClose();
    }

    private void refused(Refusal next) {
        // That one follows tells less than why the one that leads cannot answer.
        if (refusal.isEmpty() || !NOT_LEADER.equals(next.reason())) {
            refusal = Optional.of(next);
        }
        if (attempts <= leader.known()) {
            attempt();
        } else {
            finish(refusal.get());
        }
    }

    private void finish(Refusal end) {
        if (!over) {
            over = true;
            leader.ended(end.status.getCode());
            client.onClose(end.status, end.trailers);
        }
    }

    private final class Answer extends Listener<A> {

        @Override
        public void onHeaders(Metadata given) {
            answered = true;
            client.onHeaders(given);
        }

        @Override
        public void onMessage(A message) {
            client.onMessage(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            Refusal end = new Refusal(status, trailers);
            if (end.elsewhere()) {
                leader.leadsNot(used, attempts == 1);
            }
            if (end.elsewhere() && !answered) {
                refused(end);
            } else {
                finish(end);
            }
        }
    }
}
