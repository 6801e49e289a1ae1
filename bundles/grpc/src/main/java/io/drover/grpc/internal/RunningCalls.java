package io.drover.grpc.internal;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The calls of one service that are at work, so that they can be ended with it. Any thread. */
final class RunningCalls {

    /** One of them. */
    interface Running {
        /** Ends it with {@code why}, soon. Never blocks. */
        void end(Verdict why);
    }

    /** Guarded by this. */
    private final Set<Running> calls = new HashSet<>();

    private Verdict ended = Verdict.OK;

    /**
     * Takes {@code call} in.
     *
     * @return OK, or why no call begins any more
     */
    synchronized Verdict add(Running call) {
        if (ended.isOk()) {
            calls.add(call);
        }
        return ended;
    }

    /** The call is over. */
    synchronized void remove(Running call) {
        calls.remove(call);
        notifyAll();
    }

    /**
     * Ends all with {@code why} and lets none begin; waits for them no longer than {@code bound}.
     */
    void endAll(Verdict why, Duration bound) {
        List<Running> all;
        synchronized (this) {
            ended = why;
            all = List.copyOf(calls);
        }
        all.forEach(call -> call.end(why));
        awaitNone(System.nanoTime() + bound.toNanos());
    }

    private synchronized void awaitNone(long deadline) {
        try {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            while (!calls.isEmpty() && left > 0) {
                wait(left);
                left = (deadline - System.nanoTime()) / 1_000_000;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
