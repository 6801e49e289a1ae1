package io.drover.http.internal.serve;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.Samples;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts requests. The labels are templates and words of this bundle, never what a client sent, so
 * that their number is bounded. Any thread.
 */
public final class Meter {

    private static final List<Double> BOUNDS =
            List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

    private static final long[] BOUND_NANOS =
            BOUNDS.stream().mapToLong(bound -> Math.round(bound * 1e9)).toArray();

    static final Family REQUESTS =
            Family.counter(
                    "drover_http_requests_total",
                    "Requests that were answered, by class of the status.",
                    "listener",
                    "route",
                    "method",
                    "code");
    static final Family SECONDS =
            Family.histogram(
                    "drover_http_request_seconds",
                    "Time from the check of a request to the end of its answer.",
                    BOUNDS,
                    "listener",
                    "route");
    static final Family BYTES =
            Family.counter(
                    "drover_http_response_bytes_total",
                    "Bytes of the bodies of answers.",
                    "listener");
    static final Family REFUSED =
            Family.counter(
                    "drover_http_refused_total",
                    "Requests that came to no route, by the reason.",
                    "listener",
                    "reason");
    static final Family ABORTED =
            Family.counter(
                    "drover_http_aborted_total",
                    "Answers that did not come to their end: the client left, or the route failed"
                            + " half-way.",
                    "listener");
    static final Family HELD =
            Family.counter(
                    "drover_http_held_total",
                    "Requests that waited for a bundle that was being replaced.");
    static final Family HELD_SECONDS =
            Family.counter(
                    "drover_http_held_seconds_total",
                    "Time from the coming to the answer of the requests that waited for a bundle.");
    static final Family HELD_OVER =
            Family.counter(
                    "drover_http_held_over_total",
                    "Requests that did not wait for a bundle because too many did.");
    static final Family EVENTS =
            Family.counter("drover_http_events_total", "Events of live streams.", "listener");
    static final Family EVENTS_LOST =
            Family.counter(
                    "drover_http_events_lost_total",
                    "Events of live streams that were left out because the client was too slow.",
                    "listener");

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private record Request(String listener, String route, String method, int hundreds) {}

    private record Timed(String listener, String route) {}

    private record Refusal(String listener, String reason) {}

    /** Observations in each bucket, and their sum. */
    private static final class Histogram {

        private final AtomicLongArray counts = new AtomicLongArray(BOUND_NANOS.length + 1);
        private final LongAdder nanos = new LongAdder();

        void observe(long duration) {
            int bucket = 0;
            while (bucket < BOUND_NANOS.length && duration > BOUND_NANOS[bucket]) {
                bucket++;
            }
            counts.incrementAndGet(bucket);
            nanos.add(duration);
        }

        void collect(Samples out, Timed timed) {
            long[] now = new long[counts.length()];
            Arrays.setAll(now, counts::get);
            out.histogram(SECONDS, now, nanos.sum() / 1e9, timed.listener, timed.route);
        }
    }

    private final Map<Request, LongAdder> requests = new ConcurrentHashMap<>();
    private final Map<Timed, Histogram> seconds = new ConcurrentHashMap<>();
    private final Map<Refusal, LongAdder> refusals = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> bytes = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> aborts = new ConcurrentHashMap<>();
    private final Map<String, EventWriter.Counters> events = new ConcurrentHashMap<>();
    private final LongAdder held = new LongAdder();
    private final LongAdder heldNanos = new LongAdder();
    private final LongAdder heldOver = new LongAdder();

    /** One request was answered by a route. */
    void answered(String listener, String route, String method, int status, long nanos, long sent) {
        count(listener, route, method, status, sent);
        seconds.computeIfAbsent(new Timed(listener, route), k -> new Histogram()).observe(nanos);
    }

    /** One request came to no route. */
    void refused(String listener, String why, String method, int status, long sent) {
        count(listener, "none", method, status, sent);
        one(refusals, new Refusal(listener, why));
    }

    /** One answer was cut off. */
    void aborted(String listener) {
        one(aborts, listener);
    }

    /** One request that waited for a bundle is over. */
    void held(long nanos) {
        held.increment();
        heldNanos.add(nanos);
    }

    /** One request did not wait, because too many did. */
    void heldOver() {
        heldOver.increment();
    }

    EventWriter.Counters events(String listener) {
        return events.computeIfAbsent(
                listener, k -> new EventWriter.Counters(new LongAdder(), new LongAdder()));
    }

    private void count(String listener, String route, String method, int status, long sent) {
        String known = METHODS.contains(method) ? method : "other";
        one(requests, new Request(listener, route, known, status / 100));
        adder(bytes, listener).add(sent);
    }

    private static <K> void one(Map<K, LongAdder> counters, K key) {
        adder(counters, key).increment();
    }

    private static <K> LongAdder adder(Map<K, LongAdder> counters, K key) {
        LongAdder known = counters.get(key);
        return known != null ? known : counters.computeIfAbsent(key, k -> new LongAdder());
    }

    public static List<Family> families() {
        return List.of(
                REQUESTS,
                SECONDS,
                BYTES,
                REFUSED,
                ABORTED,
                HELD,
                HELD_SECONDS,
                HELD_OVER,
                EVENTS,
                EVENTS_LOST);
    }

    /** Hands all figures over. */
    public void collect(Samples out) {
        requests.forEach(
                (r, n) ->
                        out.add(
                                REQUESTS,
                                n.sum(),
                                r.listener,
                                r.route,
                                r.method,
                                r.hundreds + "xx"));
        seconds.forEach((timed, histogram) -> histogram.collect(out, timed));
        bytes.forEach((listener, n) -> out.add(BYTES, n.sum(), listener));
        refusals.forEach((r, n) -> out.add(REFUSED, n.sum(), r.listener, r.reason));
        aborts.forEach((listener, n) -> out.add(ABORTED, n.sum(), listener));
        out.add(HELD, held.sum());
        out.add(HELD_SECONDS, heldNanos.sum() / 1e9);
        out.add(HELD_OVER, heldOver.sum());
        events.forEach(
                (listener, n) -> {
                    out.add(EVENTS, n.sent().sum(), listener);
                    out.add(EVENTS_LOST, n.lost().sum(), listener);
                });
    }
}
