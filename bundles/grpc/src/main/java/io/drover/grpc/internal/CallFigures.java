package io.drover.grpc.internal;

import com.google.rpc.ErrorInfo;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.Samples;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts connections and calls. Methods that are not ours share one label, so that nobody can grow
 * the figures from outside.
 */
final class CallFigures extends ServerStreamTracer.Factory {

    /** The code of a connection that never spoke HTTP/2. */
    static final String HANDSHAKE = "handshake";

    /** The code of a connection that broke the protocol together with its handshake. */
    static final String FIRST_BYTES = "first bytes";

    private static final String OTHER = "other";
    private static final List<Double> SECONDS =
            List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

    private static final Family CALLS =
            Family.counter(
                    "drover_grpc_calls_total",
                    "Calls that have ended, by gRPC status code.",
                    "method",
                    "code");
    private static final Family MESSAGES =
            Family.counter(
                    "drover_grpc_messages_total",
                    "Messages of calls, received and sent.",
                    "method",
                    "direction");
    private static final Family OPEN =
            Family.gauge("drover_grpc_calls_open", "Calls that are running.", "method");
    private static final Family DURATION =
            Family.histogram(
                    "drover_grpc_call_seconds",
                    "Time from the start of a call to its end.",
                    SECONDS,
                    "method");
    private static final Family CONNECTIONS =
            Family.gauge("drover_grpc_connections", "Connections of clients that are open.");
    private static final Family ACCEPTED =
            Family.counter(
                    "drover_grpc_connections_accepted_total",
                    "Connections of clients that came through the TLS handshake.");

    private static final Family FAILURES =
            Family.counter(
                    "drover_grpc_failures_total",
                    "Calls that the server refused or ended, by the reason that their client was"
                            + " told.",
                    "reason");
    private static final Family TURNED_AWAY =
            Family.counter(
                    "drover_grpc_connections_turned_away_total",
                    "Connections that were closed at once: as many were open as is allowed.");
    private static final Family BROKEN =
            Family.counter(
                    "drover_grpc_connections_broken_total",
                    "Connections that the server ended because of what the client did, by HTTP/2"
                            + " error code; handshake: it never spoke HTTP/2 over TLS.",
                    "code");

    private static final List<Family> FAMILIES =
            List.of(
                    CALLS,
                    MESSAGES,
                    OPEN,
                    DURATION,
                    CONNECTIONS,
                    ACCEPTED,
                    FAILURES,
                    TURNED_AWAY,
                    BROKEN);

    private final Map<String, OfMethod> methods = new HashMap<>();
    private final OfMethod other = new OfMethod();
    private final Map<String, LongAdder> failures = new HashMap<>();
    private final Map<String, LongAdder> broken = new HashMap<>();
    private final LongAdder turnedAway = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder left = new LongAdder();

    CallFigures() {
        for (Verdict.Reason reason : Verdict.Reason.values()) {
            failures.put(reason.name(), new LongAdder());
        }
        for (Http2Error code : Http2Error.values()) {
            broken.put(code.name(), new LongAdder());
        }
        broken.put(HANDSHAKE, new LongAdder());
        broken.put(FIRST_BYTES, new LongAdder());
        Audiences.ours().keySet().forEach(method -> methods.put(method, new OfMethod()));
        methods.put(OTHER, other);
    }

    static List<Family> families() {
        return FAMILIES;
    }

    /** How many connections are open. */
    long connections() {
        return Math.max(0, accepted.sum() - left.sum());
    }

    void collect(Samples out) {
        methods.forEach((name, figures) -> figures.collect(name, out));
        out.add(CONNECTIONS, connections());
        out.add(ACCEPTED, accepted.sum());
        out.add(TURNED_AWAY, turnedAway.sum());
        failures.forEach((reason, count) -> addUnlessZero(out, FAILURES, count, reason));
        broken.forEach((code, count) -> addUnlessZero(out, BROKEN, count, code));
    }

    private static void addUnlessZero(Samples out, Family family, LongAdder count, String label) {
        if (count.sum() > 0) {
            out.add(family, count.sum(), label);
        }
    }

    /** A call ended with a reason; those of others than ours are not counted. */
    void failed(ErrorInfo info) {
        LongAdder count = failures.get(info.getReason());
        if (count != null && Verdict.DOMAIN.equals(info.getDomain())) {
            count.increment();
        }
    }

    /** A connection was closed at once. */
    void turnedAway() {
        turnedAway.increment();
    }

    /**
     * The server ended a connection.
     *
     * @param code the name of an HTTP/2 error, or {@link #HANDSHAKE}
     */
    void broken(String code) {
        LongAdder count = broken.get(code);
        if (count != null) {
            count.increment();
        }
    }

    /** Counts connections. */
    ServerTransportFilter connectionCounter() {
        return new ServerTransportFilter() {
            @Override
            public Attributes transportReady(Attributes attributes) {
                accepted.increment();
                return attributes;
            }

            @Override
            public void transportTerminated(Attributes attributes) {
                // Null when it never was ready.
                if (attributes != null) {
                    left.increment();
                }
            }
        };
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        return methods.getOrDefault(fullMethodName, other).open();
    }

    private static final class OfMethod {
        private final LongAdder[] ended = adders(Status.Code.values().length);
        private final LongAdder received = new LongAdder();
        private final LongAdder sent = new LongAdder();
        private final LongAdder open = new LongAdder();
        private final LongAdder[] buckets = adders(SECONDS.size() + 1);
        private final LongAdder nanos = new LongAdder();

        ServerStreamTracer open() {
            open.increment();
            return new Tracer(this);
        }

        void end(Status.Code code, long took) {
            open.decrement();
            ended[code.value()].increment();
            nanos.add(took);
            buckets[bucket(took / 1e9)].increment();
        }

        void collect(String method, Samples out) {
            for (Status.Code code : Status.Code.values()) {
                long count = ended[code.value()].sum();
                if (count > 0) {
                    out.add(CALLS, count, method, code.name());
                }
            }
            out.add(MESSAGES, received.sum(), method, "received");
            out.add(MESSAGES, sent.sum(), method, "sent");
            out.add(OPEN, open.sum(), method);
            long[] counts = new long[buckets.length];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = buckets[i].sum();
            }
            out.histogram(DURATION, counts, nanos.sum() / 1e9, method);
        }

        private static int bucket(double seconds) {
            int i = 0;
            while (i < SECONDS.size() && seconds > SECONDS.get(i)) {
                i++;
            }
            return i;
        }

        private static LongAdder[] adders(int count) {
            LongAdder[] adders = new LongAdder[count];
            for (int i = 0; i < count; i++) {
                adders[i] = new LongAdder();
            }
            return adders;
        }
    }

    private static final class Tracer extends ServerStreamTracer {
        private final OfMethod figures;
        private final long start = System.nanoTime();

        Tracer(OfMethod figures) {
            this.figures = figures;
        }

        @Override
        public void inboundMessage(int number) {
            figures.received.increment();
        }

        @Override
        public void outboundMessage(int number) {
            figures.sent.increment();
        }

        @Override
        public void streamClosed(Status status) {
            figures.end(status.getCode(), System.nanoTime() - start);
        }
    }
}
