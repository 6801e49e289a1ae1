package io.drover.api.conntrack;

/**
 * What a connection carried, as the kernel counted it from its first packet on.
 *
 * @param originalPackets packets in the direction of the first packet
 * @param originalBytes their bytes, headers of IP counted
 * @param replyPackets packets of the answers
 * @param replyBytes their bytes
 */
public record Traffic(
        long originalPackets, long originalBytes, long replyPackets, long replyBytes) {

    /** Bytes of both directions. */
    public long bytes() {
        return originalBytes + replyBytes;
    }
}
