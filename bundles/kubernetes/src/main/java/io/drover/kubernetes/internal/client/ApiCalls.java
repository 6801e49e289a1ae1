package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ClusterException.Cause;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Single requests, plain trees in and out. The time-out is for the whole exchange, body and further
 * tries included: fabric8's own ends with the headers. Any thread; the request itself is made on a
 * thread of ours, so that no static of a library remembers the caller's class loader.
 */
final class ApiCalls {

    static final String JSON = "application/json";
    static final String MERGE_PATCH = "application/merge-patch+json";

    /** What is asked for by Retry-After is honoured up to here: a wrong one must not end us. */
    private static final long RETRY_AFTER_MAX_SECONDS = 300;

    private static final String NOTHING_MORE = "";

    /** The wait before the second try; each further one is twice as long, give or take a fifth. */
    private static final Duration AGAIN = Duration.ofMillis(100);

    private static final Duration AGAIN_MAX = Duration.ofSeconds(2);

    private final HttpClient http;
    private final URI server;
    private final Executor senders;
    private final RequestBudget budget;
    private final int retries;
    private final String userAgent;
    private final Counters counters;

    /**
     * @param http brings authentication; tries nothing again by itself
     * @param server the API server
     * @param senders make the requests
     * @param budget the client-side limit; null for none
     * @param retries how often a request is tried again after a network error, a 429 or a 5xx
     * @param userAgent what the API server's audit log calls us
     */
    ApiCalls(
            HttpClient http,
            URI server,
            Executor senders,
            RequestBudget budget,
            int retries,
            String userAgent,
            Counters counters) {
        this.http = http;
        this.server = server;
        this.senders = senders;
        this.budget = budget;
        this.retries = retries;
        this.userAgent = userAgent;
        this.counters = counters;
    }

    /** Asked at the last moment before a request is sent. */
    interface Gate {
        void pass() throws ClusterException;
    }

    /** What one request is. */
    record Call(String method, String path, String contentType, Map<String, Object> body) {
        static Call get(String path) {
            return new Call("GET", path, JSON, null);
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** Reads a document. */
    Map<String, Object> get(String path, Duration timeout) throws ClusterException {
        return get(path, Shape.ALL, timeout);
    }

    /** Reads parts of a document. */
    Map<String, Object> get(String path, Shape shape, Duration timeout) throws ClusterException {
        return send(Call.get(path), shape, timeout, () -> {}, NOTHING_MORE);
    }

    /**
     * Sends one request and waits for its answer.
     *
     * @param path with its query
     * @param body null for none
     */
    Map<String, Object> send(
            String method,
            String path,
            String contentType,
            Map<String, Object> body,
            Duration timeout,
            Gate gate)
            throws ClusterException {
        return send(
                new Call(method, path, contentType, body), Shape.ALL, timeout, gate, NOTHING_MORE);
    }

    /**
     * Sends one request, in all tries, and waits for its answer.
     *
     * @param shape what is read of the answer
     * @param gate asked before each try
     * @param comment to the user agent: on whose behalf it is sent
     */
    Map<String, Object> send(Call call, Shape shape, Duration timeout, Gate gate, String comment)
            throws ClusterException {
        long until = System.nanoTime() + timeout.toNanos();
        BackOff backOff =
                new BackOff(AGAIN, AGAIN_MAX, () -> ThreadLocalRandom.current().nextDouble());
        for (int tried = 0; ; tried++) {
            try {
                return once(call, shape, until, gate, comment);
            } catch (ClusterException e) {
                boolean mayHelp = e.why() == Cause.UNAVAILABLE || e.why() == Cause.THROTTLED;
                Duration wait = backOff.next();
                if (wait.compareTo(e.retryAfter()) < 0) {
                    wait = e.retryAfter();
                }
                if (!mayHelp
                        || tried >= retries
                        || Thread.currentThread().isInterrupted()
                        || until - System.nanoTime() <= wait.toNanos()) {
                    throw e;
                }
                sleep(call.toString(), wait.toNanos());
            }
        }
    }

    private Map<String, Object> once(Call call, Shape shape, long until, Gate gate, String comment)
            throws ClusterException {
        String what = call.toString();
        waitForBudget(what, until - System.nanoTime());
        gate.pass();
        Duration timeout = Duration.ofNanos(Math.max(1_000_000, until - System.nanoTime()));
        HttpRequest request =
                http.newHttpRequestBuilder()
                        .uri(server.resolve(call.path))
                        .setHeader("User-Agent", userAgent + comment)
                        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .method(
                                call.method,
                                call.contentType,
                                call.body == null ? null : Trees.write(call.body))
                        .build();
        long began = System.nanoTime();
        HttpResponse<byte[]> response = answer(request, what, until);
        counters.requestNanos.add(System.nanoTime() - began);
        return read(response, what, shape);
    }

    private void waitForBudget(String what, long patienceNanos) throws ClusterException {
        if (budget == null) {
            return;
        }
        long wait = budget.take(patienceNanos);
        if (wait < 0) {
            throw new ClusterException(
                    Cause.THROTTLED,
                    what
                            + ": the client-side limit (kubernetes.qps) is used up for longer than the time-out");
        }
        sleep(what, wait);
        counters.limitedNanos.add(wait);
    }

    private void sleep(String what, long wait) throws ClusterException {
        long until = System.nanoTime() + wait;
        for (long left = wait; left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            if (Thread.currentThread().isInterrupted()) {
                throw unavailable(what, "interrupted", null);
            }
        }
    }

    private HttpResponse<byte[]> answer(HttpRequest request, String what, long until)
            throws ClusterException {
        Future<CompletableFuture<HttpResponse<byte[]>>> sent = null;
        CompletableFuture<HttpResponse<byte[]>> answer = null;
        try {
            sent =
                    CompletableFuture.supplyAsync(
                            () -> http.sendAsync(request, byte[].class), senders);
            answer = sent.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            return answer.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            cancel(sent, answer);
            throw unavailable(what, "no answer in time", e);
        } catch (InterruptedException e) {
            cancel(sent, answer);
            Thread.currentThread().interrupt();
            throw unavailable(what, "interrupted", e);
        } catch (ExecutionException e) {
            throw unavailable(what, said(e.getCause()), e.getCause());
        } catch (RejectedExecutionException e) {
            throw unavailable(what, "the client is closed", e);
        }
    }

    private static void cancel(Future<?> sent, CompletableFuture<HttpResponse<byte[]>> answer) {
        if (sent != null) {
            sent.cancel(true);
        }
        if (answer != null) {
            answer.cancel(true);
        }
    }

    private ClusterException unavailable(String what, String why, Throwable origin) {
        counters.unavailable.increment();
        return new ClusterException(Cause.UNAVAILABLE, what + ": " + why, Duration.ZERO, origin);
    }

    /** The innermost cause that says something: the JDK often wraps it in empty ones. */
    static String said(Throwable thrown) {
        String said = thrown.toString();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof IOException || t.getMessage() != null) {
                said = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
            }
            if (t instanceof ConnectException) {
                return "connection refused or not possible"; // its own causes say less
            }
        }
        return said;
    }

    private Map<String, Object> read(HttpResponse<byte[]> response, String what, Shape shape)
            throws ClusterException {
        byte[] body = response.body() == null ? new byte[0] : response.body();
        if (!response.isSuccessful()) {
            throw refusal(response, what, status(body));
        }
        try {
            Map<String, Object> tree =
                    body.length == 0 ? Map.of() : Trees.read(body, body.length, shape);
            counters.succeeded.increment();
            return tree;
        } catch (IllegalArgumentException e) {
            throw unavailable(what, "the answer is " + e.getMessage(), e);
        }
    }

    /** What the API server says of a refusal; a proxy before it may say something else. */
    static Map<String, Object> status(byte[] body) {
        try {
            return body.length == 0 ? Map.of() : Trees.read(body);
        } catch (IllegalArgumentException e) {
            return Map.of();
        }
    }

    private ClusterException refusal(
            HttpResponse<byte[]> response, String what, Map<String, Object> status) {
        int code = response.code();
        (code >= 500 ? counters.unavailable : counters.refused).increment();
        Duration wish = retryAfter(response);
        if (budget != null && code == 429) {
            budget.pause(wish); // it is this client that is too fast, not this one request
        }
        return new ClusterException(why(code), what + ": " + said(code, status), wish, null);
    }

    static String said(int code, Map<String, Object> status) {
        return status.get("message") instanceof String text && !text.isEmpty()
                ? text
                : "HTTP " + code;
    }

    static Cause why(int code) {
        return switch (code) {
            case 401, 403 -> Cause.FORBIDDEN;
            case 404 -> Cause.NOT_FOUND;
            case 409 -> Cause.CONFLICT;
            case 429 -> Cause.THROTTLED;
            case 408, 410 -> Cause.UNAVAILABLE;
            default -> code >= 500 ? Cause.UNAVAILABLE : Cause.INVALID;
        };
    }

    static Duration retryAfter(HttpResponse<?> response) {
        String header = response.header("Retry-After");
        try {
            return header == null
                    ? Duration.ZERO
                    : Duration.ofSeconds(
                            Math.max(
                                    0,
                                    Math.min(
                                            RETRY_AFTER_MAX_SECONDS,
                                            Long.parseLong(header.strip()))));
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }
}
