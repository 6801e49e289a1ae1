package io.drover.conntrack.internal;

import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.NetlinkClosedException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the reader in reliable mode: as long as that one hangs, connections that ended stay
 * in the kernel's table and fill it. Then the mode is given up, for the life of the socket. A
 * thread of its own, there in reliable mode alone.
 */
final class Watchdog {

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    private static final long HANGS_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long END_MILLIS = 100;

    private final Supplier<Session> session;
    private final Counters counters;
    private final Thread thread;
    private volatile boolean stopping;

    Watchdog(Supplier<Session> session, Counters counters) {
        this.session = session;
        this.counters = counters;
        this.thread = new Thread(this::run, "drover-conntrack-watchdog");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Session givenUp = null;
        while (!stopping) {
            Session now = session.get();
            if (now != null && now != givenUp && now.hangs(HANGS_NANOS, System.nanoTime())) {
                givenUp = now;
                giveUp(now);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void giveUp(Session hanging) {
        try {
            hanging.giveUpReliability();
            counters.watchdog.increment();
            log.error("events are not read for too long: reliable mode is given up");
        } catch (KernelException | NetlinkClosedException e) {
            // Closed: then nothing is held back any more.
            log.warn("reliable mode not given up", e);
        }
    }
}
