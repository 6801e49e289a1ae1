package io.drover.kubernetes.internal.election;

import io.drover.api.kubernetes.ClusterException;
import java.util.Optional;

/**
 * Where one Lease lies. Calls block, each no longer than {@code timeoutNanos}. Used by one thread.
 */
public interface LeaseStore {

    /** The namespace of the Lease. */
    String namespace();

    /** The name of the Lease. */
    String name();

    /** Reads it; empty when there is none. */
    Optional<LeaseRecord> read(long timeoutNanos) throws ClusterException;

    /**
     * Creates it.
     *
     * @throws ClusterException with CONFLICT when it exists
     */
    LeaseRecord create(LeaseRecord lease, long timeoutNanos) throws ClusterException;

    /**
     * Replaces the version that {@code lease} was made from.
     *
     * @throws ClusterException with CONFLICT when that is not the present one, with NOT_FOUND when
     *     there is none
     */
    LeaseRecord replace(LeaseRecord lease, long timeoutNanos) throws ClusterException;

    /**
     * Begins to follow it; does not block.
     *
     * @param version of the Lease from which it is followed
     * @return ends it, after which the follower is not told anything any more
     */
    Runnable follow(String version, Follower follower);

    /** Is told of changes, in order, on any thread; must not block. */
    interface Follower {
        /** From now on every change is told. */
        void opened();

        /** The Lease is as it is now. */
        void changed(LeaseRecord lease);

        /** Nothing more is told, or the Lease is gone. */
        void ended(String why);
    }
}
