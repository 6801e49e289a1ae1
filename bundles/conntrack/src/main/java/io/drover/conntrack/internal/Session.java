package io.drover.conntrack.internal;

import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.Netlink;
import io.drover.api.kernel.NetlinkBatch;
import io.drover.api.kernel.NetlinkClosedException;
import io.drover.api.kernel.NetlinkSocket;
import io.drover.api.watch.Heartbeat;
import io.drover.conntrack.internal.Counters.Cause;
import io.drover.conntrack.internal.Reading.Scope;
import io.drover.conntrack.internal.table.ConnectionTable;
import io.drover.conntrack.internal.top.TopTalkers;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one socket: read the kernel's table, follow events, compare again after a loss and
 * from time to time. All on one thread, but for {@link #wake} and the figures.
 */
final class Session {

    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private static final int EVENT_BATCH = 256;
    private static final int EVENT_BYTES = 4096;
    private static final int DUMP_BATCH = 8;

    /** The kernel never writes longer parts of a dump (netlink_dump). */
    private static final int DUMP_BYTES = 32 << 10;

    /** So that losses are looked for and a dump goes on also under a flood. */
    private static final int ROUNDS_MAX = 16;

    private static final long LOSS_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** While losses are likely or not healed yet: how soon their end is seen. */
    private static final long CLOSE_LOSS_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Netlink netlink;
    private final Settings settings;
    private final ConnectionTable table;
    private final Streams streams;
    private final Counters counters;
    private final Health health;
    private final Heartbeat heartbeat;
    private final NetlinkSocket socket;
    private final NetlinkBatch events;
    private final NetlinkBatch answers;
    private final NamespaceMap namespaces;
    private final Intake intake;
    private final Throttle throttle;
    private final Schedule schedule;
    private final Kernel kernel;
    private Pace pace;

    private Reading reading;
    private boolean restPutOff;
    private String leftOut = "";
    private long lastEvent;
    private long lastDrain;
    private long lastLossCheck;
    private volatile long turnedAt;
    private volatile boolean asleep;
    private volatile boolean told = true;

    /**
     * Prepares all memory.
     *
     * @param netlink for the sockets that ask
     * @param socket has joined the groups already, so that nothing is missed; stays the caller's
     */
    Session(Netlink netlink, NetlinkSocket socket, Settings settings, Parts parts)
            throws KernelException, NetlinkClosedException {
        this.netlink = netlink;
        this.settings = settings;
        this.table = parts.table();
        this.streams = parts.streams();
        this.counters = parts.counters();
        this.health = parts.health();
        this.heartbeat = health.heartbeat();
        this.socket = socket;
        long now = System.nanoTime();
        streams.begin(socket.note());
        this.events = socket.newBatch(EVENT_BATCH, EVENT_BYTES);
        this.answers = socket.newBatch(DUMP_BATCH, DUMP_BYTES);
        this.namespaces = new NamespaceMap(netlink, settings, table, counters, socket.namespace());
        this.intake =
                new Intake(
                        table,
                        streams,
                        parts.talkers(),
                        counters,
                        namespaces,
                        settings.allNamespaces());
        this.throttle = new Throttle(socket, settings, intake, counters, now);
        this.pace = new Pace(settings.drainInterval().toNanos(), socket.receiveBufferBytes());
        this.schedule =
                new Schedule(
                        settings.auditInterval().toNanos(), settings.retryMax().toNanos(), now);
        this.kernel = new Kernel(settings.namespace());
        this.lastEvent = now;
        this.lastDrain = now;
        this.lastLossCheck = now;
        this.turnedAt = now;
        tellTime();
        log.info(
                "following connections: namespace={} receive_buffer_bytes={} claimed={}",
                socket.namespace(),
                socket.receiveBufferBytes(),
                socket.claimed());
    }

    /** What outlives a session. */
    record Parts(
            ConnectionTable table,
            Streams streams,
            TopTalkers talkers,
            Counters counters,
            Health health) {}

    /** Size of the kernel's buffer. */
    int receiveBufferBytes() {
        return socket.receiveBufferBytes();
    }

    /** Inode of the namespace that is followed. */
    long namespace() {
        return socket.namespace();
    }

    /** How many other namespaces are followed. */
    int otherNamespaces() {
        return namespaces.peers().size();
    }

    Throttle throttle() {
        return throttle;
    }

    /** Whether the kernel tells of events at all (net.netfilter.nf_conntrack_events). */
    boolean told() {
        return told;
    }

    /** Whether the thread is in the middle of its work for longer than so many nanoseconds. */
    boolean hangs(long nanos, long now) {
        return !asleep && now - turnedAt > nanos;
    }

    /** Lets the kernel forget what it cannot tell: the thread hangs. Any thread. */
    void giveUpReliability() throws KernelException, NetlinkClosedException {
        socket.reliable(false);
    }

    /** Follows until {@code stopping} says so. */
    void follow(BooleanSupplier stopping) throws KernelException, NetlinkClosedException {
        try {
            namespaces.look();
            while (!stopping.getAsBoolean()) {
                turn();
            }
        } finally {
            heartbeat.end();
            if (reading != null) {
                reading.close();
            }
        }
    }

    private void turn() throws KernelException, NetlinkClosedException {
        heartbeat.begin();
        long now = System.nanoTime();
        turnedAt = now;
        streams.admitResuming();
        int taken = drain();
        now = System.nanoTime();
        if (throttle.note(taken, now)) {
            sampled(now);
        }
        if (now - lastLossCheck >= untilLossCheck(taken)) {
            checkLoss(now);
        }
        Cause due = reading == null ? schedule.due(now) : null;
        if (reading != null) {
            stepReading();
        } else if (due != null) {
            begin(due);
        } else if (taken < ROUNDS_MAX * EVENT_BATCH) {
            heartbeat.end(); // it may rest for as long as it likes
            rest(taken, now);
        }
    }

    private long untilLossCheck(int taken) {
        boolean filled = (long) taken * Pace.EVENT_BYTES > socket.receiveBufferBytes() / 2;
        return filled || schedule.lossPending() ? CLOSE_LOSS_CHECK_NANOS : LOSS_CHECK_NANOS;
    }

    /** Takes what is there; with a bound, so that the rest is not starved. */
    private int drain() throws KernelException, NetlinkClosedException {
        int taken = 0;
        for (int round = 0; round < ROUNDS_MAX; round++) {
            int count = socket.receive(events);
            if (count > 0) {
                if (taken == 0) {
                    tellTime();
                }
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

    private void tellTime() {
        long seconds = System.currentTimeMillis() / 1000;
        table.now(seconds);
        intake.now(seconds);
    }

    private void rest(int taken, long now) throws KernelException, NetlinkClosedException {
        long elapsed = now - lastDrain;
        lastDrain = now;
        if (taken > 0) {
            lastEvent = now;
        }
        long untilDue = Math.min(schedule.nanosUntilDue(now), throttle.nanosUntilCalm(now));
        if (now - lastEvent < settings.idleAfter().toNanos()) {
            long nap = Math.min(pace.next(taken, elapsed), untilDue);
            if (nap > 0) {
                asleep = true;
                LockSupport.parkNanos(nap);
                asleep = false;
            }
            return;
        }
        if (!checkLoss(now)) {
            long millis = TimeUnit.NANOSECONDS.toMillis(untilDue) + 1;
            asleep = true;
            socket.await((int) Math.min(millis, Integer.MAX_VALUE));
            asleep = false;
        }
    }

    /** Whether something was lost since the last look. */
    private boolean checkLoss(long now) throws KernelException, NetlinkClosedException {
        lastLossCheck = now;
        counters.fillMax.accumulate(socket.queuedBytes());
        long lost = socket.takeDrops();
        if (lost == 0) {
            if (throttle.calm(now)) {
                throttled(now);
            }
            return false;
        }
        health.torn();
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
        if (throttle.lossSeen(now)) {
            throttled(now);
        }
        return true;
    }

    private void throttled(long now) {
        pace = new Pace(settings.drainInterval().toNanos(), socket.receiveBufferBytes());
        // What was not told meanwhile is found by a reading.
        schedule.lossSeen(now);
        poll(now);
    }

    private void sampled(long now) {
        if (throttle.part() == 1) {
            // What was left out meanwhile is found by a reading.
            schedule.lossSeen(now);
        } else if (health.serving()) {
            healthy();
        }
    }

    private void poll(long now) {
        if (throttle.step() == Pressure.Step.POLL) {
            schedule.poll(settings.pollInterval().toNanos(), now);
        }
    }

    private void begin(Cause cause) throws KernelException, NetlinkClosedException {
        namespaces.look();
        // What it tells of is known as of now, also when no event comes.
        tellTime();
        schedule.begun();
        // A loss is healed first where it would mislead: translations, some milliseconds.
        boolean translated =
                settings.translatedOnly() || cause == Cause.LOSS || cause == Cause.POLL;
        read(cause, translated ? Scope.TRANSLATED : Scope.ALL);
    }

    private void read(Cause cause, Scope scope) {
        reading =
                new Reading(
                        netlink,
                        answers,
                        table,
                        counters,
                        settings.translatedOnly(),
                        cause,
                        scope,
                        namespaces.places());
    }

    private void stepReading() throws KernelException, NetlinkClosedException {
        Dump.Step step = reading.step();
        if (step == Dump.Step.RUNNING) {
            return;
        }
        Reading ended = reading;
        reading = null;
        ended.close();
        long now = System.nanoTime();
        // What was lost while it ran is not in it.
        checkLoss(now);
        if (step == Dump.Step.WHOLE) {
            compared(ended, now);
        } else {
            schedule.broken(now);
            log.warn("kernel's table not read whole: reason={}", ended.reason());
            health.degraded(
                    "the kernel's table could not be read whole: " + ended.reason(),
                    "it is tried again by itself");
        }
    }

    private void compared(Reading ended, long now) {
        if (!schedule.lossPending()) {
            health.healed();
        }
        boolean rest =
                ended.scope() == Scope.TRANSLATED
                        && ended.cause() == Cause.LOSS
                        && !settings.translatedOnly();
        if (rest) {
            // While losses go on the rest would have to be read again, and hold up what follows;
            // but it is not put off twice.
            restPutOff = schedule.lossPending() && !restPutOff;
            if (!restPutOff) {
                read(ended.cause(), Scope.ALL);
            }
            return;
        }
        leftOut = ended.leftOut().orElse("");
        counters.comparedAt = System.currentTimeMillis();
        schedule.whole(now);
        poll(now);
        healthy();
    }

    private void healthy() {
        if (schedule.lossPending()) {
            // Degraded since the loss was seen; another reading follows.
            return;
        }
        Optional<Finding> less = throttle.finding();
        if (less.isEmpty() && !leftOut.isEmpty()) {
            less =
                    Optional.of(
                            new Finding(
                                    "the table of another namespace cannot be read: " + leftOut,
                                    "needs CAP_SYS_ADMIN, or conntrack.all_namespaces: false"));
        }
        Optional<Finding> missing = kernel.missing();
        told = missing.isEmpty();
        if (less.isEmpty()) {
            less = missing;
        }
        if (less.isPresent()) {
            health.servingDegraded(less.get().reason(), less.get().remedy());
        } else {
            health.active();
        }
    }

    /** What the next instance of this bundle needs. */
    long[] note() {
        return streams.note();
    }

    /** Ends a sleep, from any thread. */
    void wake() {
        socket.wakeUp();
    }
}
