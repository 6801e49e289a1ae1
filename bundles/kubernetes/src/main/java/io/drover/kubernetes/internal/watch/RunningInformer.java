package io.drover.kubernetes.internal.watch;

import io.drover.kubernetes.internal.client.BackOff;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives one {@link Informer} on the scheduler of the bundle. */
public final class RunningInformer<T> implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RunningInformer.class);

    private final ScheduledExecutorService scheduler;
    private final BackOff afterDefects;
    private final Consumer<Informer<T>> before;
    private final Informer<T> informer;
    private ScheduledFuture<?> next;
    private volatile Runnable endNotices = () -> {};
    private boolean wanted;
    private boolean closed;

    /**
     * @param make makes the informer, given what has it looked after soon
     * @param before done before each look, on the scheduler
     */
    public RunningInformer(
            Function<Runnable, Informer<T>> make,
            Consumer<Informer<T>> before,
            ScheduledExecutorService scheduler,
            BackOff afterDefects) {
        this.scheduler = scheduler;
        this.afterDefects = afterDefects;
        this.informer = make.apply(this::soon);
        this.before = before;
    }

    /**
     * Begins.
     *
     * @param notices has it told when there is a cluster, and when one that was lost is there
     *     again; gives what ends that
     */
    public void begin(BiFunction<Runnable, Runnable, Runnable> notices) {
        endNotices = notices.apply(this::soon, informer::reconnect);
        soon();
    }

    public Informer<T> informer() {
        return informer;
    }

    /** Has it looked after at once. */
    public synchronized void soon() {
        wanted = true; // a look that is under way may have passed what it is wanted for
        schedule(Duration.ZERO);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (next != null) {
                next.cancel(false);
            }
        }
        endNotices.run();
        informer.close();
    }

    private synchronized void schedule(Duration wait) {
        if (closed) {
            return;
        }
        if (next != null) {
            next.cancel(false); // one chain of looks, whoever asked for this one
        }
        try {
            next = scheduler.schedule(this::look, wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("informer ends with its bundle");
        }
    }

    /** The outermost frame: a defect becomes a line in the log and another look, not silence. */
    private void look() {
        Duration again;
        synchronized (this) {
            wanted = false;
        }
        try {
            before.accept(informer);
            again = informer.look();
        } catch (RuntimeException | LinkageError e) {
            log.error("informer failed", e);
            again = afterDefects.next();
        }
        synchronized (this) {
            schedule(wanted ? Duration.ZERO : again);
        }
    }
}
