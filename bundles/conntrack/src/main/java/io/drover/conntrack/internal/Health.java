package io.drover.conntrack.internal;

import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.watch.Heartbeat;
import java.time.Clock;

/** Where the step stands. Written by the thread that does the work, read by any. */
final class Health {

    private final Clock clock;
    private final Heartbeat heartbeat = Heartbeat.vital("drover-conntrack");
    private volatile Status status;

    /** Whether the table holds what the kernel's holds, losses aside. */
    private volatile boolean serving;

    /** Whether no loss waits to be healed: what the table says of a translation is true. */
    private volatile boolean whole;

    Health(Status first, Clock clock) {
        this.status = first;
        this.clock = clock;
    }

    /** Of the thread that does the work; a round ends before it rests. */
    Heartbeat heartbeat() {
        return heartbeat;
    }

    Status status() {
        return status;
    }

    boolean serving() {
        return serving;
    }

    boolean whole() {
        return serving && whole;
    }

    /** Events are missing. */
    void torn() {
        whole = false;
    }

    /** Translated connections are as in the kernel's table again. */
    void healed() {
        whole = true;
    }

    /** One sentence for those who ask for the table while it is not there. */
    String whyNotServing() {
        Status now = status;
        String reason = now.reason().isEmpty() ? "" : ", " + now.reason();
        return "the table of connections cannot be read: " + now.state() + reason;
    }

    synchronized void waiting(String forWhat) {
        serving = false;
        status = status.toWaiting(forWhat, clock.instant());
    }

    synchronized void starting() {
        serving = false;
        // A further attempt after a failure stays degraded, with its reason, until it works.
        if (status.state() != State.DEGRADED) {
            status = status.toStarting(clock.instant());
        }
    }

    synchronized void active() {
        serving = true;
        status = status.toActive(clock.instant());
    }

    /** Working with less. */
    synchronized void degraded(String reason, String remedy) {
        status = status.toDegraded(reason, remedy, clock.instant());
    }

    /** Working with less, from a table that has been read whole. */
    synchronized void servingDegraded(String reason, String remedy) {
        serving = true;
        degraded(reason, remedy);
    }

    /** Not working, to be tried again. */
    synchronized void failed(String reason, String remedy) {
        serving = false;
        degraded(reason, remedy);
    }
}
