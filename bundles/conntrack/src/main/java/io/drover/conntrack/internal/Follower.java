package io.drover.conntrack.internal;

import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.Netlink;
import io.drover.api.kernel.NetlinkClosedException;
import io.drover.api.kernel.NetlinkSocket;
import io.drover.conntrack.internal.table.ConnectionTable;
import io.drover.conntrack.internal.top.TopTalkers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link Session} alive on a thread of its own, with a growing distance between attempts,
 * for as long as one {@link Netlink} is there. The table is its own: whatever happens, it has one
 * writer.
 */
final class Follower {

    private static final Logger log = LoggerFactory.getLogger(Follower.class);
    private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Netlink netlink;
    private final Settings settings;
    private final Session.Parts parts;
    private final ConnectionTable table;
    private final Streams streams;
    private final Health health;
    private final Thread thread;
    private final Watchdog watchdog;
    private volatile Session session;
    private volatile boolean stopping;

    Follower(
            Netlink netlink,
            Settings settings,
            Streams streams,
            TopTalkers talkers,
            Counters counters,
            Health health) {
        this.netlink = netlink;
        this.settings = settings;
        this.table =
                new ConnectionTable(settings.tableMaxEntries(), settings.updates(), counters.table);
        this.streams = streams;
        this.health = health;
        this.parts = new Session.Parts(table, streams, talkers, counters, health);
        this.watchdog = settings.reliable() ? new Watchdog(this::session, counters) : null;
        this.thread = new Thread(this::run, "drover-conntrack");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
        if (watchdog != null) {
            watchdog.start();
        }
    }

    /**
     * Ends the thread; the socket stays open in the bundle kernel, for the next instance.
     *
     * @return whether it ended within {@code bound}
     */
    boolean stop(Duration bound) {
        stopping = true;
        if (watchdog != null) {
            watchdog.stop();
        }
        LockSupport.unpark(thread);
        Session now = session;
        if (now != null) {
            now.wake();
        }
        try {
            thread.join(bound.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    /** The connections; its one writer is the thread of this follower. */
    ConnectionTable table() {
        return table;
    }

    /** What is followed now; null while nothing is. */
    Session session() {
        return session;
    }

    private void run() {
        long delay = FIRST_RETRY_NANOS;
        while (!stopping) {
            long began = System.nanoTime();
            health.starting();
            if (!attempt()) {
                return;
            }
            table.clear();
            streams.endAll();
            boolean lasted = System.nanoTime() - began > settings.retryMax().toNanos();
            delay = lasted ? FIRST_RETRY_NANOS : delay;
            pause(delay);
            delay = Math.min(2 * delay, settings.retryMax().toNanos());
        }
    }

    /** One session, from its opening to its end; false if there will be no further one. */
    private boolean attempt() {
        try (NetlinkSocket socket = Throttle.open(netlink, settings)) {
            follow(socket);
            return false;
        } catch (NetlinkClosedException e) {
            // The bundle kernel stops; it will take its service back, or has.
            health.waiting("the bundle kernel has stopped: " + e.getMessage());
            table.clear();
            streams.endAll();
            return false;
        } catch (KernelException e) {
            Finding finding = Finding.of(e);
            log.warn("connections not followed: reason={}", finding.reason());
            health.failed(finding.reason(), finding.remedy());
        } catch (IllegalStateException e) {
            // The socket is in use or there are too many; the message says which.
            log.warn("connections not followed: reason={}", e.getMessage());
            health.failed(e.getMessage(), "it is tried again by itself");
        } catch (RuntimeException | Error e) {
            // The outermost frame of the loop: a defect, or no memory, must show in health and not
            // end the thread in silence.
            log.error("connections not followed, by a defect", e);
            health.failed("internal error: " + e, "it is tried again by itself; please report it");
        } finally {
            session = null;
        }
        return true;
    }

    private void follow(NetlinkSocket socket) throws KernelException, NetlinkClosedException {
        long[] note = socket.note();
        try {
            Session opened = new Session(netlink, socket, settings, parts);
            session = opened;
            opened.follow(() -> stopping);
            note = opened.note();
        } catch (RuntimeException | LinkageError e) {
            if (!stopping) {
                throw e;
            }
            // So slow that the bundle was replaced meanwhile: its classes are gone. What the socket
            // holds is not.
            note = session == null ? note : session.note();
        }
        // Open for the next instance; what the caller closes is an ended hold.
        socket.park(note);
    }

    private void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !stopping; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
