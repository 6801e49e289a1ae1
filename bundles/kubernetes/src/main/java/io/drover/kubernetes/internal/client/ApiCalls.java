package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ClusterException.Cause;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
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

    private final HttpClient http;
    private final KubernetesSerialization json;
    private final URI server;
    private final Executor senders;
    private final RequestBudget budget;
    private final Counters counters;

    /**
     * @param http brings authentication, and tries again as it is configured
     * @param server the API server
     * @param senders make the requests
     * @param budget the client-side limit; null for none
     */
    ApiCalls(
            HttpClient http,
            KubernetesSerialization json,
            URI server,
            Executor senders,
            RequestBudget budget,
            Counters counters) {
        this.http = http;
        this.json = json;
        this.server = server;
        this.senders = senders;
        this.budget = budget;
        this.counters = counters;
    }

    /** Asked at the last moment before a request is sent. */
    interface Gate {
        void pass() throws ClusterException;
    }

    /** Reads a document. */
    Map<String, Object> get(String path, Duration timeout) throws ClusterException {
        return send("GET", path, JSON, null, timeout, () -> {});
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
        String what = method + " " + path;
        long until = System.nanoTime() + timeout.toNanos();
        waitForBudget(what, timeout.toNanos());
        gate.pass();
        HttpRequest request =
                http.newHttpRequestBuilder()
                        .uri(server.resolve(path))
                        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .method(method, contentType, body == null ? null : json.asJson(body))
                        .build();
        long began = System.nanoTime();
        HttpResponse<byte[]> response = answer(request, what, until);
        counters.requestNanos.add(System.nanoTime() - began);
        return read(response, what);
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
        long until = System.nanoTime() + wait;
        for (long left = wait; left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            if (Thread.currentThread().isInterrupted()) {
                throw unavailable(what, "interrupted", null);
            }
        }
        counters.limitedNanos.add(wait);
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
    private static String said(Throwable thrown) {
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

    private Map<String, Object> read(HttpResponse<byte[]> response, String what)
            throws ClusterException {
        Map<String, Object> tree = tree(response, what);
        if (response.isSuccessful()) {
            counters.succeeded.increment();
            return tree;
        }
        throw refusal(response, what, tree);
    }

    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
    private Map<String, Object> tree(HttpResponse<byte[]> response, String what)
            throws ClusterException {
        byte[] body = response.body();
        if (body == null || body.length == 0) {
            return Map.of();
        }
        try {
            Object value = json.unmarshal(new ByteArrayInputStream(body), Map.class);
            return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
        } catch (RuntimeException e) {
            if (response.isSuccessful()) {
                throw unavailable(what, "the answer is not JSON", e);
            }
            return Map.of();
        }
    }

    private ClusterException refusal(
            HttpResponse<byte[]> response, String what, Map<String, Object> status) {
        int code = response.code();
        (code >= 500 ? counters.unavailable : counters.refused).increment();
        String said =
                status.get("message") instanceof String text && !text.isEmpty()
                        ? text
                        : "HTTP " + code;
        return new ClusterException(why(code), what + ": " + said, retryAfter(response), null);
    }

    private static Cause why(int code) {
        return switch (code) {
            case 401, 403 -> Cause.FORBIDDEN;
            case 404 -> Cause.NOT_FOUND;
            case 409 -> Cause.CONFLICT;
            case 429 -> Cause.THROTTLED;
            case 408, 410 -> Cause.UNAVAILABLE;
            default -> code >= 500 ? Cause.UNAVAILABLE : Cause.INVALID;
        };
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        String header = response.header("Retry-After");
        try {
            return header == null
                    ? Duration.ZERO
                    : Duration.ofSeconds(Long.parseLong(header.strip()));
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }
}
