package io.drover.link.internal;

import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.drover.proto.v1.ResumePoint;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one stream for ever, whatever ends it: a service that is replaced is called again on the
 * same connection, a connection that breaks is made anew, to another replica where there is one.
 * The sink gets each message once and in order: a repeated one is passed over, and where one is
 * missing the stream is begun anew from the newest point. All on one thread, which is also that of
 * the channels.
 *
 * @param <Q> type of the request
 * @param <A> type of the messages
 */
final class Following<Q, A> implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Following.class);

    /** Gives channels, and is told how they do. */
    interface Connector {

        /**
         * The channel to use now: the former one if that is sound.
         *
         * @throws UnreachableException if there is none, saying why
         */
        Channel channel() throws UnreachableException;

        /** The channel does not work; another one is to be used next time. */
        void broken(Status why);
    }

    /** Takes what comes. Called by the thread of the stream. */
    interface Sink<A> {

        /** The next message. */
        void message(A message);

        /** Nothing comes now. */
        void away(String reason);
    }

    private final ScheduledExecutorService thread;
    private final Connector connector;
    private final Rpc<Q, A> rpc;
    private final Sink<A> sink;
    private final BackOff backOff;
    private final LinkFigures figures;

    private Call call;
    private Optional<ResumePoint> point = Optional.empty();
    private boolean closed;

    Following(
            ScheduledExecutorService thread,
            Connector connector,
            Rpc<Q, A> rpc,
            Sink<A> sink,
            BackOff backOff,
            LinkFigures figures) {
        this.thread = thread;
        this.connector = connector;
        this.rpc = rpc;
        this.sink = sink;
        this.backOff = backOff;
        this.figures = figures;
    }

    /** Begins. Never blocks. */
    void start() {
        thread.execute(this::attempt);
    }

    private void attempt() {
        if (closed) {
            return;
        }
        figures.attempts.increment();
        try {
            call = new Call(point.map(ResumePoint::getSequence).orElse(0L));
            rpc.call(connector.channel(), point, call);
        } catch (UnreachableException e) {
            away(e.getMessage(), backOff.failed());
        } catch (RuntimeException e) {
            // The outermost frame of the loop: a defect must show and not end it in silence.
            log.error("the stream could not be begun", e);
            away("internal error: " + e, backOff.failed());
        }
    }

    /** What the replica sends is of no use: another one is to be tried. On its thread. */
    void elsewhere(String reason) {
        if (call != null) {
            connector.broken(Status.UNAVAILABLE.withDescription(reason));
            leave(reason);
        }
    }

    private void leave(String reason) {
        Call left = call;
        call = null;
        left.cancel(reason);
        away(reason, backOff.failed());
    }

    private void away(String reason, Duration wait) {
        call = null;
        sink.away(reason);
        thread.schedule(this::attempt, wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void ended(Status status, Optional<com.google.rpc.Status> details) {
        String reason = status.getCode() + ": " + status.getDescription();
        log.debug("stream ended: {}", reason);
        if (closed) {
            return;
        }
        figures.ended(status.getCode());
        details.flatMap(each -> Details.of(each, ResumePoint.class))
                .filter(told -> newer(told))
                .ifPresent(told -> point = Optional.of(told));
        boolean ofService =
                details.flatMap(each -> Details.of(each, ErrorInfo.class))
                        .filter(info -> Details.DOMAIN.equals(info.getDomain()))
                        .isPresent();
        if (!ofService) {
            connector.broken(status);
        }
        away(reason, wait(status, details));
    }

    /** A point that tells of messages which never came would skip them. */
    private boolean newer(ResumePoint told) {
        return point.isEmpty()
                || (point.get().getEpoch() == told.getEpoch()
                        && point.get().getSequence() == told.getSequence());
    }

    private Duration wait(Status status, Optional<com.google.rpc.Status> details) {
        Optional<Duration> told =
                details.flatMap(each -> Details.of(each, RetryInfo.class))
                        .map(RetryInfo::getRetryDelay)
                        .map(Following::duration);
        return switch (status.getCode()) {
            case UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED, INVALID_ARGUMENT ->
                    backOff.hopeless();
            default -> longer(told.orElse(Duration.ZERO), backOff.failed());
        };
    }

    private static Duration duration(com.google.protobuf.Duration message) {
        return Duration.ofSeconds(message.getSeconds(), message.getNanos());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Ends it, on its thread; nothing is told any more. */
    @Override
    public void close() {
        closed = true;
        if (call != null) {
            call.cancel("the link is being closed");
            call = null;
        }
    }

    /** One call. */
    private final class Call implements ClientResponseObserver<Q, A> {

        private ClientCallStreamObserver<Q> requests;
        private long sequence;

        /**
         * @param sequence of the newest message before this call
         */
        Call(long sequence) {
            this.sequence = sequence;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<Q> started) {
            requests = started;
        }

        void cancel(String why) {
            if (requests != null) {
                requests.cancel(why, null);
            }
        }

        @Override
        public void onNext(A message) {
            if (call != this) {
                return;
            }
            long number = rpc.sequence(message);
            if (number != 0 && number <= sequence) {
                figures.repeated.increment();
                return;
            }
            if (number > sequence + 1) {
                figures.gaps.increment();
                leave("a message is missing before number " + number);
                return;
            }
            sequence = number == 0 ? sequence : number;
            point = rpc.point(message, point);
            figures.messages.increment();
            backOff.succeeded();
            sink.message(message);
        }

        @Override
        public void onError(Throwable failure) {
            if (call == this) {
                Metadata trailers = Status.trailersFromThrowable(failure);
                ended(
                        Status.fromThrowable(failure),
                        Optional.ofNullable(trailers).map(each -> each.get(Details.KEY)));
            }
        }

        @Override
        public void onCompleted() {
            if (call == this) {
                ended(Status.OK.withDescription("the stream was completed"), Optional.empty());
            }
        }
    }
}
