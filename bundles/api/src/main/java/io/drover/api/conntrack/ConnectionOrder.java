package io.drover.api.conntrack;

import java.util.Objects;

/**
 * How a page of connections is sorted. Ties are broken, so that each order is total and pages never
 * overlap.
 *
 * @param key by what
 * @param descending the largest first
 */
public record ConnectionOrder(Key key, boolean descending) {

    /** The youngest first. */
    public static final ConnectionOrder YOUNGEST = new ConnectionOrder(Key.SINCE, true);

    /** What connections are compared by; addresses and ports are those of the first packet. */
    public enum Key {
        /** When the table first knew of it. */
        SINCE,
        /** The protocol's number. */
        PROTOCOL,
        SOURCE,
        SOURCE_PORT,
        DESTINATION,
        DESTINATION_PORT,
        /** The protocol's own state. */
        STATE,
        /** The namespace's inode. */
        NAMESPACE
    }

    public ConnectionOrder {
        Objects.requireNonNull(key, "key");
    }
}
