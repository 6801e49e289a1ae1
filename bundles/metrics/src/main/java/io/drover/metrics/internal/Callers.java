package io.drover.metrics.internal;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks sources on threads of its own, so that one that does not come back holds up nobody. As many
 * threads as scrapes at a time, and one for each source that is late.
 */
final class Callers {

    private static final Logger LOG = LoggerFactory.getLogger(Callers.class);

    private static final int THREADS_MAX = 256;
    private static final long IDLE_SECONDS = 30;
    private static final long STOP_MILLIS = 300;

    private final AtomicInteger number = new AtomicInteger();
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(
                    0,
                    THREADS_MAX,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    this::thread);

    /**
     * Asks the source for its figures.
     *
     * @return whether it has given them; if not, that is noted, and {@code into} is not to be used
     *     again: the source may be at it still
     */
    boolean ask(Source source, SourceSamples into, Duration timeout) throws InterruptedException {
        if (source.busy()) {
            source.failed("has not come back from an earlier scrape", null);
            return false;
        }
        if (timeout.isNegative() || timeout.isZero()) {
            source.failed("was not asked, as the scrape's time was over", null);
            return false;
        }
        SourceCall call = new SourceCall(source, into);
        FutureTask<SourceSamples> task = new FutureTask<>(call);
        long begin = System.nanoTime();
        try {
            threads.execute(task);
            task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            source.succeeded((System.nanoTime() - begin) / 1e9);
            return true;
        } catch (TimeoutException e) {
            source.givenUp(call);
            source.failed("took longer than " + timeout.toMillis() + " ms", null);
        } catch (ExecutionException e) {
            source.failed("threw " + e.getCause(), e.getCause());
        } catch (RejectedExecutionException | CancellationException e) {
            source.failed("no thread for it: " + e.getMessage(), null);
        } finally {
            task.cancel(true);
        }
        return false;
    }

    /** Ends the threads; one whose source ignores interrupts is left to it. */
    void stop() throws InterruptedException {
        threads.shutdownNow();
        if (!threads.awaitTermination(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
            LOG.warn("sources still busy: threads={}", threads.getActiveCount());
        }
    }

    /**
     * Privileged, or the thread would keep the protection domains, and with them the class loaders,
     * of all bundles that happen to be on the stack of the first scrape.
     */
    @SuppressWarnings("removal")
    private Thread thread(Runnable task) {
        String name = "drover-metrics-" + number.incrementAndGet();
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>)
                        () -> {
                            Thread thread = new Thread(null, task, name, 0, false);
                            thread.setDaemon(true);
                            thread.setContextClassLoader(Callers.class.getClassLoader());
                            return thread;
                        });
    }
}
