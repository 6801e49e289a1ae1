package io.drover.api.conntrack;

import java.net.InetAddress;
import java.util.Objects;

/**
 * One direction of a connection.
 *
 * @param source the sender's address
 * @param sourcePort its port; 0 for a protocol without ports; for ICMP the query's id
 * @param destination the receiver's address, of the same family as {@code source}
 * @param destinationPort its port; 0 for a protocol without ports; for ICMP type and code as {@code
 *     type << 8 | code}
 */
public record Tuple(
        InetAddress source, int sourcePort, InetAddress destination, int destinationPort) {

    public Tuple {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(destination, "destination");
    }

    /** The other direction. */
    public Tuple reversed() {
        return new Tuple(destination, destinationPort, source, sourcePort);
    }
}
