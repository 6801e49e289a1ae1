package io.drover.autoscaling.internal;

import io.drover.autoscaling.internal.decide.Step.Rule;
import java.util.concurrent.atomic.LongAdder;

/** What the controller counts. Any thread. */
final class Counters {

    /** Times that an object was looked at and its status was right. */
    final LongAdder unchanged = new LongAdder();

    /** Times that a status was written. */
    final LongAdder written = new LongAdder();

    /** Times that the replicas of a target were written. */
    final LongAdder scaled = new LongAdder();

    /** Pods whose requests were written. */
    final LongAdder resized = new LongAdder();

    /** Times that the API server refused to. */
    final LongAdder resizesRefused = new LongAdder();

    /** Times that a status was not written because the object had changed meanwhile. */
    final LongAdder conflicts = new LongAdder();

    /** Times that it failed and is tried again. */
    final LongAdder failures = new LongAdder();

    /** Times that the changes allowed in a minute made a number smaller. */
    final LongAdder limitedByChanges = new LongAdder();

    /** Times that the ceiling of a group did. */
    final LongAdder limitedByCeiling = new LongAdder();

    /** A rule of the whole cluster made a number smaller. */
    void limited(Rule rule) {
        (rule == Rule.BUDGET_CHANGES ? limitedByChanges : limitedByCeiling).increment();
    }

    /** How late those began whose time had come. */
    final Lateness lateness = new Lateness();

    /** Time of all of them, in nanoseconds. */
    final LongAdder nanos = new LongAdder();
}
