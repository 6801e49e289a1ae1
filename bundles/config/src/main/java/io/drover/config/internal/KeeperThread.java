package io.drover.config.internal;

import io.drover.api.config.Reload;
import io.drover.api.watch.Heartbeat;
import io.drover.config.internal.read.SourceFolder;
import io.drover.config.internal.read.SourceWatch;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread {@code drover-config}, which does all reading and publishing, one thing after the
 * other. Any thread may ask it for something.
 */
final class KeeperThread {

    private static final Logger LOG = LoggerFactory.getLogger(KeeperThread.class);

    private static final long STOP_MS = 300;

    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, KeeperThread::named);
    private final Heartbeat heartbeat = Heartbeat.outside("drover-config");
    private final AtomicBoolean schemaNoted = new AtomicBoolean();
    private final AtomicBoolean editNoted = new AtomicBoolean();
    private final Keeper keeper;
    private final SourceFolder folder;
    private final InstalledSections sections;
    private final Clock clock;
    private SourceWatch watch;
    private Future<?> nextLook;

    KeeperThread(Keeper keeper, SourceFolder folder, InstalledSections sections, Clock clock) {
        this.clock = clock;
        this.keeper = keeper;
        this.folder = folder;
        this.sections = sections;
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void start() {
        thread.execute(() -> guarded(this::begin));
    }

    private static Thread named(Runnable task) {
        Thread thread = new Thread(task, "drover-config");
        // Else it would keep the loader of whichever bundle caused the start.
        thread.setContextClassLoader(KeeperThread.class.getClassLoader());
        return thread;
    }

    /** Bundles came or went: looked at soon, once for many such notes. */
    void noteSchema() {
        if (schemaNoted.compareAndSet(false, true)) {
            try {
                thread.execute(() -> guarded(this::schema));
            } catch (RejectedExecutionException e) {
                LOG.debug("a bundle came or went while this one is being stopped");
            }
        }
    }

    /** Somebody wrote to Configuration Admin: looked at soon, once for many such notes. */
    void noteEdit() {
        if (editNoted.compareAndSet(false, true)) {
            try {
                thread.execute(() -> guarded(this::edited));
            } catch (RejectedExecutionException e) {
                LOG.debug("a configuration was written while this bundle is being stopped");
            }
        }
    }

    /** {@link io.drover.api.config.LiveConfiguration#reload}. */
    Reload reload(Duration timeout) throws TimeoutException, InterruptedException {
        return await(this::read, timeout);
    }

    /** {@link io.drover.api.config.RunTimeSettings#set}. */
    Reload set(RunTime.Entry entry, Duration timeout)
            throws TimeoutException, InterruptedException {
        return await(() -> thenLook(keeper.set(entry)), timeout);
    }

    /** {@link io.drover.api.config.RunTimeSettings#unset}. */
    Reload unset(String path, Duration timeout) throws TimeoutException, InterruptedException {
        return await(() -> keeper.unset(path), timeout);
    }

    private Reload await(Callable<Reload> task, Duration timeout)
            throws TimeoutException, InterruptedException {
        Future<Reload> reload;
        try {
            reload = thread.submit(task);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the bundle config is being stopped", e);
        }
        try {
            return reload.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the sources could not be read", e.getCause());
        } finally {
            reload.cancel(false);
        }
    }

    /**
     * Ends the thread; returns within a bound. What it is at is not interrupted at first: a file
     * that cannot be read for an interruption would be reported as a wrong one.
     */
    void stop() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("the thread drover-config did not end: within_ms={}", STOP_MS);
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sections.close();
    }

    private void begin() {
        watch = new SourceWatch(folder.fingerprint());
        sections.open();
        keeper.begin(sections.schema());
        lookLater();
    }

    private void schema() {
        schemaNoted.set(false);
        if (keeper.settings() != null) {
            keeper.schemaChanged(sections.schema());
        }
    }

    private void edited() {
        editNoted.set(false);
        if (keeper.settings() != null) {
            keeper.edited();
        }
    }

    /** So that its end is not waited for any longer than a look would be. */
    private Reload thenLook(Reload reload) {
        if (nextLook != null) {
            nextLook.cancel(false);
        }
        lookLater();
        return reload;
    }

    private Reload read() {
        watch = new SourceWatch(folder.fingerprint());
        return keeper.read();
    }

    private void look() {
        try {
            keeper.storeAgain();
            keeper.expire();
            Duration settle = keeper.settings().settle();
            if (watch.due(folder.fingerprint(), System.nanoTime(), settle)) {
                keeper.readIfChanged();
            }
        } finally {
            lookLater();
        }
    }

    private void lookLater() {
        Settings settings = keeper.settings();
        Duration pause = settings.watchInterval();
        if (watch.restless() && settings.settle().compareTo(pause) < 0) {
            pause = settings.settle();
        }
        long ms = pause.toMillis();
        if (keeper.nextEnd().isPresent()) {
            long end = Duration.between(clock.instant(), keeper.nextEnd().get()).toMillis();
            ms = Math.min(ms, Math.max(1, end));
        }
        try {
            nextLook = thread.schedule(() -> guarded(this::look), ms, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("no further look: the bundle is being stopped");
        }
    }

    /** The outermost frame: what nobody foresaw shows in health and ends nothing else. */
    private void guarded(Runnable task) {
        heartbeat.begin();
        try {
            task.run();
        } catch (RuntimeException e) {
            keeper.broken(e);
        } finally {
            heartbeat.end();
        }
    }

    /** Its signs of life; it reads files, which may hang. */
    Heartbeat heartbeat() {
        return heartbeat;
    }
}
