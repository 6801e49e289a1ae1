package io.drover.autoscaling.internal.journal;

import java.util.Objects;

/**
 * One line of the journal.
 *
 * @param number counts all lines of this home from 1; 0 while it is not written
 * @param at milliseconds of the epoch
 * @param what the outcome in one word: {@code scale}, {@code stay}, {@code held}, …, {@code failed}
 * @param namespace of the autoscaler
 * @param name of the autoscaler
 * @param target what it scales, for people
 * @param source where the number comes from; empty for nowhere
 * @param current the replicas that the target had
 * @param recommended what the source alone would have
 * @param desired what it should have
 * @param message the sentence
 */
public record Entry(
        long number,
        long at,
        String what,
        String namespace,
        String name,
        String target,
        String source,
        int current,
        int recommended,
        int desired,
        String message) {

    /** The word of an entry whose replicas were written. */
    public static final String SCALED = "scale";

    public Entry {
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(message, "message");
    }

    Entry numbered(long next) {
        return new Entry(
                next,
                at,
                what,
                namespace,
                name,
                target,
                source,
                current,
                recommended,
                desired,
                message);
    }

    /** Namespace and name. */
    public String key() {
        return namespace + "/" + name;
    }
}
