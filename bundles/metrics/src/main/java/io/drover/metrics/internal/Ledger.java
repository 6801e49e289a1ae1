package io.drover.metrics.internal;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What went wrong with the sources of one name: calls that failed, and samples that were left out
 * of a page because they would have spoilt it. Any thread.
 */
final class Ledger {

    /** Why a sample is left out; the label's value is the name in lower case. */
    enum Reason {
        /** The family's name, help, labels or bounds are not allowed. */
        DEFINITION,
        /** The source has not declared the family. */
        UNDECLARED,
        /** Another source has taken one of the family's names for something else. */
        CONFLICT,
        /** Not as many label values as labels, or one is missing. */
        LABELS,
        /** The same series was given before. */
        DUPLICATE,
        /** A counter below zero, a histogram with the wrong number of buckets, and the like. */
        VALUE;

        private final String label = name().toLowerCase(Locale.ROOT);

        String label() {
            return label;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final Map<Reason, LongAdder> counts = new ConcurrentHashMap<>();
    private final LongAdder failures = new LongAdder();
    private final LongAdder overflowed = new LongAdder();
    private final String source;

    Ledger(String source) {
        this.source = source;
    }

    void fail() {
        failures.increment();
    }

    long failures() {
        return failures.sum();
    }

    /** Counts samples that are only part of a sum. */
    void overflow(int samples) {
        overflowed.add(samples);
    }

    long overflowed() {
        return overflowed.sum();
    }

    /** Counts a sample that is left out. */
    void drop(Reason reason, String family, String detail) {
        LongAdder first = new LongAdder();
        LongAdder count = counts.putIfAbsent(reason, first);
        if (count == null) {
            // Once for each reason: what is wrong in one scrape is wrong in all.
            LOG.warn(
                    "sample left out: source={} family={} reason={} detail={}",
                    source,
                    family,
                    reason.label(),
                    detail);
            count = first;
        }
        count.increment();
    }

    /** How many for each reason that there was. */
    Map<Reason, Long> dropped() {
        Map<Reason, Long> sums = new TreeMap<>();
        counts.forEach((reason, count) -> sums.put(reason, count.sum()));
        return sums;
    }
}
