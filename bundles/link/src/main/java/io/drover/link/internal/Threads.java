package io.drover.link.internal;

import io.drover.api.watch.Heartbeat;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** Makes named daemon threads that hold nothing of whoever had them made. */
final class Threads {

    private Threads() {}

    /** One thread that does things now and later, in their order. */
    static ScheduledThreadPoolExecutor scheduler(Heartbeat beat) {
        ScheduledThreadPoolExecutor scheduler =
                new ScheduledThreadPoolExecutor(
                        1,
                        named(beat.thread(), Thread::new),
                        new ThreadPoolExecutor.DiscardPolicy()) {
                    @Override
                    protected void beforeExecute(Thread thread, Runnable task) {
                        beat.begin();
                    }

                    @Override
                    protected void afterExecute(Runnable task, Throwable failure) {
                        beat.end();
                    }
                };
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        scheduler.setRemoveOnCancelPolicy(true);
        return scheduler;
    }

    /**
     * Makes threads {@code name-1}, {@code name-2} and so on. Any other thread holds, as long as it
     * lives, the context class loader of its maker and the protection domains, that is the bundles,
     * of all that was on the stack then.
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
