package io.drover.autoscaling.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Keys that are to be worked on. A key is with one worker at a time; added again meanwhile it comes
 * once more, after that; added twice it comes once. A delayed key keeps the earliest of its times.
 * Failures of a key are counted apart from how often it is added: a busy object does not back off.
 * Safe for many threads.
 */
final class WorkQueue {

    private final LongSupplier nanos;
    private final long firstRetryNanos;
    private final long maxRetryNanos;
    private final LongConsumer late;
    private final Set<String> ready = new LinkedHashSet<>();
    private final Set<String> atWork = new HashSet<>();
    private final Set<String> again = new HashSet<>();
    private final Map<String, Long> dueAt = new HashMap<>();
    private final PriorityQueue<Delayed> delayed = new PriorityQueue<>();

    /** When those were due that are ready because their time has come. */
    private final Map<String, Long> wasDueAt = new HashMap<>();

    private final Map<String, Integer> failures = new HashMap<>();
    private boolean closed;

    private record Delayed(long atNanos, String key) implements Comparable<Delayed> {
        @Override
        public int compareTo(Delayed other) {
            return Long.compare(atNanos - other.atNanos, 0);
        }
    }

    /**
     * @param nanos the monotonic clock
     * @param firstRetry the wait after the first failure of a key; each further one doubles it
     * @param maxRetry its limit
     * @param late is told of each delayed key how long after its time it is given out, in
     *     nanoseconds; must return at once
     */
    WorkQueue(LongSupplier nanos, Duration firstRetry, Duration maxRetry, LongConsumer late) {
        this.nanos = nanos;
        this.firstRetryNanos = firstRetry.toNanos();
        this.maxRetryNanos = maxRetry.toNanos();
        this.late = late;
    }

    /** To be worked on as soon as possible. */
    synchronized void add(String key) {
        if (closed) {
            return;
        }
        dueAt.remove(key);
        if (atWork.contains(key)) {
            again.add(key);
        } else if (ready.add(key)) {
            notifyAll();
        }
    }

    /** To be worked on after a while, unless it is to be sooner anyway. */
    synchronized void addAfter(String key, Duration wait) {
        if (closed || ready.contains(key) || again.contains(key)) {
            return;
        }
        long at = nanos.getAsLong() + wait.toNanos();
        Long earlier = dueAt.get(key);
        if (earlier == null || at - earlier < 0) {
            dueAt.put(key, at);
            delayed.add(new Delayed(at, key));
            notifyAll();
        }
    }

    /** To be tried again after its work failed. */
    synchronized void addFailed(String key, Duration atLeast) {
        int count = failures.merge(key, 1, Integer::sum);
        double wait = firstRetryNanos * Math.pow(2, Math.min(count - 1, 40));
        long limited = (long) Math.min(wait, (double) maxRetryNanos);
        addAfter(key, Duration.ofNanos(Math.max(limited, atLeast.toNanos())));
    }

    /** Its work succeeded: the next failure is the first one. */
    synchronized void forget(String key) {
        failures.remove(key);
    }

    /** The next key, if one is due. {@link #done} must follow. */
    synchronized Optional<String> poll() {
        promoteDue();
        var keys = ready.iterator();
        if (closed || !keys.hasNext()) {
            return Optional.empty();
        }
        String key = keys.next();
        keys.remove();
        atWork.add(key);
        Long due = wasDueAt.remove(key);
        if (due != null) {
            late.accept(nanos.getAsLong() - due);
        }
        return Optional.of(key);
    }

    /** Waits for the next key; empty after {@link #close}. */
    synchronized Optional<String> take() throws InterruptedException {
        while (!closed) {
            Optional<String> key = poll();
            if (key.isPresent()) {
                return key;
            }
            Delayed next = delayed.peek();
            if (next == null) {
                wait();
            } else {
                long left = next.atNanos - nanos.getAsLong();
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
            }
        }
        return Optional.empty();
    }

    /** A worker has finished with a key. */
    synchronized void done(String key) {
        atWork.remove(key);
        if (again.remove(key)) {
            add(key);
        }
    }

    /** Keys that are due or delayed. */
    synchronized int size() {
        return ready.size() + dueAt.size() + again.size();
    }

    /** Gives nothing out any more and forgets everything. */
    synchronized void close() {
        closed = true;
        ready.clear();
        delayed.clear();
        dueAt.clear();
        wasDueAt.clear();
        notifyAll();
    }

    private void promoteDue() {
        long now = nanos.getAsLong();
        while (!delayed.isEmpty() && delayed.peek().atNanos - now <= 0) {
            Delayed due = delayed.poll();
            // Only if it is still meant: it may have been added for another time since.
            if (dueAt.remove(due.key, due.atNanos)) {
                wasDueAt.put(due.key, due.atNanos);
                add(due.key);
            }
        }
    }
}
