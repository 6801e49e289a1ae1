package io.drover.conntrack.internal;

import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.Netlink;
import io.drover.api.kernel.NetlinkBatch;
import io.drover.api.kernel.NetlinkClosedException;
import io.drover.api.kernel.NetlinkOptions;
import io.drover.api.kernel.NetlinkSocket;
import io.drover.conntrack.internal.Counters.Cause;
import io.drover.conntrack.internal.table.ConnectionTable;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one socket: read the kernel's table, follow events, compare again after a loss and
 * from time to time. All on one thread, but for {@link #wake}.
 */
final class Session {

    private static final Logger log = LoggerFactory.getLogger(Session.class);

    /** The socket's name in the bundle kernel, under which the next instance claims it. */
    static final String SOCKET = "conntrack";

    private static final String DUMP_SOCKET = "conntrack-dump";

    // linux/netfilter/nfnetlink_compat.h, enum nfnetlink_groups
    private static final int GROUP_NEW = 1;
    private static final int GROUP_UPDATE = 2;
    private static final int GROUP_DESTROY = 3;

    private static final int EVENT_BATCH = 256;
    private static final int EVENT_BYTES = 4096;
    private static final int DUMP_BATCH = 8;

    /** The kernel never writes longer parts of a dump (netlink_dump). */
    private static final int DUMP_BYTES = 32 << 10;

    /** So that losses are looked for and a dump goes on also under a flood. */
    private static final int ROUNDS_MAX = 16;

    private static final long LOSS_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Netlink netlink;
    private final Settings settings;
    private final ConnectionTable table;
    private final Streams streams;
    private final Counters counters;
    private final Health health;
    private final NetlinkSocket socket;
    private final NetlinkBatch events;
    private final NetlinkBatch answers;
    private final Intake intake;
    private final Pace pace;
    private final Schedule schedule;

    private Dump dump;
    private long lastEvent;
    private long lastDrain;
    private long lastLossCheck;

    /**
     * Prepares all memory.
     *
     * @param netlink for the sockets that ask
     * @param socket has joined the groups already, so that nothing is missed; stays the caller's
     */
    Session(
            Netlink netlink,
            NetlinkSocket socket,
            Settings settings,
            ConnectionTable table,
            Streams streams,
            Counters counters,
            Health health)
            throws NetlinkClosedException {
        this.netlink = netlink;
        this.settings = settings;
        this.table = table;
        this.streams = streams;
        this.counters = counters;
        this.health = health;
        this.socket = socket;
        this.events = socket.newBatch(EVENT_BATCH, EVENT_BYTES);
        this.answers = socket.newBatch(DUMP_BATCH, DUMP_BYTES);
        this.intake = new Intake(table, streams, counters, socket.namespace());
        this.pace = new Pace(settings.drainInterval().toNanos(), socket.receiveBufferBytes());
        long now = System.nanoTime();
        this.schedule =
                new Schedule(
                        settings.auditInterval().toNanos(), settings.retryMax().toNanos(), now);
        this.lastEvent = now;
        this.lastDrain = now;
        this.lastLossCheck = now;
        log.info(
                "following connections: namespace={} receive_buffer_bytes={} claimed={}",
                socket.namespace(),
                socket.receiveBufferBytes(),
                socket.claimed());
    }

    /** Opens or claims the socket of the events; from then on the kernel collects. */
    static NetlinkSocket open(Netlink netlink, Settings settings) throws KernelException {
        Set<Integer> groups =
                settings.updates()
                        ? Set.of(GROUP_NEW, GROUP_UPDATE, GROUP_DESTROY)
                        : Set.of(GROUP_NEW, GROUP_DESTROY);
        NetlinkOptions options =
                NetlinkOptions.PLAIN
                        .withReceiveBufferBytes(settings.receiveBufferBytes())
                        .withGroups(groups)
                        .withQuietOverrun()
                        .withNamespace(settings.namespace());
        return netlink.open(SOCKET, options);
    }

    /** Size of the kernel's buffer. */
    int receiveBufferBytes() {
        return socket.receiveBufferBytes();
    }

    /** Inode of the namespace that is followed. */
    long namespace() {
        return socket.namespace();
    }

    /** Follows until {@code stopping} says so. */
    void follow(BooleanSupplier stopping) throws KernelException, NetlinkClosedException {
        try {
            while (!stopping.getAsBoolean()) {
                turn();
            }
        } finally {
            if (dump != null) {
                dump.close();
            }
        }
    }

    private void turn() throws KernelException, NetlinkClosedException {
        int taken = drain();
        long now = System.nanoTime();
        if (now - lastLossCheck >= LOSS_CHECK_NANOS) {
            checkLoss(now);
        }
        Cause due = dump == null ? schedule.due(now) : null;
        if (dump != null) {
            stepDump();
        } else if (due != null) {
            beginDump(due);
        } else if (taken < ROUNDS_MAX * EVENT_BATCH) {
            rest(taken, now);
        }
    }

    /** Takes what is there; with a bound, so that the rest is not starved. */
    private int drain() throws KernelException, NetlinkClosedException {
        int taken = 0;
        for (int round = 0; round < ROUNDS_MAX; round++) {
            int count = socket.receive(events);
            if (count > 0) {
                intake.take(events, count);
                taken += count;
            }
            if (count < EVENT_BATCH) {
                break;
            }
        }
        if (taken > 0) {
            counters.drain(taken);
            streams.callReaders();
        }
        return taken;
    }

    private void rest(int taken, long now) throws KernelException, NetlinkClosedException {
        long elapsed = now - lastDrain;
        lastDrain = now;
        if (taken > 0) {
            lastEvent = now;
        }
        long untilDue = schedule.nanosUntilDue(now);
        if (now - lastEvent < settings.idleAfter().toNanos()) {
            LockSupport.parkNanos(Math.min(pace.next(taken, elapsed), untilDue));
            return;
        }
        if (!checkLoss(now)) {
            long millis = TimeUnit.NANOSECONDS.toMillis(untilDue) + 1;
            socket.await((int) Math.min(millis, Integer.MAX_VALUE));
        }
    }

    /** Whether something was lost since the last look. */
    private boolean checkLoss(long now) throws KernelException, NetlinkClosedException {
        lastLossCheck = now;
        long lost = socket.takeDrops();
        if (lost == 0) {
            return false;
        }
        counters.lost.add(lost);
        streams.lost(lost);
        streams.callReaders();
        if (!schedule.lossPending()) {
            // Said once until it is answered, however long the flood lasts.
            log.warn(
                    "events lost, the kernel's table will be read again: lost={} receive_buffer_bytes={}",
                    lost,
                    socket.receiveBufferBytes());
        }
        schedule.lossSeen(now);
        health.degraded(
                "the kernel dropped events: its buffer of "
                        + socket.receiveBufferBytes()
                        + " bytes was full; lost "
                        + counters.lost.sum()
                        + " in all; the kernel's table is read again",
                "raise conntrack.receive_buffer_bytes, or give the agent more CPU");
        return true;
    }

    private void beginDump(Cause cause) throws KernelException, NetlinkClosedException {
        NetlinkSocket asking =
                netlink.open(DUMP_SOCKET, NetlinkOptions.PLAIN.withNamespace(settings.namespace()));
        try {
            dump = new Dump(cause, asking, answers, table, counters);
            schedule.begun();
        } catch (KernelException | NetlinkClosedException e) {
            asking.close();
            throw e;
        }
    }

    private void stepDump() throws KernelException, NetlinkClosedException {
        Dump.Step step = dump.step();
        if (step == Dump.Step.RUNNING) {
            return;
        }
        Dump ended = dump;
        dump = null;
        ended.close();
        long now = System.nanoTime();
        // What was lost while it ran is not in it.
        checkLoss(now);
        if (step == Dump.Step.WHOLE) {
            schedule.whole(now);
            healthy();
        } else {
            schedule.broken(now);
            log.warn("kernel's table not read whole: reason={}", ended.reason());
            health.degraded(
                    "the kernel's table could not be read whole: " + ended.reason(),
                    "it is tried again by itself");
        }
    }

    private void healthy() {
        if (schedule.lossPending()) {
            // Degraded since the loss was seen; another reading follows.
            return;
        }
        Optional<Finding> missing =
                settings.namespace().isPresent()
                        ? Optional.empty()
                        : new Prerequisites(Prerequisites.OWN).missing();
        if (missing.isPresent()) {
            health.servingDegraded(missing.get().reason(), missing.get().remedy());
        } else {
            health.active();
        }
    }

    /** Ends a sleep, from any thread. */
    void wake() {
        socket.wakeUp();
    }
}
