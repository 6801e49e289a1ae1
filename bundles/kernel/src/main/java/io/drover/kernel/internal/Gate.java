package io.drover.kernel.internal;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts who is inside and can be shut. Nobody waits: whoever makes it shut and empty is told so,
 * exactly once, and clears up. That is how a descriptor is never closed under a thread that uses
 * it, which could by then be another file's.
 */
final class Gate {

    private static final int SHUT = Integer.MIN_VALUE;

    private final AtomicInteger inside = new AtomicInteger();

    /** Steps in; false if it is shut. */
    boolean enter() {
        int seen = inside.get();
        while (seen >= 0) {
            int now = inside.compareAndExchange(seen, seen + 1);
            if (now == seen) {
                return true;
            }
            seen = now;
        }
        return false;
    }

    /** Steps out; true if it is shut and empty by that. */
    boolean leave() {
        return inside.decrementAndGet() == SHUT;
    }

    /** Lets nobody in any more; true if it is shut and empty by that. */
    boolean shut() {
        return inside.getAndUpdate(seen -> seen | SHUT) == 0;
    }
}
