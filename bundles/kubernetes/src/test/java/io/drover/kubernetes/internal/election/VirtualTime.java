package io.drover.kubernetes.internal.election;

import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;

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

    private record Sleeper(long until, long order, Semaphore wake) implements Comparable<Sleeper> {
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
        sleepers.add(new Sleeper(now, order++, wake));
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
        Semaphore wake = new Semaphore(0);
        sleepers.add(new Sleeper(now + Math.max(1, nanos), order++, wake));
        idle.release();
        wake.acquireUninterruptibly();
    }

    /** Runs the thread that is due next until it sleeps or ends; false when none is left. */
    boolean advance() {
        Sleeper next = sleepers.poll();
        if (next == null) {
            return false;
        }
        now = Math.max(now, next.until);
        next.wake.release();
        idle.acquireUninterruptibly();
        return true;
    }
}
