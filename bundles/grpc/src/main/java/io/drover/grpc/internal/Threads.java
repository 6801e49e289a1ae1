package io.drover.grpc.internal;

import io.drover.api.watch.Heartbeat;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** Makes pools of named daemon threads that go away when they have nothing to do. */
final class Threads {

    private static final long IDLE_SECONDS = 10;

    private Threads() {}

    /** A pool whose queue is bounded by what its callers hand in. */
    static ThreadPoolExecutor pool(String name, int threads) {
        return pool(
                name, threads, new LinkedBlockingQueue<>(), new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Runs the calls of a server. */
    static ThreadPoolExecutor calls() {
        return pool("drover-grpc-call", Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    /** A pool that refuses what would have to wait. */
    static ThreadPoolExecutor poolWithoutQueue(String name, int threads) {
        return pool(name, threads, new SynchronousQueue<>(), new ThreadPoolExecutor.AbortPolicy());
    }

    /** One thread that does things now and later, in their order; gone while it has none. */
    static ScheduledThreadPoolExecutor scheduler(Heartbeat beat) {
        ScheduledThreadPoolExecutor scheduler =
                new ScheduledThreadPoolExecutor(
                        1, named(beat.thread()), new ThreadPoolExecutor.DiscardPolicy()) {
                    @Override
                    protected void beforeExecute(Thread thread, Runnable task) {
                        beat.begin();
                    }

                    @Override
                    protected void afterExecute(Runnable task, Throwable failure) {
                        beat.end();
                    }
                };
        scheduler.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        scheduler.allowCoreThreadTimeOut(true);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        scheduler.setRemoveOnCancelPolicy(true);
        return scheduler;
    }

    private static ThreadPoolExecutor pool(
            String name,
            int threads,
            BlockingQueue<Runnable> queue,
            RejectedExecutionHandler refusal) {
        int core = queue instanceof SynchronousQueue ? 0 : threads;
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        core, threads, IDLE_SECONDS, TimeUnit.SECONDS, queue, named(name), refusal);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory named(String name) {
        return named(name, Thread::new);
    }

    /**
     * Makes threads {@code name-1}, {@code name-2} and so on, which hold nothing of whoever had
     * them made. Any other thread holds, as long as it lives, the context class loader of its maker
     * and the protection domains, that is the bundles, of all that was on the stack then; and a
     * first task may come from any bundle.
     */
    @SuppressWarnings("removal")
    static ThreadFactory named(String name, BiFunction<Runnable, String, Thread> maker) {
        AtomicInteger count = new AtomicInteger();
        return task ->
                AccessController.doPrivileged(
                        (PrivilegedAction<Thread>)
                                () -> {
                                    Thread thread =
                                            maker.apply(task, name + "-" + count.incrementAndGet());
                                    thread.setDaemon(true);
                                    thread.setContextClassLoader(null);
                                    return thread;
                                });
    }
}
