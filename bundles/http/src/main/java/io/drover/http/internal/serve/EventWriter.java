package io.drover.http.internal.serve;

import io.drover.api.http.EventStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a stream as server-sent events (HTML living standard, 9.2), each when the client has taken
 * the one before. Holds a thread only while an event is made. Any thread may wake or end it.
 */
final class EventWriter extends IteratingCallback {

    private static final Logger log = LoggerFactory.getLogger(EventWriter.class);

    /** Below the idle timeout of connections and of what lies between them. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /** How soon a client comes back: at once, what waits for a bundle waits here. */
    private static final byte[] PREAMBLE = "retry: 100\n\n".getBytes(StandardCharsets.UTF_8);

    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);

    /** What of the events is counted. */
    record Counters(LongAdder sent, LongAdder lost) {}

    private final EventStream stream;
    private final Request request;
    private final Response response;
    private final Executor threads;
    private final Scheduler timer;
    private final Counters counters;
    private final ByteArrayOutputStream event = new ByteArrayOutputStream(512);
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean ending;
    private volatile boolean heartbeat;
    private volatile Scheduler.Task beat = () -> false;
    private boolean begun;
    private boolean lastSent;
    private Consumer<Throwable> done;

    EventWriter(
            EventStream stream,
            Request request,
            Response response,
            Executor threads,
            Scheduler timer,
            Counters counters) {
        this.stream = stream;
        this.request = request;
        this.response = response;
        this.threads = threads;
        this.timer = timer;
        this.counters = counters;
    }

    /** Begins; {@code whenDone} is called once, with what went wrong or null. */
    void start(Consumer<Throwable> whenDone) {
        done = whenDone;
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        // Else nginx would wait for more before it passes an event on.
        response.getHeaders().put("X-Accel-Buffering", "no");
        stream.onReady(this::wake);
        schedule();
        iterate();
    }

    boolean over() {
        return over.get();
    }

    /** Ends it after what is being sent. */
    void end() {
        ending = true;
        wake();
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            try {
                threads.execute(this::iterate);
            } catch (RejectedExecutionException e) {
                log.debug("the server stops", e);
            }
        }
    }

    private void schedule() {
        beat =
                timer.schedule(
                        () -> {
                            heartbeat = true;
                            wake();
                            if (!over.get()) {
                                schedule();
                            }
                        },
                        HEARTBEAT.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    protected Action process() throws Exception {
        woken.set(false);
        if (request.getMethod().equals("HEAD")) {
            return finish();
        }
        if (!begun) {
            begun = true;
            return send(PREAMBLE);
        }
        if (ending) {
            return finish();
        }
        // Asked before: what is added and then ended is not to be missed.
        boolean ended = stream.ended();
        EventStream.Event next = stream.next();
        if (next != null) {
            heartbeat = false;
            return send(encoded(next));
        }
        if (ended) {
            return finish();
        }
        if (heartbeat) {
            heartbeat = false;
            return send(COMMENT);
        }
        return Action.IDLE;
    }

    private Action send(byte[] bytes) {
        response.write(false, ByteBuffer.wrap(bytes), this);
        return Action.SCHEDULED;
    }

    private Action finish() {
        if (lastSent) {
            return Action.SUCCEEDED;
        }
        lastSent = true;
        ending = true;
        response.write(true, null, this);
        return Action.SCHEDULED;
    }

    private byte[] encoded(EventStream.Event next) throws IOException {
        event.reset();
        if (next.lost() != 0) {
            counters.lost().add(next.lost());
            line("event", "lost");
            line("data", "{\"count\":" + next.lost() + "}");
        } else {
            counters.sent().increment();
            line("event", next.name());
            if (!next.id().isEmpty()) {
                line("id", next.id());
            }
            event.writeBytes("data: ".getBytes(StandardCharsets.UTF_8));
            // Of one line: line breaks in its texts are escaped.
            JsonWriter.write(event, next.data());
            event.write('\n');
        }
        event.write('\n');
        return event.toByteArray();
    }

    private void line(String field, String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a field of an event is one line: " + field);
        }
        event.writeBytes((field + ": " + value + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected void onCompleteSuccess() {
        over(null);
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
        over(cause);
    }

    private void over(Throwable failure) {
        if (over.compareAndSet(false, true)) {
            beat.cancel();
            stream.close();
            done.accept(failure);
        }
    }
}
