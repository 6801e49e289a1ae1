package io.drover.http.internal.listen;

import io.drover.api.net.Listening;
import io.drover.api.status.Step;
import io.drover.api.watch.Heartbeat;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All listeners and the one thread that opens, retries and closes them. Its methods may be called
 * by any thread and do not block, but for {@link #close}.
 */
public final class Listeners implements Listening, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private static final Duration DRAIN_MAX = Duration.ofMillis(100);
    private static final Duration CLOSED_MAX = Duration.ofMillis(400);
    private static final Duration TICK = Duration.ofMillis(500);

    private final Surroundings around;
    private final Clients clients;
    private final Clock clock;
    private final ScheduledThreadPoolExecutor thread;
    private final Heartbeat heartbeat = Heartbeat.outside("drover-http");
    private final AtomicBoolean woken = new AtomicBoolean();
    private ScheduledFuture<?> next;
    private volatile boolean started;
    private volatile boolean closed;
    private volatile List<Listener> listeners;

    /** With {@code bindings}, in this order; opens none before {@link #start}. */
    public Listeners(
            List<Binding> bindings,
            Limits limits,
            Surroundings around,
            Clients clients,
            Clock clock) {
        this.around = around;
        this.clients = clients;
        this.clock = clock;
        this.listeners = bindings.stream().map(b -> fresh(b, limits, OptionalInt.empty())).toList();
        this.thread = new ScheduledThreadPoolExecutor(1, Listeners::newThread);
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Privileged and without thread locals, or the thread would keep what happens to be on the
     * stack now: the class loaders of other bundles.
     */
    @SuppressWarnings("removal")
    private static Thread newThread(Runnable task) {
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>)
                        () -> {
                            Thread thread = new Thread(null, task, "drover-http", 0, false);
                            thread.setContextClassLoader(Listeners.class.getClassLoader());
                            return thread;
                        });
    }

    /** Opens each listener as soon as what it needs is there. */
    public void start() {
        started = true;
        wake();
        thread.scheduleWithFixedDelay(
                guarded(this::tick), TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        listeners.forEach(Listener::sweep);
        clients.tidy();
        around.tick();
    }

    /**
     * Brings the listeners to {@code bindings}, in this order. One that is the same as before keeps
     * its ports and connections.
     */
    public void set(List<Binding> bindings, Limits limits) {
        run(() -> replace(bindings, limits));
        wake();
    }

    /** Something that a listener waits for may have come or gone. */
    public void wake() {
        if (started && woken.compareAndSet(false, true)) {
            run(this::advance);
        }
    }

    /** Somebody who knows the owners of ports has come. */
    public void explainAgain() {
        run(() -> listeners.forEach(Listener::explainAgain));
    }

    private void run(Runnable task) {
        if (closed) {
            return;
        }
        try {
            thread.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            log.debug("closed meanwhile", e);
        }
    }

    /** A task that throws would never run again. */
    private Runnable guarded(Runnable task) {
        return heartbeat.around(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        log.error("listeners not advanced", e);
                    }
                });
    }

    /** Of its thread, which may wait for a file system: the Unix socket's. */
    public Heartbeat heartbeat() {
        return heartbeat;
    }

    private void replace(List<Binding> bindings, Limits limits) {
        List<Listener> before = listeners;
        List<Listener> after = new ArrayList<>();
        for (Binding binding : bindings) {
            after.add(kept(before, binding, limits));
        }
        // Ports first given back: one listener may take over another's.
        close(before.stream().filter(l -> !after.contains(l)).toList());
        listeners = List.copyOf(after);
    }

    private Listener kept(List<Listener> before, Binding binding, Limits limits) {
        OptionalInt port = OptionalInt.empty();
        for (Listener listener : before) {
            if (listener.binding().word().equals(binding.word())) {
                if (listener.is(binding, limits)) {
                    return listener;
                }
                port = binding.port() == 0 ? listener.chosenPort() : port;
            }
        }
        return fresh(binding, limits, port);
    }

    private Listener fresh(Binding binding, Limits limits, OptionalInt port) {
        return new Listener(binding, limits, clients, port, around, clock);
    }

    private void advance() {
        woken.set(false);
        if (next != null) {
            next.cancel(false);
        }
        Duration soonest = Listener.NEVER;
        for (Listener listener : listeners) {
            if (closed) {
                return;
            }
            Duration again = listener.advance();
            soonest = again.compareTo(soonest) < 0 ? again : soonest;
        }
        if (soonest.compareTo(Listener.NEVER) < 0 && !closed) {
            next = thread.schedule(this::wake, soonest.toMillis() + 1, TimeUnit.MILLISECONDS);
        }
    }

    /** The steps of the start-up, one for each listener. */
    public List<Step> steps() {
        return listeners.stream().map(Listener::step).toList();
    }

    @Override
    public List<Bound> bound() {
        return listeners.stream().flatMap(l -> l.bound().stream()).toList();
    }

    /** Takes the open connections of each listener. */
    public interface Counts {
        void of(String listener, int open);
    }

    /** Tells the open connections of each listener. */
    public void connections(Counts out) {
        listeners.forEach(l -> out.of(l.name(), l.connections()));
    }

    /** Configured addresses that this host does not have. */
    public List<String> left() {
        return listeners.stream().flatMap(l -> l.left().stream()).distinct().sorted().toList();
    }

    /**
     * Gives all ports back; takes up to {@code DRAIN_MAX} for requests that are being answered. The
     * thread does it, after what it is at: should the wait for it be over before, it still does.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        thread.execute(this::closeAll);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSED_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("listeners not closed within {} ms, they will be", CLOSED_MAX.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeAll() {
        close(listeners);
        listeners = List.of();
        around.closed();
    }

    private void close(List<Listener> closing) {
        closing.forEach(Listener::refuseFurther);
        long end = System.nanoTime() + DRAIN_MAX.toNanos();
        while (around.requestsInFlight() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        // The API, which is bound first, goes last: whoever watches the stop there sees the most.
        for (int i = closing.size() - 1; i >= 0; i--) {
            closing.get(i).close();
        }
    }
}
