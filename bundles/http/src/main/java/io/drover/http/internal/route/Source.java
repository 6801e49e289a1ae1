package io.drover.http.internal.route;

import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The routes of one bundle, and who is inside of them: its code is run only between {@link #enter}
 * and {@link #leave}. Any thread.
 */
public final class Source {

    /** In the upper half: gone. The lower half counts those inside. */
    private static final long GONE = 1L << 32;

    private final Routes service;
    private final List<Route> routes;
    private final boolean replacement;
    private final long since;
    private final AtomicLong state = new AtomicLong();
    private final Set<Runnable> endings = ConcurrentHashMap.newKeySet();
    private volatile long goneAt;
    private volatile Thread waiting;

    /**
     * @param service null for this bundle's own routes, which never go
     * @param replacement whether it follows another that had one of its routes
     * @param since nanoseconds, as {@link System#nanoTime} counts
     */
    Source(Routes service, List<Route> routes, boolean replacement, long since) {
        this.service = service;
        this.routes = List.copyOf(routes);
        this.replacement = replacement;
        this.since = since;
    }

    Routes service() {
        return service;
    }

    List<Route> routes() {
        return routes;
    }

    /** Whether it has come in another's place within {@code time}: it may not be ready yet. */
    public boolean cameBackWithin(Duration time, long now) {
        return replacement && now - since <= time.toNanos();
    }

    /**
     * Keeps it from going for a while; false when it is gone, and then there is no {@code leave}.
     */
    public boolean enter() {
        if (state.incrementAndGet() < GONE) {
            return true;
        }
        leave();
        return false;
    }

    /** After each {@code enter} that gave true. */
    public void leave() {
        if (state.decrementAndGet() == GONE) {
            LockSupport.unpark(waiting);
        }
    }

    public boolean gone() {
        return state.get() >= GONE;
    }

    long goneAt() {
        return goneAt;
    }

    /** Runs {@code ending} when it goes, at once if it is gone; for what outlives a call. */
    public void whenGone(Runnable ending) {
        endings.add(ending);
        if (gone() && endings.remove(ending)) {
            ending.run();
        }
    }

    public void forget(Runnable ending) {
        endings.remove(ending);
    }

    /** Lets nobody in any more and waits for those inside, at most {@code patience}. */
    void go(Duration patience, long now) {
        goneAt = now;
        waiting = Thread.currentThread();
        state.addAndGet(GONE);
        for (Runnable ending : List.copyOf(endings)) {
            if (endings.remove(ending)) {
                ending.run();
            }
        }
        long end = System.nanoTime() + patience.toNanos();
        while (state.get() > GONE) {
            long left = end - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return;
            }
            LockSupport.parkNanos(left);
        }
    }
}
