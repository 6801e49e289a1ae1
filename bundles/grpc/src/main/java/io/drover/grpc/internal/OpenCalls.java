package io.drover.grpc.internal;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the calls that are open: bounds their number and their time, and ends them with words of
 * our own when the server or their service goes. A server that is just shut down resets its
 * streams, which clients take for a cancellation and do not try again. Asked before every other
 * interceptor.
 */
final class OpenCalls implements ServerInterceptor {

    private static final Logger log = LoggerFactory.getLogger(OpenCalls.class);

    /** A time that is over is seen within this. */
    private static final Duration SWEEP = Duration.ofMillis(500);

    /** Asked by probes, which a flood of calls must not hide from. */
    private static final String PROBE = "grpc.health.v1.Health/Check";

    private static final Verdict STOPPING =
            Verdict.away(Verdict.Reason.SERVER_STOPPING, "the server is being stopped; try again");
    private static final Verdict SERVICE_GONE =
            Verdict.away(Verdict.Reason.SERVICE_AWAY, "the service has gone; call again");

    private static final Verdict FAILED =
            Verdict.of(
                    Status.Code.INTERNAL,
                    Verdict.Reason.INTERNAL,
                    "the service failed; the agent's log says more");

    private final Set<OpenCall<?, ?>> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private final CallFigures figures;
    private final ScheduledExecutorService scheduler;
    private final int max;
    private final Optional<Duration> callTime;
    private final Optional<Duration> streamTime;
    private final Verdict tooMany;
    private final Verdict callOver;
    private final Verdict streamOver;

    OpenCalls(Settings settings, CallFigures figures, ScheduledExecutorService scheduler) {
        this.figures = figures;
        this.scheduler = scheduler;
        this.max = settings.callsOpenMax();
        this.callTime = settings.callTimeMax();
        this.streamTime = settings.streamTimeMax();
        this.tooMany =
                Verdict.exhausted(
                        Verdict.Reason.TOO_MANY_CALLS,
                        "as many calls are open as grpc.calls_open_max allows: " + max);
        this.callOver =
                Verdict.of(
                        Status.Code.DEADLINE_EXCEEDED,
                        Verdict.Reason.TIME_OVER,
                        "the call took longer than grpc.call_time_max_ms allows");
        this.streamOver =
                Verdict.away(
                        Verdict.Reason.TIME_OVER,
                        "the stream is as old as grpc.stream_time_max_ms allows; call again");
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        OpenCall<Q, A> guarded = new OpenCall<>(call, this::count);
        if (count.incrementAndGet() > max
                && !PROBE.equals(call.getMethodDescriptor().getFullMethodName())) {
            count.decrementAndGet();
            guarded.end(tooMany);
            return new ServerCall.Listener<>() {};
        }
        open.add(guarded);
        sweepLater();
        try {
            return new Listener<>(next.startCall(guarded, headers), guarded);
        } catch (RuntimeException | LinkageError e) {
            remove(guarded);
            fail(guarded, e);
            return new ServerCall.Listener<>() {};
        }
    }

    /**
     * What a service throws ends its call with a status of ours; by itself grpc-java answers
     * UNKNOWN, which clients do not try again.
     */
    private static void fail(OpenCall<?, ?> call, Throwable why) {
        if (why instanceof LinkageError) {
            // Its bundle was replaced while the call was in it: classes not loaded yet are gone.
            log.debug("a call was in a bundle that has gone", why);
            call.end(SERVICE_GONE);
        } else {
            log.warn("a call failed: method={}", method(call), why);
            call.end(FAILED);
        }
    }

    private static String method(OpenCall<?, ?> call) {
        return call.getMethodDescriptor().getFullMethodName();
    }

    private final class Listener<Q> extends SimpleForwardingServerCallListener<Q> {

        private final OpenCall<Q, ?> call;

        Listener(ServerCall.Listener<Q> next, OpenCall<Q, ?> call) {
            super(next);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            if (SafeRequests.unreadable(message)) {
                call.end(SafeRequests.REFUSAL);
            } else {
                guarded(() -> super.onMessage(message));
            }
        }

        @Override
        public void onHalfClose() {
            guarded(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guarded(super::onReady);
        }

        private void guarded(Runnable part) {
            try {
                part.run();
            } catch (RuntimeException | LinkageError e) {
                fail(call, e);
            }
        }

        @Override
        public void onComplete() {
            remove(call);
            super.onComplete();
        }

        @Override
        public void onCancel() {
            remove(call);
            super.onCancel();
        }
    }

    private void remove(OpenCall<?, ?> call) {
        if (open.remove(call)) {
            count.decrementAndGet();
        }
    }

    /** For what is due later. */
    ScheduledExecutorService scheduler() {
        return scheduler;
    }

    /** How many are open. */
    int size() {
        return open.size();
    }

    /** Ends the calls that answer with a stream: they would never end by themselves. */
    void endStreams() {
        end(call -> !call.getMethodDescriptor().getType().serverSendsOneMessage(), STOPPING);
    }

    /** Ends every call. */
    void endAll() {
        end(call -> true, STOPPING);
    }

    /** Ends what is still open of a service that has gone, {@code grace} from now. */
    void endOf(Object definition, Duration grace) {
        try {
            scheduler.schedule(
                    () -> end(call -> call.belongs(definition), SERVICE_GONE),
                    grace.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The server stops, which ends all calls.
            return;
        }
    }

    private void end(Predicate<OpenCall<?, ?>> which, Verdict why) {
        open.stream().filter(which).forEach(call -> call.end(why));
    }

    /** Nothing is looked at while no call is open. */
    private void sweepLater() {
        if ((callTime.isEmpty() && streamTime.isEmpty())
                || sweeping.get()
                || !sweeping.compareAndSet(false, true)) {
            return;
        }
        try {
            scheduler.schedule(this::sweep, SWEEP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The server stops, which ends all calls.
            return;
        }
    }

    private void sweep() {
        sweeping.set(false);
        for (OpenCall<?, ?> call : open) {
            boolean single = call.getMethodDescriptor().getType().serverSendsOneMessage();
            Optional<Duration> time = single ? callTime : streamTime;
            if (time.isPresent() && call.ageNanos() > time.get().toNanos()) {
                call.end(single ? callOver : streamOver);
            }
        }
        if (!open.isEmpty()) {
            sweepLater();
        }
    }

    private void count(Metadata trailers) {
        com.google.rpc.Status all = trailers.get(Verdict.DETAILS);
        if (all == null) {
            return;
        }
        for (Any detail : all.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                try {
                    figures.failed(detail.unpack(ErrorInfo.class));
                } catch (InvalidProtocolBufferException e) {
                    // Not one of ours, then.
                    return;
                }
            }
        }
    }
}
