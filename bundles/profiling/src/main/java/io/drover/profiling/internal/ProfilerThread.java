package io.drover.profiling.internal;

import io.drover.api.profiling.Profiling;
import java.io.IOException;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread {@code drover-profiling}, on which the ring is changed and profiles are sent. Made
 * when there is something to do first: a ring that is off has none.
 */
final class ProfilerThread {

    private static final Logger LOG = LoggerFactory.getLogger(ProfilerThread.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration CHANGE = Duration.ofSeconds(10);
    private static final Duration END = Duration.ofMillis(400);

    private final Profiler profiler;
    private final ScheduledThreadPoolExecutor executor;
    private boolean ticking;

    ProfilerThread(Profiler profiler) {
        this.profiler = profiler;
        this.executor = new ScheduledThreadPoolExecutor(1, ProfilerThread::thread);
    }

    @SuppressWarnings("removal")
    private static Thread thread(Runnable task) {
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>)
                        () -> new Thread(null, task, "drover-profiling", 0, false));
    }

    /** Never blocks. */
    void apply(Settings settings) {
        executor.execute(guarded(() -> profiler.apply(settings)));
        if (settings.upload().isPresent()) {
            tickFromNowOn();
        }
    }

    private synchronized void tickFromNowOn() {
        if (!ticking) {
            ticking = true;
            executor.scheduleWithFixedDelay(
                    guarded(this::tick), 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        try {
            profiler.tick();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Blocks until it is done. */
    void change(Profiling.Change change) throws IOException, InterruptedException {
        try {
            Future<?> done =
                    executor.submit(
                            () -> {
                                profiler.change(change);
                                return null;
                            });
            done.get(CHANGE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException(
                    "the ring was not changed within " + CHANGE.toSeconds() + " s; it may be later",
                    e);
        } catch (RejectedExecutionException e) {
            throw new IOException("the bundle profiling is being stopped", e);
        }
    }

    /** Bounded: an upload that hangs is interrupted. */
    void close() throws InterruptedException {
        executor.shutdownNow();
        if (!executor.awaitTermination(END.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("thread still busy: millis={}", END.toMillis());
        }
        profiler.close();
    }

    /** A task that throws would never run again. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("unexpected", e);
            }
        };
    }
}
