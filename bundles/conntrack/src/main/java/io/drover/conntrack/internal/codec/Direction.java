package io.drover.conntrack.internal.codec;

/**
 * One direction of a connection as raw bits, to be filled again and again. Ports mean what {@link
 * io.drover.api.conntrack.Tuple} says. An IPv4 address lies in the low 32 bits.
 */
public final class Direction {

    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int sourcePort;
    int destinationPort;
    int zone;

    void clear() {
        sourceHigh = 0;
        sourceLow = 0;
        destinationHigh = 0;
        destinationLow = 0;
        sourcePort = 0;
        destinationPort = 0;
        zone = 0;
    }

    /** The first 64 bits of an IPv6 source; 0 for IPv4. */
    public long sourceHigh() {
        return sourceHigh;
    }

    /** The last 64 bits of the source. */
    public long sourceLow() {
        return sourceLow;
    }

    /** The first 64 bits of an IPv6 destination; 0 for IPv4. */
    public long destinationHigh() {
        return destinationHigh;
    }

    /** The last 64 bits of the destination. */
    public long destinationLow() {
        return destinationLow;
    }

    /** 0 to 65,535. */
    public int sourcePort() {
        return sourcePort;
    }

    /** 0 to 65,535. */
    public int destinationPort() {
        return destinationPort;
    }

    /** The conntrack zone of this direction; 0 is the default one. */
    public int zone() {
        return zone;
    }
}
