package io.drover.kubernetes.internal.election;

import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * Runs threads one at a time in the order of a time that passes only while all sleep: a simulation
 * that is the same in each run. A thread goes on where it slept, so code that blocks is tested as
 * it is.
 */
final class VirtualTime {

    private final PriorityQueue<Sleeper> sleepers = new PriorityQueue<>();
    private final Semaphore idle = new Semaphore(0);
    private long now;
    private long order;

    /**
     * One that sleeps.
     *
     * @param until when it is looked at
     * @param end when it wakes at the latest
     * @param early asked at each look whether it wakes now
     */
    private record Sleeper(
            long until, long order, Semaphore wake, long end, long step, BooleanSupplier early)
            implements Comparable<Sleeper> {
        @Override
        public int compareTo(Sleeper other) {
            int byTime = Long.compare(until, other.until);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    long now() {
        return now;
    }

    /** Starts a thread that first runs when the simulation is driven. */
    Thread start(Runnable body) {
        Semaphore wake = new Semaphore(0);
        add(wake, 0, 0, () -> true);
        Thread thread =
                new Thread(
                        () -> {
                            wake.acquireUninterruptibly();
                            body.run();
                            idle.release();
                        },
                        "virtual");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Called by the simulated threads. */
    void sleep(long nanos) {
        sleep(nanos, nanos, () -> false);
    }

    /** Wakes up early if {@code early} says so, which is asked each {@code step}. */
    void sleep(long nanos, long step, BooleanSupplier early) {
        Semaphore wake = new Semaphore(0);
        add(wake, now + Math.max(1, nanos), Math.max(1, step), early);
        idle.release();
        wake.acquireUninterruptibly();
    }

    private void add(Semaphore wake, long end, long step, BooleanSupplier early) {
        long until = Math.min(end, now + step);
        sleepers.add(new Sleeper(Math.max(now, until), order++, wake, end, step, early));
    }

    /** Runs the thread that is due next until it sleeps or ends; false when none is left. */
    boolean advance() {
        Sleeper next = sleepers.poll();
        if (next == null) {
            return false;
        }
        now = Math.max(now, next.until);
        if (now < next.end && !next.early.getAsBoolean()) {
            add(next.wake, next.end, next.step, next.early); // no thread need run for that
            return true;
        }
        next.wake.release();
        idle.acquireUninterruptibly();
        return true;
    }
}
