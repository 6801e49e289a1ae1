package io.drover.link.internal;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sees that a snapshot that was begun goes on: a replica that cannot read the cluster itself sends
 * nothing and stays reachable. One thread, that of the stream.
 */
final class Patience {

    private final ScheduledExecutorService thread;
    private final Duration max;
    private final Consumer<String> over;

    private boolean waits;

    /** Whether a look is to come: there is one at a time, however many snapshots begin. */
    private boolean looks;

    private long messages;

    /**
     * @param max how long nothing may come of a snapshot; seen at twice that at the latest
     * @param over told, with the reason, when nothing came for so long
     */
    Patience(ScheduledExecutorService thread, Duration max, Consumer<String> over) {
        this.thread = thread;
        this.max = max;
        this.over = over;
    }

    /** A snapshot begins; {@link #heard} has told of the message that said so. */
    void begin() {
        waits = true;
        if (!looks) {
            lookLater();
        }
    }

    /** Something came. */
    void heard() {
        messages++;
    }

    /** Nothing is waited for any more. */
    void end() {
        waits = false;
    }

    private void lookLater() {
        looks = true;
        long before = messages;
        thread.schedule(() -> look(before), max.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(long before) {
        looks = false;
        if (!waits) {
            return;
        }
        if (messages == before) {
            end();
            over.accept("nothing came of its snapshot for " + max.toMillis() + " ms");
        } else {
            lookLater();
        }
    }
}
