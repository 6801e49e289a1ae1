package io.drover.metrics.internal;

import io.drover.api.http.ProblemException;
import io.drover.api.http.Request;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a client wants of the page, and by when.
 *
 * @param sources by name ({@code collect[]}); empty for all
 * @param names of families or samples ({@code name[]}); empty for all
 * @param timeout for all of it; empty when the client does not say
 */
record Wanted(Set<String> sources, Set<String> names, Optional<Duration> timeout) {

    static final String COLLECT = "collect[]";
    static final String NAME = "name[]";

    /** All of it, with time enough. */
    static final Wanted ALL = new Wanted(Set.of(), Set.of(), Optional.empty());

    private static final String TIMEOUT = "X-Prometheus-Scrape-Timeout-Seconds";

    /** What is left for the way to the client, of a time that is long enough. */
    private static final Duration WAY = Duration.ofMillis(500);

    private static final Duration TIMEOUT_MAX = Duration.ofMinutes(10);

    /**
     * Reads a request.
     *
     * @throws ProblemException (400) for a source that there is not
     */
    static Wanted of(Request request, List<String> known) throws ProblemException {
        Set<String> sources = new HashSet<>(request.queries(COLLECT));
        for (String source : sources) {
            if (!known.contains(source)) {
                throw ProblemException.badRequest(
                        "%s must be one of %s, is '%s'"
                                .formatted(COLLECT, String.join(", ", known), source));
            }
        }
        return new Wanted(
                sources,
                new HashSet<>(request.queries(NAME)),
                request.header(TIMEOUT).flatMap(Wanted::timeout));
    }

    boolean source(String name) {
        return sources.isEmpty() || sources.contains(name);
    }

    /** Whether the family or one of its samples is named. */
    boolean family(Definition definition) {
        if (names.isEmpty() || names.contains(definition.family().name())) {
            return true;
        }
        for (String name : definition.sampleNames()) {
            if (names.contains(name)) {
                return true;
            }
        }
        return false;
    }

    /** The client gives up after so many seconds; empty for what is none of that. */
    static Optional<Duration> timeout(String header) {
        if (!header.strip().matches("\\d{1,5}(\\.\\d{1,9})?")) {
            return Optional.empty();
        }
        long millis = (long) (Double.parseDouble(header.strip()) * 1_000);
        Duration whole = Duration.ofMillis(Math.min(millis, TIMEOUT_MAX.toMillis()));
        // As the blackbox exporter does; of a short time at least the half.
        Duration less = whole.minus(WAY);
        Duration half = whole.dividedBy(2);
        return Optional.of(less.compareTo(half) > 0 ? less : half);
    }
}
