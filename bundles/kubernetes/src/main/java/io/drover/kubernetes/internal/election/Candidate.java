package io.drover.kubernetes.internal.election;

import io.drover.api.kubernetes.Standing;
import io.drover.api.kubernetes.Term;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one {@link Elector} on a thread of its own and tells listeners, on another thread, of each
 * begin or end of a term and each new leader. The thread does nothing but requests for its Lease,
 * so no slow listener and no other request of the agent can make a renewal late.
 */
final class Candidate {

    private static final Logger log = LoggerFactory.getLogger(Candidate.class);

    /**
     * How long the end waits for writes that are under way before it leaves the Lease to expire.
     */
    private static final long DRAIN_NANOS = Duration.ofMillis(150).toNanos();

    private static final long FOLLOW_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long FOLLOW_LATER_NANOS = Duration.ofSeconds(30).toNanos();

    private final Elector elector;
    private final LeaseStore store;
    private final LongSupplier nanos;
    private final Executor notifier;
    private final Thread thread;
    private final WritesUnderWay writes = new WritesUnderWay();

    /** Guards itself and {@code told}, so that each listener is told everything in order. */
    private final List<Listener> listeners = new ArrayList<>();

    private volatile boolean ending;
    private volatile boolean hinted;
    private final AtomicReference<Following> following = new AtomicReference<>();
    private long followAgainNanos;
    private Standing told;

    /**
     * @param elector the state machine
     * @param nanos the monotonic clock
     * @param notifier tells listeners
     */
    Candidate(Elector elector, LongSupplier nanos, Executor notifier, String threadName) {
        this.elector = elector;
        this.nanos = nanos;
        this.store = elector.store();
        this.notifier = notifier;
        this.followAgainNanos = nanos.getAsLong();
        this.told = elector.standing();
        this.thread = new Thread(this::run, threadName);
        this.thread.setDaemon(true);
        this.thread.setContextClassLoader(null);
    }

    /** Begins, unless it was ended before. */
    synchronized void start() {
        if (!ending) {
            thread.start();
        }
    }

    Standing standing() {
        return elector.standing();
    }

    Optional<Term> term() {
        return elector.standing().term().filter(term -> term.validAt(nanos.getAsLong()));
    }

    /** Says that the Lease may have changed, so that the next look need not wait. */
    void hint() {
        hinted = true;
        LockSupport.unpark(thread);
    }

    /** Begins to tell {@code onChange}, with the standing that the others were told last. */
    Listener listen(Consumer<Standing> onChange) {
        Listener listener = new Listener(onChange);
        synchronized (listeners) {
            Standing now = told;
            listeners.add(listener);
            notifier.execute(() -> listener.tell(now));
        }
        return listener;
    }

    void forget(Listener listener) {
        listener.close();
        synchronized (listeners) {
            listeners.remove(listener);
        }
    }

    /**
     * Notes that a write in {@code term} begins, if leadership in it is certain. After true, {@link
     * #writeEnded} must follow.
     */
    boolean writeBegins(Term term) {
        writes.began();
        if (!ending && term().filter(term::sameAs).isPresent()) {
            return true;
        }
        writes.ended();
        return false;
    }

    void writeEnded() {
        writes.ended();
    }

    /** Ends the candidacy: the term first, then the claim. Does not wait. */
    synchronized void end() {
        if (!ending) {
            ending = true;
            thread.interrupt();
        }
    }

    /** Waits for the end. */
    boolean ended(Duration bound) {
        try {
            thread.join(Math.max(1, bound.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private void run() {
        while (!ending) {
            hinted = false;
            park(attempt());
        }
        stopFollowing();
        boolean led = term().isPresent();
        forgetInterrupt();
        boolean released = elector.release(() -> writes.drained(DRAIN_NANOS));
        tellChange();
        if (led && !released) {
            // The others wait for the whole lease: whoever looks for the reason finds it here.
            log.warn(
                    "lease left to expire: election={} cause={}",
                    told.election(),
                    elector.standing().problem());
        }
    }

    /** The outermost frame: a defect must not end the candidacy in silence. */
    private Duration attempt() {
        try {
            Following open = following.get();
            if (open != null) {
                open.tellElector();
            }
            Duration wait = elector.step();
            tellChange();
            follow();
            return wait;
        } catch (RuntimeException | Error e) {
            // An Error too: memory comes back, and a class that is missing is missed by one path.
            log.error("attempt at the lease failed: election={}", told.election(), e);
            return Duration.ofSeconds(1);
        }
    }

    /** Else the release would fail at once. Waits for {@link #end}, which may be about to do it. */
    private synchronized void forgetInterrupt() {
        Thread.interrupted();
    }

    /**
     * A follower is told by the API server when the Lease changes, instead of asking again and
     * again: it sees a release at once, and the last renewal when it was made. The leader knows
     * without.
     */
    private void follow() {
        Following open = following.get();
        boolean leads = elector.standing().term().isPresent();
        if (open != null && (leads || open.over || elector.watchIsDeaf())) {
            boolean lasted = nanos.getAsLong() - open.beganNanos > FOLLOW_LATER_NANOS;
            boolean worked = lasted || open.opened;
            followAgainNanos =
                    nanos.getAsLong() + (worked ? FOLLOW_AGAIN_NANOS : FOLLOW_LATER_NANOS);
            stopFollowing();
            open = null;
        }
        String version = elector.version();
        if (open == null
                && !leads
                && !version.isEmpty()
                && !ending
                && nanos.getAsLong() - followAgainNanos >= 0) {
            Following begun = new Following();
            following.set(begun);
            begun.stop = store.follow(version, begun);
        }
    }

    private void stopFollowing() {
        Following open = following.getAndSet(null);
        if (open != null) {
            open.stop.run();
            elector.watched(false);
        }
    }

    private void park(Duration wait) {
        long until = System.nanoTime() + wait.toNanos();
        long left = wait.toNanos();
        while (left > 0 && !ending && !hinted) {
            LockSupport.parkNanos(this, left);
            left = until - System.nanoTime();
        }
    }

    private void tellChange() {
        Standing now = elector.standing();
        if (sameTerm(now, told) && now.leader().equals(told.leader())) {
            return;
        }
        log.info(
                "election: election={} leader={} leading={} transitions={}",
                now.election(),
                now.leader(),
                now.term().isPresent(),
                now.transitions());
        synchronized (listeners) {
            told = now;
            listeners.forEach(listener -> notifier.execute(() -> listener.tell(now)));
        }
    }

    private static boolean sameTerm(Standing a, Standing b) {
        return a.term().isPresent() == b.term().isPresent()
                && (a.term().isEmpty() || a.term().get().sameAs(b.term().get()));
    }

    /** One watch of the Lease: keeps the newest that came until the elector's thread takes it. */
    private final class Following implements LeaseStore.Follower {
        private final AtomicReference<LeaseRecord> newest = new AtomicReference<>();
        private final long beganNanos = nanos.getAsLong();
        private volatile Runnable stop = () -> {};
        private volatile boolean opened;
        private volatile boolean over;
        private boolean said;

        @Override
        public void opened() {
            opened = true;
            hint();
        }

        @Override
        public void changed(LeaseRecord lease) {
            newest.set(lease);
            hint();
        }

        @Override
        public void ended(String why) {
            if (!opened) {
                log.warn("lease cannot be watched, it is polled: cause={}", why);
            }
            over = true;
            hint();
        }

        /** On the elector's thread. */
        void tellElector() {
            if (opened && !said) {
                said = true;
                elector.watched(true);
            }
            if (over) {
                elector.watched(false);
            }
            LeaseRecord lease = newest.getAndSet(null);
            if (lease != null) {
                elector.saw(lease);
            }
        }
    }

    /** One listener; silent once it is closed. */
    static final class Listener {
        private final Consumer<Standing> onChange;
        private boolean closed;

        Listener(Consumer<Standing> onChange) {
            this.onChange = onChange;
        }

        synchronized void tell(Standing standing) {
            if (closed) {
                return;
            }
            try {
                onChange.accept(standing);
            } catch (RuntimeException | LinkageError e) {
                // Also of a listener whose bundle is just being replaced.
                log.error("listener failed: election={}", standing.election(), e);
            }
        }

        synchronized void close() {
            closed = true;
        }
    }
}
