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
}
