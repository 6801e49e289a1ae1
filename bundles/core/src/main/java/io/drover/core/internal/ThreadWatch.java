package io.drover.core.internal;

import io.drover.api.watch.Heartbeat;
import io.drover.api.watch.Watched;
import io.drover.core.internal.watch.StuckThreads;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires {@link StuckThreads} to OSGi. Its thread does nothing else, so that it is never stuck. */
final class ThreadWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ThreadWatch.class);
    private static final long PERIOD_MS = 1_000;

    private final StuckThreads stuck;
    private final Follower<Watched> watched;
    private final ScheduledThreadPoolExecutor thread;

    /**
     * @param own the loops of core
     */
    ThreadWatch(BundleContext context, Settings settings, Clock clock, Heartbeat... own) {
        stuck =
                new StuckThreads(
                        settings.stuckAfter(),
                        settings.stuckOutsideAfter(),
                        clock,
                        System::nanoTime);
        List<Heartbeat> loops = List.of(own);
        stuck.add(() -> loops);
        watched =
                new Follower<>(
                        context,
                        CoreComponent.filter(context, Watched.class, ""),
                        stuck::add,
                        stuck::remove);
        thread = new ScheduledThreadPoolExecutor(1, ThreadWatch::thread);
        thread.execute(watched::open);
        thread.scheduleWithFixedDelay(this::look, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    StuckThreads stuck() {
        return stuck;
    }

    /** The outermost frame of a task that would never run again if it threw. */
    private void look() {
        try {
            stuck.look();
        } catch (RuntimeException e) {
            LOG.error("a look at the threads failed", e);
        }
    }

    @SuppressWarnings("removal")
    private static Thread thread(Runnable task) {
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>)
                        () -> new Thread(null, task, "drover-core-watch", 0, false));
    }

    @Override
    public void close() {
        thread.shutdownNow();
        watched.close();
    }
}
