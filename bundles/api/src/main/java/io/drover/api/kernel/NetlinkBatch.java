package io.drover.api.kernel;

import java.nio.ByteBuffer;

/** Room for datagrams that are received together. Belongs to one thread at a time. */
public interface NetlinkBatch {

    /** What {@link #namespaceId} says of a message from the socket's own namespace. */
    int OWN_NAMESPACE = -1;

    /** How many datagrams fit. */
    int capacity();

    /**
     * The bytes of a datagram, from position 0 to its limit, in native byte order. Always the same
     * buffer for an index; its content is that of the last {@link NetlinkSocket#receive}.
     *
     * @param index below what {@code receive} returned
     */
    ByteBuffer datagram(int index);

    /** Whether the datagram was longer than its room and lacks its end. */
    boolean truncated(int index);

    /**
     * The id, in the socket's namespace, of the network namespace that the message came from; only
     * a socket that hears all namespaces has others than {@value #OWN_NAMESPACE}.
     */
    int namespaceId(int index);
}
