package io.drover.kubernetes.internal.client;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fixed pool whose threads all exist from the beginning. A thread remembers the classes on the
 * stack that created it; were it created on demand, inside the call of another bundle, it would
 * keep that bundle's class loader alive after an update.
 */
final class ClientPool extends ThreadPoolExecutor {

    ClientPool(String name, int threads) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named(name));
        prestartAllCoreThreads();
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            return thread;
        };
    }
}
