package io.drover.config.internal.secret;

import io.drover.api.secret.SecretState;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread {@code drover-config-secrets}, which asks the sources of secrets. There is none while
 * no secret has a source to be asked. Any thread may call.
 */
public final class SecretThread {

    private static final Logger LOG = LoggerFactory.getLogger(SecretThread.class);

    private static final long STOP_MS = 500;
    private static final Duration AFTER_A_DEFECT = Duration.ofSeconds(10);

    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, SecretThread::named);
    private final SecretStore store;
    private final Runnable settled;
    private ScheduledFuture<?> next;

    private SecretThread(SecretStore store, Runnable settled) {
        this.store = store;
        this.settled = settled;
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * A store and its thread.
     *
     * @param audit the file for the record of refreshed handles
     * @param settled called after each change, on any thread, while all sources were asked at least
     *     once
     */
    public static SecretThread of(Path audit, Clock clock, Runnable settled) {
        SecretStore store =
                new SecretStore(
                        new BackEndCommand(),
                        new Audit(audit),
                        clock,
                        () -> ThreadLocalRandom.current().nextDouble());
        SecretThread secrets = new SecretThread(store, settled);
        store.onWork(secrets::wake);
        return secrets;
    }

    public SecretStore store() {
        return store;
    }

    /** {@link SecretStore#take}. */
    public void take(Collection<Target> targets, SecretLimits limits) {
        store.take(targets, limits);
        tellSettled();
    }

    /** {@link io.drover.api.secret.SecretSources#refresh}. */
    public List<SecretState> refresh(Duration timeout)
            throws TimeoutException, InterruptedException {
        Future<?> asked;
        try {
            asked =
                    thread.submit(
                            () -> {
                                store.allDue();
                                work();
                            });
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the bundle config is being stopped", e);
        }
        try {
            asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the sources could not be asked", e.getCause());
        }
        return store.states();
    }

    /** Ends the thread, and a back end that is being asked; returns within a bound. */
    public void stop() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(STOP_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("the thread drover-config-secrets did not end: within_ms={}", STOP_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void wake() {
        try {
            thread.execute(this::work);
        } catch (RejectedExecutionException e) {
            LOG.debug("no source of a secret is asked while the bundle is being stopped");
        }
    }

    /** The outermost frame: what nobody foresaw must not end the asking. */
    private void work() {
        Duration pause = AFTER_A_DEFECT;
        try {
            pause = store.work(System.nanoTime());
            tellSettled();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (RuntimeException e) {
            // Not the exception itself: nobody knows what is in its message.
            LOG.error("a source of a secret could not be asked: defect={}", e.getClass().getName());
        }
        later(pause);
    }

    private void later(Duration pause) {
        if (next != null) {
            next.cancel(false);
        }
        try {
            next = thread.schedule(this::work, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("no later question: the bundle is being stopped");
        }
    }

    private void tellSettled() {
        if (store.settled()) {
            settled.run();
        }
    }

    private static Thread named(Runnable task) {
        Thread thread = new Thread(task, "drover-config-secrets");
        // Else it would keep the loader of whichever bundle caused the start.
        thread.setContextClassLoader(SecretThread.class.getClassLoader());
        return thread;
    }
}
