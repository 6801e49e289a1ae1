package io.drover.api.diagnosis;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Runs the self-checks of all bundles. Given by the bundle {@code core}; any thread. The shell, the
 * command line and the API are three faces of it.
 */
public interface Diagnosis {

    /** The suites that are there now, in the order in which they run. */
    List<Entry> suites();

    /**
     * Runs suites and blocks until the last has answered or was cut off at its deadline; a suite
     * that throws or hangs gives a failed check in its place.
     *
     * @param names of suites; empty for all
     * @throws IllegalArgumentException for a name that is not there; the message lists those that
     *     are
     */
    Report run(Collection<String> names) throws InterruptedException;

    /** A report as a person reads it on a terminal. */
    String text(Report report);

    /**
     * A suite that is there.
     *
     * @param name as a person types it
     * @param about half a sentence
     */
    record Entry(String name, String about) {}

    /**
     * What a run found.
     *
     * @param at when it began
     * @param passed whether no check failed; a warning is no failure
     * @param outcomes of each suite
     */
    record Report(Instant at, boolean passed, List<Outcome> outcomes) {
        public Report {
            outcomes = List.copyOf(outcomes);
        }
    }

    /**
     * What one suite found.
     *
     * @param suite which
     * @param took how long
     * @param checks never empty
     */
    record Outcome(Entry suite, Duration took, List<Check> checks) {
        public Outcome {
            checks = List.copyOf(checks);
        }
    }
}
