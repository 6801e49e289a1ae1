package io.drover.kubernetes.internal.client;

import java.util.concurrent.atomic.LongAdder;

/** What the connection counts. Any thread. */
public final class Counters {

    /** Requests that were answered with success. */
    public final LongAdder succeeded = new LongAdder();

    /** Requests that the API server refused: 4xx. */
    public final LongAdder refused = new LongAdder();

    /** Requests without an answer in time, or with a 5xx. */
    public final LongAdder unavailable = new LongAdder();

    /** Writes that were not sent because their term was over. */
    public final LongAdder fenced = new LongAdder();

    /** Time spent waiting for the client-side limit, in nanoseconds. */
    public final LongAdder limitedNanos = new LongAdder();

    /** Time of all requests that were sent, in nanoseconds. */
    public final LongAdder requestNanos = new LongAdder();

    /** Writes that were not sent because they were made from a version before our own last one. */
    public final LongAdder stale = new LongAdder();
}
