package io.drover.core.internal.watch;

import io.drover.api.status.Status;
import io.drover.api.watch.Heartbeat;
import io.drover.api.watch.Heartbeat.Round;
import io.drover.api.watch.Watched;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds rounds that do not end and threads that wait for each other in a circle. {@link #look} is
 * called by one thread of its own, which does nothing else; everything else by any.
 */
public final class StuckThreads {

    private static final Logger LOG = LoggerFactory.getLogger(StuckThreads.class);
    private static final int KEPT_MAX = 8;

    private final Duration vitalLimit;
    private final Duration outsideLimit;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Set<Watched> watched = new CopyOnWriteArraySet<>();
    private final Map<Heartbeat, Stuck> stuck = new HashMap<>();
    private final List<String> kept = new ArrayList<>();
    private final LongAdder found = new LongAdder();
    private long lastLook;
    private long trustFrom;
    private boolean deadlocked;
    private volatile boolean sound = true;
    private volatile int count;
    private volatile Status status;

    /** A round that was told of. */
    private record Stuck(Round round, Instant since) {}

    /**
     * @param vitalLimit for the round of a thread that waits for nothing outside
     * @param outsideLimit for any other
     * @param nanoTime the JVM's
     */
    public StuckThreads(
            Duration vitalLimit, Duration outsideLimit, Clock clock, LongSupplier nanoTime) {
        this.vitalLimit = vitalLimit;
        this.outsideLimit = outsideLimit;
        this.clock = clock;
        this.nanoTime = nanoTime;
        lastLook = nanoTime.getAsLong();
        trustFrom = lastLook;
        status = Status.active(clock.instant());
    }

    public void add(Watched added) {
        watched.add(added);
    }

    public void remove(Watched gone) {
        watched.remove(gone);
    }

    /** Looks at all rounds. */
    public void look() {
        long now = nanoTime.getAsLong();
        if (now - lastLook > Duration.ofSeconds(5).toNanos()) {
            // The whole process was stopped: every round looks long that was only held up.
            trustFrom = now;
        }
        lastLook = now;
        List<Heartbeat> all = new ArrayList<>();
        watched.forEach(each -> all.addAll(each.heartbeats()));
        endedOrGone(all);
        for (Heartbeat heartbeat : all) {
            heartbeat.round().ifPresent(round -> judge(heartbeat, round, now));
        }
        lookForDeadlocks();
        count = stuck.size();
        sound = !deadlocked && stuck.keySet().stream().noneMatch(Heartbeat::vital);
        tell();
    }

    private void endedOrGone(List<Heartbeat> all) {
        stuck.entrySet()
                .removeIf(
                        entry -> {
                            boolean same =
                                    all.contains(entry.getKey())
                                            && entry.getKey()
                                                    .round()
                                                    .filter(entry.getValue().round()::equals)
                                                    .isPresent();
                            if (!same) {
                                LOG.info(
                                        "a thread that was stuck goes on: thread={} since={}",
                                        entry.getKey().thread(),
                                        entry.getValue().since());
                            }
                            return !same;
                        });
    }

    private void judge(Heartbeat heartbeat, Round round, long now) {
        Duration limit = heartbeat.vital() ? vitalLimit : outsideLimit;
        Duration busy = Duration.ofNanos(now - Math.max(round.beganNanos(), trustFrom));
        if (busy.compareTo(limit) <= 0 || stuck.containsKey(heartbeat)) {
            return;
        }
        Instant since = clock.instant().minusNanos(now - round.beganNanos());
        stuck.put(heartbeat, new Stuck(round, since));
        found.increment();
        Trace trace = new Trace(heartbeat.thread(), round.thread().getStackTrace());
        LOG.error(
                "a thread is stuck: thread={} since={} limitMs={} vital={}",
                heartbeat.thread(),
                since,
                limit.toMillis(),
                heartbeat.vital(),
                trace);
        keep(since, trace);
    }

    private void lookForDeadlocks() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] ids = threads.findDeadlockedThreads();
        if (ids == null) {
            deadlocked = false;
            return;
        }
        if (!deadlocked) {
            for (ThreadInfo info : threads.getThreadInfo(ids, Integer.MAX_VALUE)) {
                if (info != null) {
                    Trace trace = new Trace(info.getThreadName(), info.getStackTrace());
                    found.increment();
                    LOG.error(
                            "a thread is in a deadlock: thread={} waitsFor={} heldBy={}",
                            info.getThreadName(),
                            info.getLockName(),
                            info.getLockOwnerName(),
                            trace);
                    keep(clock.instant(), trace);
                }
            }
        }
        deadlocked = true;
    }

    private void tell() {
        Instant now = clock.instant();
        if (deadlocked) {
            status = status.toDegraded("threads wait for each other for ever", remedy(), now);
        } else if (stuck.isEmpty()) {
            status =
                    status.state().equals(io.drover.api.status.State.ACTIVE)
                            ? status
                            : status.toActive(now);
        } else {
            Map.Entry<Heartbeat, Stuck> first = stuck.entrySet().iterator().next();
            status =
                    status.toDegraded(
                            "the thread %s is stuck since %s%s"
                                    .formatted(
                                            first.getKey().thread(),
                                            first.getValue().since(),
                                            stuck.size() == 1
                                                    ? ""
                                                    : ", and " + (stuck.size() - 1) + " more"),
                            remedy(),
                            now);
        }
    }

    private static String remedy() {
        return "its stack is in the log; make a support bundle and restart the agent: ./drover flare";
    }

    private synchronized void keep(Instant since, Trace trace) {
        if (kept.size() == KEPT_MAX) {
            kept.remove(0);
        }
        kept.add("since " + since + "\n" + trace.text());
    }

    /** Whether no vital thread is stuck and none is in a deadlock. */
    public boolean sound() {
        return sound;
    }

    /** How many are stuck now. */
    public int count() {
        return count;
    }

    /** How many were found since the start. */
    public long found() {
        return found.sum();
    }

    /** As a step of the agent. */
    public Status status() {
        return status;
    }

    /** The stacks of the latest ones, as they were when they were found. */
    public synchronized String text() {
        return kept.isEmpty() ? "none was found\n" : String.join("\n", kept);
    }

    /** One line for each loop: whether it is between two rounds, or for how long at one. */
    public String rounds() {
        StringBuilder text = new StringBuilder();
        long now = nanoTime.getAsLong();
        for (Watched each : watched) {
            for (Heartbeat heartbeat : each.heartbeats()) {
                text.append(heartbeat.thread())
                        .append(
                                heartbeat
                                        .round()
                                        .map(
                                                round ->
                                                        " at work for %.3f s"
                                                                .formatted(
                                                                        (now - round.beganNanos())
                                                                                / 1e9))
                                        .orElse(" idle"))
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** Not thrown: it carries another thread's stack into the log. */
    private static final class Trace extends Throwable {

        private static final long serialVersionUID = 1L;

        Trace(String thread, StackTraceElement[] stack) {
            super("the stack of " + thread, null, false, true);
            setStackTrace(stack);
        }

        String text() {
            StringBuilder text = new StringBuilder(getMessage()).append('\n');
            for (StackTraceElement frame : getStackTrace()) {
                text.append("    at ").append(frame).append('\n');
            }
            return text.toString();
        }
    }
}
