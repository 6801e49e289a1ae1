package io.drover.api.conntrack;

import java.util.Objects;

/**
 * One connection of the table.
 *
 * @param protocol the number in the IP header: 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6, 132 SCTP (IANA
 *     protocol numbers)
 * @param original the direction of the first packet, as its sender wrote it
 * @param reply the direction of the answers, as they arrive here; the mirror of {@code original}
 *     unless an address was translated
 * @param zone the conntrack zone, 0 for the default one
 * @param status the bits of CTA_STATUS (linux/netfilter/nf_conntrack_common.h, enum
 *     ip_conntrack_status)
 * @param mark the connection's mark, 0 if none
 * @param id the kernel's id of the entry, unsigned 32 bits; not unique over time
 * @param namespace inode of the network namespace it was seen in
 */
public record Connection(
        int protocol,
        Tuple original,
        Tuple reply,
        int zone,
        int status,
        long mark,
        long id,
        long namespace) {

    public Connection {
        Objects.requireNonNull(original, "original");
        Objects.requireNonNull(reply, "reply");
    }

    /** Whether an address or port was translated: the answers do not mirror the first packet. */
    public boolean translated() {
        return !reply.equals(original.reversed());
    }

    /** Who sent the first packet, and to whom, after translation: what the receiving host sees. */
    public Tuple effective() {
        return reply.reversed();
    }

    /** The protocol's name in small letters, or its number. */
    public String protocolName() {
        return switch (protocol) {
            case 1 -> "icmp";
            case 6 -> "tcp";
            case 17 -> "udp";
            case 33 -> "dccp";
            case 47 -> "gre";
            case 58 -> "icmpv6";
            case 132 -> "sctp";
            case 136 -> "udplite";
            default -> Integer.toString(protocol);
        };
    }
}
