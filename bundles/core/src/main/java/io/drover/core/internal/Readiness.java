package io.drover.core.internal;

import java.time.Duration;
import java.time.Instant;

/**
 * Damps readiness: what comes and goes within moments must not take the agent out of service and
 * back. The first time counts at once. For one thread.
 */
final class Readiness {

    private final Duration unreadyAfter;
    private final Duration readyAfter;
    private boolean ready;
    private boolean wasReady;
    private Instant differsSince;

    /**
     * @param unreadyAfter how long something must be missing
     * @param readyAfter how long all must be there again
     */
    Readiness(Duration unreadyAfter, Duration readyAfter) {
        this.unreadyAfter = unreadyAfter;
        this.readyAfter = readyAfter;
    }

    /**
     * What counts now.
     *
     * @param seen whether nothing is missing at this moment
     * @param failed whether something is broken for good: that counts at once
     */
    boolean look(boolean seen, boolean failed, Instant now) {
        if (seen == ready) {
            differsSince = null;
            return ready;
        }
        differsSince = differsSince == null ? now : differsSince;
        Duration needed = !wasReady || failed ? Duration.ZERO : ready ? unreadyAfter : readyAfter;
        if (!now.isBefore(differsSince.plus(needed))) {
            ready = seen;
            wasReady |= ready;
            differsSince = null;
        }
        return ready;
    }
}
