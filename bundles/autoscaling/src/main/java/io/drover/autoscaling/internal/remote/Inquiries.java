package io.drover.autoscaling.internal.remote;

import io.drover.api.watch.Heartbeat;
import io.drover.autoscaling.internal.decide.Samples.Awaited;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Value;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks all questions that somebody wants to know the answers of, each in its interval, many at the
 * same time; answers are had from memory. A question that hangs delays no other one but, beyond the
 * bound of questions under way, those to the same endpoint. Begins with the first question.
 *
 * <p>One thread of its own keeps the times and never waits for an answer; any thread may ask.
 */
final class Inquiries implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Inquiries.class);
    private static final long MILLI = 1_000_000;

    /** The thread wakes no more often than this. */
    private static final long REST_NANOS = 10 * MILLI;

    private final String who;
    private final Pace pace;
    private final Transport transport;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Heartbeat heartbeat;
    private final Thread thread;
    private final Map<String, Asked> asked = new ConcurrentHashMap<>();
    private final Queue<Runnable> arrived = new ConcurrentLinkedQueue<>();
    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder held = new LongAdder();
    private volatile Consumer<String> news = object -> {};
    private volatile int open;
    private boolean started;
    private boolean closed;
    private boolean woken;

    /** Of the thread alone. */
    private final Map<String, Endpoint> endpoints = new HashMap<>();

    /** Where the questions of one endpoint stand. */
    private static final class Endpoint {
        private final Breaker breaker;
        private int underWay;

        Endpoint(Breaker breaker) {
            this.breaker = breaker;
        }
    }

    /** One question and what came of it. Fields that are not volatile are the thread's. */
    private static final class Asked {
        private volatile Question question;
        private volatile Measured answer;
        private volatile long wantedAt;
        private long dueAt;
        private long deadline;
        private int failures;
        private volatile CompletableFuture<Transport.Answer> underWay;

        Asked(Question question, Measured answer, long now) {
            this.question = question;
            this.answer = answer;
            this.wantedAt = now;
            this.dueAt = now;
        }
    }

    /**
     * @param who they are asked, for people: {@code Prometheus}
     * @param thread the name of the thread
     */
    Inquiries(
            String who,
            String thread,
            Pace pace,
            Transport transport,
            Clock clock,
            LongSupplier nanoTime) {
        this.who = who;
        this.pace = pace;
        this.transport = transport;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.heartbeat = Heartbeat.outside(thread);
        this.thread = new Thread(this::run, thread);
        this.thread.setDaemon(true);
        this.thread.setContextClassLoader(null);
    }

    /** Who is told of an object whose answer changed, on this thread. Must return at once. */
    void tell(Consumer<String> listener) {
        news = listener;
    }

    /** The newest answer, from memory; asks from now on for as long as somebody wants it. */
    Measured ask(Question question) {
        long now = nanoTime.getAsLong();
        Asked known = asked.get(question.id());
        if (known == null) {
            if (asked.size() >= pace.questionsMax()) {
                return new Failed(
                        who + " is asked " + pace.questionsMax() + " questions already, the limit");
            }
            Asked first = new Asked(question, new Awaited(who + " has not answered yet"), now);
            known = asked.putIfAbsent(question.id(), first);
            if (known == null) {
                begin();
                return first.answer;
            }
        }
        known.question = question;
        known.wantedAt = now;
        return known.answer;
    }

    private synchronized void begin() {
        if (!started && !closed) {
            started = true;
            thread.start();
        }
        wake();
    }

    private synchronized void wake() {
        woken = true;
        notifyAll();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                heartbeat.begin();
                long pause;
                try {
                    pause = round();
                } catch (RuntimeException e) {
                    // The outermost frame of the loop: a defect costs one answer.
                    log.error("a question failed: who={}", who, e);
                    pause = REST_NANOS;
                } finally {
                    heartbeat.end();
                }
                pause(pause);
            }
        } catch (InterruptedException e) {
            log.debug("questions end: who={}", who);
        }
    }

    private synchronized void pause(long nanos) throws InterruptedException {
        long until = nanoTime.getAsLong() + nanos;
        for (long left = nanos; left > 0 && !woken; left = until - nanoTime.getAsLong()) {
            wait(left / MILLI, (int) (left % MILLI));
        }
        woken = false;
    }

    /**
     * Does what is due.
     *
     * @return nanoseconds until something is again
     */
    long round() {
        for (Runnable each = arrived.poll(); each != null; each = arrived.poll()) {
            each.run();
        }
        long now = nanoTime.getAsLong();
        long next = pace.interval().toNanos();
        long idle = pace.idle().toNanos();
        asked.values().removeIf(one -> one.underWay == null && now - one.wantedAt > idle);
        List<Asked> due = new ArrayList<>();
        for (Asked one : asked.values()) {
            if (one.underWay != null) {
                if (now - one.deadline >= 0) {
                    one.underWay.cancel(true); // its end arrives by itself
                }
                next = Math.min(next, Math.max(0, one.deadline - now));
            } else if (now - one.dueAt >= 0) {
                due.add(one);
            } else {
                next = Math.min(next, one.dueAt - now);
            }
        }
        due.sort((one, other) -> Long.compare(one.dueAt - other.dueAt, 0)); // who waits longest
        for (Asked one : due) {
            next = Math.min(next, send(one, now));
        }
        open = (int) endpoints.values().stream().filter(each -> each.breaker.open()).count();
        return Math.max(REST_NANOS, next);
    }

    private long send(Asked one, long now) {
        Question question = one.question;
        Endpoint endpoint =
                endpoints.computeIfAbsent(
                        question.endpoint(), key -> new Endpoint(new Breaker(pace.patience())));
        if (endpoint.underWay >= pace.parallel()) {
            return pace.interval().toNanos(); // an end wakes this thread
        }
        if (!endpoint.breaker.lets(now)) {
            held.increment();
            one.dueAt = now + pace.interval().toNanos();
            silent(
                    one,
                    who
                            + " at "
                            + question.endpoint()
                            + " is not asked for a while after "
                            + endpoint.breaker.failures()
                            + " failures in a row");
            return pace.interval().toNanos();
        }
        endpoint.underWay++;
        one.dueAt = now + pace.interval().toNanos();
        one.deadline = now + pace.timeout().toNanos();
        CompletableFuture<Transport.Answer> future;
        try {
            future = transport.send(question);
        } catch (RuntimeException e) {
            future = CompletableFuture.failedFuture(e);
        }
        one.underWay = future;
        future.whenComplete(
                (answer, failure) -> {
                    arrived.add(() -> ended(one, question, endpoint, answer, failure));
                    wake();
                });
        return pace.timeout().toNanos();
    }

    private void ended(
            Asked one,
            Question question,
            Endpoint endpoint,
            Transport.Answer answer,
            Throwable failure) {
        long now = nanoTime.getAsLong();
        boolean late = now - one.deadline >= 0;
        one.underWay = null;
        endpoint.underWay--;
        if (answer == null || answer.status() >= 500 || answer.status() == 429) {
            endpoint.breaker.failed(now);
        } else {
            endpoint.breaker.answered();
        }
        if (answer == null) {
            refused(one, now, why(failure, late));
        } else if (answer.status() != 200) {
            refused(one, now, "it answered with the status " + answer.status());
        } else {
            read(one, question, answer.body(), now);
        }
    }

    private void read(Asked one, Question question, String body, long now) {
        try {
            Measured figure = question.reading().read(body, clock.millis());
            answered.increment();
            one.failures = 0;
            put(one, figure);
        } catch (IllegalArgumentException e) {
            refused(one, now, e.getMessage());
        }
    }

    private void refused(Asked one, long now, String why) {
        failed.increment();
        log.debug("no answer: who={} object={} why={}", who, one.question.object(), why);
        // The question itself may be what is wrong: it comes less often then.
        one.failures = Math.min(one.failures + 1, 4);
        one.dueAt = now + pace.interval().toNanos() * one.failures;
        silent(one, who + ": " + why);
    }

    private String why(Throwable failure, boolean late) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (late || cause instanceof HttpTimeoutException) {
            return "no answer within " + pace.timeout().toMillis() + " ms";
        }
        String message = cause.getMessage();
        return cause instanceof IOException && message != null
                ? message
                : "the connection failed (" + cause.getClass().getSimpleName() + ")";
    }

    /** What was known stays known, as something that nobody confirms. */
    private void silent(Asked one, String why) {
        Measured before = one.answer;
        put(
                one,
                before instanceof Value value
                        ? new Value(value.value(), value.at(), why)
                        : new Failed(why));
    }

    private void put(Asked one, Measured figure) {
        boolean changed = !same(one.answer, figure);
        one.answer = figure;
        if (changed) {
            news.accept(one.question.object());
        }
    }

    /** The time alone is nothing new. */
    private static boolean same(Measured before, Measured now) {
        if (before instanceof Value old && now instanceof Value fresh) {
            return old.value() == fresh.value() && old.silent().equals(fresh.silent());
        }
        return before.equals(now);
    }

    /** An object is gone, and its questions with it. */
    void forget(String object) {
        asked.keySet().removeIf(id -> id.startsWith(object + " "));
    }

    /** Its sign of life. */
    Heartbeat heartbeat() {
        return heartbeat;
    }

    /** Questions that are asked. */
    int questions() {
        return asked.size();
    }

    /** Endpoints that are left in peace. */
    int endpointsOpen() {
        return open;
    }

    /** Answers that were figures. */
    long answered() {
        return answered.sum();
    }

    /** Questions that got none. */
    long failed() {
        return failed.sum();
    }

    /** Questions that did not go out, for their endpoint is left in peace. */
    long held() {
        return held.sum();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        thread.interrupt();
        transport.close();
        for (Asked one : asked.values()) {
            CompletableFuture<Transport.Answer> last = one.underWay;
            if (last != null) {
                last.cancel(true);
            }
        }
    }
}
