package io.drover.autoscaling.internal;

import java.util.concurrent.atomic.LongAdder;

/** What the controller counts. Any thread. */
final class Counters {

    /** Times that an object was looked at and its status was right. */
    final LongAdder unchanged = new LongAdder();

    /** Times that a status was written. */
    final LongAdder written = new LongAdder();

    /** Times that the replicas of a target were written. */
    final LongAdder scaled = new LongAdder();

    /** Times that a status was not written because the object had changed meanwhile. */
    final LongAdder conflicts = new LongAdder();

    /** Times that it failed and is tried again. */
    final LongAdder failures = new LongAdder();

    /** Time of all of them, in nanoseconds. */
    final LongAdder nanos = new LongAdder();
}
