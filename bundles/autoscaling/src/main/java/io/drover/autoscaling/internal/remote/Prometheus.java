package io.drover.autoscaling.internal.remote;

import io.drover.api.watch.Heartbeat;
import io.drover.autoscaling.internal.decide.Objective;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Figures by PromQL from one Prometheus, or from what speaks its HTTP API. Any thread may ask;
 * answers are had from memory.
 */
public final class Prometheus implements AutoCloseable {

    private static final String THREAD = "drover-autoscaling-query";

    private final String url;
    private final Pace pace;
    private final Inquiries inquiries;

    private Prometheus(String url, Pace pace, Inquiries inquiries) {
        this.url = url;
        this.pace = pace;
        this.inquiries = inquiries;
    }

    /**
     * One that is asked over HTTP.
     *
     * @param url {@code http://host:9090}, with the path that it may be served below; empty: none
     * @param bytesMax of one answer
     * @param tokenFile whose content is shown as a bearer token; empty for none
     */
    public static Prometheus at(
            String url,
            Pace pace,
            int bytesMax,
            TlsFiles tls,
            String tokenFile,
            Clock clock,
            LongSupplier nanoTime) {
        Transport transport =
                new HttpTransport(
                        THREAD + "-io", pace.timeout(), bytesMax, tls, tokenFile, nanoTime);
        return over(transport, url, pace, clock, nanoTime);
    }

    static Prometheus over(
            Transport transport, String url, Pace pace, Clock clock, LongSupplier nanoTime) {
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        return new Prometheus(
                base, pace, new Inquiries("Prometheus", THREAD, pace, transport, clock, nanoTime));
    }

    /** Who is told of an object one of whose figures changed. Must return at once. */
    public void tell(Consumer<String> listener) {
        inquiries.tell(listener);
    }

    /**
     * The newest figure.
     *
     * @param object whose objective it is, namespace and name
     */
    public Measured measure(String object, Objective.Query query) {
        if (url.isEmpty()) {
            return new Failed(
                    "no source for queries is configured: autoscaling.query_url names a Prometheus");
        }
        // A sample that is older than the window of the query is none: Prometheus looks back so
        // far.
        String target =
                url
                        + "/api/v1/query?query="
                        + URLEncoder.encode(query.text(), StandardCharsets.UTF_8)
                        + "&lookback_delta="
                        + query.windowSeconds()
                        + "s&timeout="
                        + pace.timeout().toMillis()
                        + "ms";
        return inquiries.ask(
                new Question(object, target, URI.create(target), "", PrometheusAnswer::read));
    }

    /** An object is gone. */
    public void forget(String object) {
        inquiries.forget(object);
    }

    /** The sign of life of its thread. */
    public Heartbeat heartbeat() {
        return inquiries.heartbeat();
    }

    /** What it does. */
    public Figures figures() {
        return Figures.of(inquiries);
    }

    @Override
    public void close() {
        inquiries.close();
    }
}
