package io.drover.api.kubernetes;

import java.util.Objects;
import java.util.Optional;

/**
 * How an election stands for this process.
 *
 * @param election its name
 * @param identity the name under which this process takes part
 * @param term our term; empty while we do not lead
 * @param leader the identity of whoever leads as far as we have seen; empty when nobody does or
 *     nothing was seen yet
 * @param transitions how often the Lease changed hands
 * @param renewals how often this process renewed its lease
 * @param problem why the newest attempt failed, in a sentence; empty when it did not
 */
public record Standing(
        String election,
        String identity,
        Optional<Term> term,
        String leader,
        long transitions,
        long renewals,
        String problem) {

    public Standing {
        Objects.requireNonNull(election, "election");
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(term, "term");
        Objects.requireNonNull(leader, "leader");
        Objects.requireNonNull(problem, "problem");
    }
}
