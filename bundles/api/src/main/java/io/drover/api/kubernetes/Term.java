package io.drover.api.kubernetes;

import java.util.Objects;

/**
 * One uninterrupted reign of this process over one election: the fencing token of every write that
 * is made in it.
 *
 * @param election the election's name
 * @param leaseUid the uid of the Lease object; terms of one uid are ordered by {@code transitions}
 * @param transitions the Lease's {@code leaseTransitions}; a later term of the same Lease has a
 *     higher one
 * @param validUntilNanos the instant of {@link System#nanoTime()} up to which leadership was
 *     certain when this was read; a renewal moves it. Compare by subtraction.
 */
public record Term(String election, String leaseUid, long transitions, long validUntilNanos) {

    public Term {
        Objects.requireNonNull(election, "election");
        Objects.requireNonNull(leaseUid, "leaseUid");
    }

    /** Whether {@code other} is the same reign, perhaps read at another time. */
    public boolean sameAs(Term other) {
        return transitions == other.transitions
                && election.equals(other.election)
                && leaseUid.equals(other.leaseUid);
    }

    /** Whether leadership was certain at an instant of {@link System#nanoTime()}. */
    public boolean validAt(long nanos) {
        return validUntilNanos - nanos > 0;
    }
}
