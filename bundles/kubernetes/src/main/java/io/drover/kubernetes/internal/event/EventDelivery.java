package io.drover.kubernetes.internal.event;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.EventRecorder;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.kubernetes.internal.client.BackOff;
import io.drover.kubernetes.internal.event.Emission.What;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recorder: equal events are counted where they happen, new ones are put into a bounded queue,
 * one thread delivers. While the API server does not answer it tries one event again with a growing
 * wait (the others could not be delivered either); an event that the API server refuses is dropped
 * at once.
 */
public final class EventDelivery implements EventRecorder, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventDelivery.class);
    private static final int NOTE_BYTES_MAX = 1_024;
    private static final int NAME_MAX = 230;

    /** An event is news: one that could not be delivered for so long is none any more. */
    private static final Duration AGE_MAX = Duration.ofMinutes(5);

    private static final long LOOK_MILLIS = 1_000;

    private final BlockingQueue<Emission> queue;
    private final Ledger ledger;
    private final EventSink sink;
    private final BackOff backOff;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Thread thread;
    private final EventCounters counters = new EventCounters();
    private volatile boolean ending;
    private volatile long flushUntilNanos;
    private volatile String problem = "";
    private long lastName;

    /** Taken from the queue and not done with; the thread's own. */
    private Emission inHand;

    /** What became of the events. Any thread. */
    public static final class EventCounters {
        public final LongAdder created = new LongAdder();
        public final LongAdder counted = new LongAdder();
        public final LongAdder queueFull = new LongAdder();
        public final LongAdder overBudget = new LongAdder();
        public final LongAdder refused = new LongAdder();
        public final LongAdder undeliverable = new LongAdder();
    }

    public EventDelivery(
            int queueMax,
            int burst,
            Duration refill,
            EventSink sink,
            BackOff backOff,
            Clock clock,
            LongSupplier nanos) {
        this.queue = new ArrayBlockingQueue<>(queueMax);
        this.ledger = new Ledger(burst, refill);
        this.sink = sink;
        this.backOff = backOff;
        this.clock = clock;
        this.nanos = nanos;
        this.thread = new Thread(this::run, "drover-kubernetes-events");
        this.thread.setDaemon(true);
        this.thread.setContextClassLoader(null);
    }

    /** Begins to deliver. */
    public void start() {
        thread.start();
    }

    @Override
    public boolean emit(
            String reporter,
            ObjectRef regarding,
            Severity severity,
            String reason,
            String action,
            String note) {
        What what =
                new What(
                        "drover-" + reporter,
                        regarding,
                        severity,
                        reason,
                        action,
                        withinLimit(note));
        Emission emission = new Emission(what, clock.instant());
        if (!toBeCreated(emission)) {
            return true;
        }
        boolean queued = queue.offer(emission);
        if (!queued) {
            ledger.dropped(emission);
            counters.queueFull.increment();
        }
        return queued;
    }

    /** What became of the events so far. */
    public EventCounters counters() {
        return counters;
    }

    /** How many wait. */
    public int waiting() {
        return queue.size();
    }

    /** Why the newest event could not be delivered; empty when it could. */
    public String problem() {
        return problem;
    }

    /** Delivers what waits, for as long as {@code bound}, then ends. Does not wait itself. */
    public synchronized void flushAndEnd(Duration bound) {
        flushUntilNanos = nanos.getAsLong() + bound.toNanos();
        ending = true;
        thread.interrupt();
    }

    @Override
    public void close() {
        flushAndEnd(Duration.ZERO);
    }

    /** Waits for the end. */
    public boolean ended(Duration bound) {
        try {
            thread.join(Math.max(1, bound.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private void run() {
        while (!ending) {
            try {
                Emission next =
                        ledger.resting(nanos.getAsLong())
                                ? queue.take()
                                : queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null) {
                    deliver(next);
                }
                writeCounts(ledger.due(nanos.getAsLong()));
            } catch (InterruptedException e) {
                // The end; what waits is delivered below.
            } catch (RuntimeException | Error e) {
                log.error("delivery of an event failed", e);
                giveUpInHand();
            }
        }
        flush();
    }

    private void giveUpInHand() {
        if (inHand != null) {
            counters.undeliverable.increment();
            ledger.dropped(inHand);
            inHand = null;
        }
    }

    /** Else each request would fail at once. Waits for who may be about to interrupt. */
    private synchronized void forgetInterrupt() {
        Thread.interrupted();
    }

    private void flush() {
        forgetInterrupt();
        List<Emission> rest = new ArrayList<>();
        if (inHand != null) {
            rest.add(inHand); // the end came while it waited for its next try
        }
        queue.drainTo(rest);
        int handled = 0;
        for (Emission emission : rest) {
            if (flushUntilNanos - nanos.getAsLong() <= 0) {
                break;
            }
            if (create(emission)) {
                handled++;
            }
        }
        counters.undeliverable.add(rest.size() - handled);
        if (flushUntilNanos - nanos.getAsLong() > 0) {
            writeCounts(ledger.unwritten());
        }
        counters.undeliverable.add(ledger.takeLost());
        log.debug("events ended: left={}", rest.size() - handled);
    }

    private void deliver(Emission emission) throws InterruptedException {
        inHand = emission;
        while (!create(emission)) {
            if (ending) {
                return; // tried once more by the flush, or counted there
            }
            if (Duration.between(emission.at(), clock.instant()).compareTo(AGE_MAX) > 0) {
                giveUpInHand();
                return;
            }
            TimeUnit.NANOSECONDS.sleep(backOff.next().toNanos());
        }
        inHand = null;
        backOff.reset();
    }

    private boolean toBeCreated(Emission emission) {
        Ledger.Verdict verdict = ledger.judge(emission, nanos.getAsLong());
        switch (verdict) {
            case COUNTED -> counters.counted.increment();
            case OVER_BUDGET -> counters.overBudget.increment();
            case CREATE -> {}
        }
        return verdict == Ledger.Verdict.CREATE;
    }

    /** True when it is done with, delivered or refused. */
    private boolean create(Emission emission) {
        String name = name(emission.what().regarding().name());
        try {
            sink.create(name, emission.what(), emission.at());
            ledger.created(emission, name, nanos.getAsLong());
            counters.created.increment();
            problem = "";
            return true;
        } catch (ClusterException e) {
            boolean again = failed(e);
            if (!again) {
                ledger.dropped(emission);
            }
            return !again;
        }
    }

    /** Whether it is worth another try. */
    private boolean failed(ClusterException e) {
        boolean again =
                e.why() == ClusterException.Cause.UNAVAILABLE
                        || e.why() == ClusterException.Cause.THROTTLED;
        if (again || e.why() == ClusterException.Cause.FORBIDDEN) {
            problem = e.getMessage(); // of all events; another refusal is about this one alone
        }
        if (!again) {
            counters.refused.increment();
            log.warn("event refused: cause={}", e.getMessage());
        }
        return again;
    }

    private void writeCounts(List<Ledger.Count> due) {
        counters.undeliverable.add(ledger.takeLost());
        for (Ledger.Count one : due) {
            try {
                sink.count(one.name(), one.what(), one.count(), one.last());
                ledger.written(one, nanos.getAsLong());
            } catch (ClusterException e) {
                if (e.why() == ClusterException.Cause.NOT_FOUND) {
                    ledger.gone(one); // the API server keeps events for an hour
                } else if (!failed(e)) {
                    ledger.written(one, nanos.getAsLong());
                }
            }
        }
    }

    /** Unique in this process; long objects' names are cut to what an object's name may be. */
    private String name(String object) {
        lastName = Math.max(lastName + 1, clock.millis() * 1_000_000L);
        String start = object.length() > NAME_MAX ? object.substring(0, NAME_MAX) : object;
        return start + "." + Long.toHexString(lastName).toLowerCase(Locale.ROOT);
    }

    private static String withinLimit(String note) {
        if (note.length() * 3 <= NOTE_BYTES_MAX) {
            return note;
        }
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        CharBuffer in = CharBuffer.wrap(note);
        encoder.encode(in, ByteBuffer.allocate(NOTE_BYTES_MAX), true);
        return note.substring(0, in.position());
    }
}
