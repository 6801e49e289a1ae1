package io.drover.kubernetes.internal.client;

import io.drover.api.kubernetes.KubeObject;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * One watch request: an answer without an end, one JSON document a line. The next piece is asked
 * for when the last one has been handled, so a slow reader is not overrun. It tries nothing again.
 */
final class WatchStream implements AutoCloseable {

    /** Longer than any object that the API server stores (1.5 MiB), several times. */
    private static final int LINE_MAX = 8 * 1024 * 1024;

    private static final int LINE_KEPT = 64 * 1024;
    private static final int REFUSAL_MAX = 64 * 1024;
    private static final int GONE = 410;

    private final Shape shape;
    private final Listener listener;
    private byte[] line = new byte[8 * 1024];
    private int length;
    private final ByteArrayOutputStream refusal = new ByteArrayOutputStream(0);
    private volatile AsyncBody body;
    private volatile boolean accepted;
    private boolean over;

    /** Is told what comes, in order, on the client's threads. */
    interface Listener {
        /** The API server has accepted the request. */
        void opened();

        /**
         * Something has changed.
         *
         * @param type {@code ADDED}, {@code MODIFIED}, {@code DELETED}, {@code BOOKMARK}, {@code
         *     ERROR}
         */
        void event(String type, Map<String, Object> object);

        /** Nothing more comes; not called after {@link WatchStream#close}. */
        void ended(End end);
    }

    /**
     * Why a stream ended.
     *
     * @param code the HTTP status, 0 when the connection was lost, 200 for a regular end
     * @param retryAfter how long the API server asks to wait
     * @param why for people
     */
    record End(int code, Duration retryAfter, String why) {
        /** Whether the version that the watch began from is not known any more. */
        boolean gone() {
            return code == GONE;
        }
    }

    private WatchStream(Shape shape, Listener listener) {
        this.shape = shape.event();
        this.listener = listener;
    }

    /** Sends the request on a thread of {@code senders}; returns at once. */
    static WatchStream open(
            HttpClient http, HttpRequest request, Shape shape, Executor senders, Listener on) {
        WatchStream stream = new WatchStream(shape, on);
        try {
            senders.execute(() -> stream.send(http, request));
        } catch (RejectedExecutionException e) {
            stream.end(new End(0, Duration.ZERO, "the client is closed"));
        }
        return stream;
    }

    @Override
    public void close() {
        AsyncBody open;
        synchronized (this) {
            over = true;
            open = body;
        }
        if (open != null) {
            open.cancel();
        }
    }

    private void send(HttpClient http, HttpRequest request) {
        try {
            http.consumeBytes(request, this::piece).whenComplete(this::answered);
        } catch (RuntimeException e) {
            end(lost(e));
        }
    }

    private void answered(HttpResponse<AsyncBody> response, Throwable failure) {
        if (failure != null) {
            end(lost(failure));
            return;
        }
        boolean cancelled;
        synchronized (this) {
            body = response.body();
            cancelled = over;
        }
        if (cancelled) {
            response.body().cancel();
            return;
        }
        accepted = response.isSuccessful();
        if (accepted) {
            listener.opened();
        }
        response.body().done().whenComplete((nothing, e) -> bodyEnded(response, e));
        response.body().consume();
    }

    private void bodyEnded(HttpResponse<AsyncBody> response, Throwable failure) {
        if (!accepted) {
            Map<String, Object> status = ApiCalls.status(refusal.toByteArray());
            end(
                    new End(
                            response.code(),
                            ApiCalls.retryAfter(response),
                            ApiCalls.said(response.code(), status)));
        } else if (failure != null) {
            end(lost(failure));
        } else if (length > 0) {
            end(new End(0, Duration.ZERO, "the answer broke off in the middle of an object"));
        } else {
            end(new End(response.code(), Duration.ZERO, "ended by the API server"));
        }
    }

    private void piece(List<ByteBuffer> buffers, AsyncBody from) {
        for (ByteBuffer buffer : buffers) {
            if (accepted) {
                lines(buffer);
            } else if (refusal.size() < REFUSAL_MAX) {
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                refusal.write(part, 0, part.length);
            }
        }
        from.consume();
    }

    private void lines(ByteBuffer buffer) {
        while (buffer.hasRemaining()) {
            byte next = buffer.get();
            if (next != '\n') {
                keep(next);
            } else if (length > 0) {
                int whole = length;
                length = 0;
                document(whole);
                if (line.length > LINE_KEPT) {
                    line = new byte[LINE_KEPT];
                }
            }
        }
    }

    private void keep(byte next) {
        if (length == line.length) {
            if (length >= LINE_MAX) {
                throw new IllegalStateException(
                        "an object of more than " + LINE_MAX + " bytes in a watch");
            }
            line = Arrays.copyOf(line, Math.min(LINE_MAX, 2 * length));
        }
        line[length++] = next;
    }

    private void document(int whole) {
        Map<String, Object> event = Trees.read(line, whole, shape);
        String type = KubeObject.text(event, "type");
        Map<String, Object> object = KubeObject.map(event, "object");
        synchronized (this) {
            if (over) {
                return;
            }
        }
        if (!type.equals("ERROR")) {
            listener.event(type, object);
            return;
        }
        int code = object.get("code") instanceof Number number ? number.intValue() : 500;
        end(new End(code, Duration.ZERO, ApiCalls.said(code, object)));
        close();
    }

    private void end(End end) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        listener.ended(end);
    }

    private static End lost(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return new End(
                0,
                Duration.ZERO,
                cause instanceof CancellationException ? "cancelled" : ApiCalls.said(cause));
    }
}
