package io.drover.kubernetes.internal.election;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the writes of one election that are under way. Safe for many threads. */
final class WritesUnderWay {

    private final Lock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private int count;

    void began() {
        lock.lock();
        try {
            count++;
        } finally {
            lock.unlock();
        }
    }

    void ended() {
        lock.lock();
        try {
            count--;
            none.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until none is under way; false when one still is after {@code boundNanos}. */
    boolean drained(long boundNanos) {
        lock.lock();
        try {
            long left = boundNanos;
            while (count > 0) {
                if (left <= 0) {
                    return false;
                }
                left = none.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
