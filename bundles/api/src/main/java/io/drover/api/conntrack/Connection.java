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
 * @param state the protocol's own state in capitals, as {@code SYN_SENT} or {@code ESTABLISHED}, as
 *     the kernel last told it; empty for a protocol without states, and where it is not known:
 *     changes of a state are told only if they are asked for, else by readings of the kernel's
 *     table
 * @param since the second (Unix time) in which the table first knew of it; 0 where that is not
 *     known
 * @param told the second (Unix time) in which the kernel last told of it: {@code state}, {@code
 *     status} and {@code mark} are as they were then; 0 in an event, which tells of its own moment
 */
public record Connection(
        int protocol,
        Tuple original,
        Tuple reply,
        int zone,
        int status,
        long mark,
        long id,
        long namespace,
        String state,
        long since,
        long told) {

    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;

    public Connection {
        Objects.requireNonNull(original, "original");
        Objects.requireNonNull(reply, "reply");
        Objects.requireNonNull(state, "state");
    }

    /** One whose state and age are not known. */
    public Connection(
            int protocol,
            Tuple original,
            Tuple reply,
            int zone,
            int status,
            long mark,
            long id,
            long namespace) {
        this(protocol, original, reply, zone, status, mark, id, namespace, "", 0, 0);
    }

    /** Whether an address or port was translated: the answers do not mirror the first packet. */
    public boolean translated() {
        return !effective().equals(original);
    }

    /** Who sent the first packet, and to whom, after translation: what the receiving host sees. */
    public Tuple effective() {
        if (protocol == ICMP || protocol == ICMPV6) {
            // An answer has the query's id, and a type of its own that tells of no translation.
            Tuple query = reply.reversed();
            return new Tuple(
                    query.source(),
                    reply.sourcePort(),
                    query.destination(),
                    original.destinationPort());
        }
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
