package io.drover.api.watch;

import java.util.Objects;
import java.util.Optional;

/**
 * The sign of life of one thread that works in rounds: it says when a round begins and when it
 * ends. How long a round may take is in the configuration of the bundle {@code core}. Written by
 * the thread itself, without allocation; read by any.
 */
public final class Heartbeat {

    private final String thread;
    private final boolean vital;
    private volatile Thread busy;
    private volatile long began;

    private Heartbeat(String thread, boolean vital) {
        this.thread = Objects.requireNonNull(thread, "thread");
        this.vital = vital;
    }

    /**
     * Of a thread that waits for nothing outside of the process within a round, so that a round
     * that does not end is a defect: the process is not sound then ({@code core.stuck_after_ms}).
     *
     * @param thread its name
     */
    public static Heartbeat vital(String thread) {
        return new Heartbeat(thread, true);
    }

    /**
     * Of a thread that may wait for a file system or another process within a round ({@code
     * core.stuck_outside_after_ms}); liveness does not depend on it.
     *
     * @param thread its name
     */
    public static Heartbeat outside(String thread) {
        return new Heartbeat(thread, false);
    }

    /** A round begins, on the thread that calls this. */
    public void begin() {
        began = System.nanoTime();
        busy = Thread.currentThread();
    }

    /** The round has ended. */
    public void end() {
        busy = null;
    }

    /** The task as one round. */
    public Runnable around(Runnable task) {
        return () -> {
            begin();
            try {
                task.run();
            } finally {
                end();
            }
        };
    }

    /** The thread's name. */
    public String thread() {
        return thread;
    }

    /** Whether the process is not sound when a round does not end. */
    public boolean vital() {
        return vital;
    }

    /** The round that is under way; empty between two. */
    public Optional<Round> round() {
        long since = began;
        Thread now = busy;
        return now == null ? Optional.empty() : Optional.of(new Round(now, since));
    }

    /**
     * A round that is under way.
     *
     * @param thread which runs it
     * @param beganNanos when it began, by {@link System#nanoTime}
     */
    public record Round(Thread thread, long beganNanos) {}
}
