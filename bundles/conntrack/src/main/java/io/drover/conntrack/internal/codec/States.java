package io.drover.conntrack.internal.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Names of the states of protocols, as conntrack-tools write them. Pure. */
public final class States {

    private static final int TCP = 6;
    private static final int DCCP = 33;
    private static final int SCTP = 132;

    // linux/netfilter/nf_conntrack_tcp.h, enum tcp_conntrack
    private static final List<String> OF_TCP =
            List.of(
                    "",
                    "SYN_SENT",
                    "SYN_RECV",
                    "ESTABLISHED",
                    "FIN_WAIT",
                    "CLOSE_WAIT",
                    "LAST_ACK",
                    "TIME_WAIT",
                    "CLOSE",
                    "SYN_SENT2");

    // linux/netfilter/nf_conntrack_sctp.h, enum sctp_conntrack
    private static final List<String> OF_SCTP =
            List.of(
                    "",
                    "CLOSED",
                    "COOKIE_WAIT",
                    "COOKIE_ECHOED",
                    "ESTABLISHED",
                    "SHUTDOWN_SENT",
                    "SHUTDOWN_RECD",
                    "SHUTDOWN_ACK_SENT",
                    "HEARTBEAT_SENT",
                    "HEARTBEAT_ACKED");

    // linux/netfilter/nf_conntrack_dccp.h, enum ct_dccp_states
    private static final List<String> OF_DCCP =
            List.of(
                    "",
                    "REQUEST",
                    "RESPOND",
                    "PARTOPEN",
                    "OPEN",
                    "CLOSEREQ",
                    "CLOSING",
                    "TIMEWAIT",
                    "IGNORE",
                    "INVALID");

    private States() {}

    /** The name of a state; empty for one that the protocol does not have. */
    public static String name(int protocol, int state) {
        List<String> names = of(protocol);
        return state < names.size() ? names.get(state) : "";
    }

    /** The number of a state by its name; -1 if the protocol has none of that name. */
    public static int number(int protocol, String name) {
        return name.isEmpty() ? -1 : of(protocol).indexOf(name);
    }

    /** All names. */
    public static List<String> names() {
        TreeSet<String> names = new TreeSet<>();
        for (List<String> some : List.of(OF_TCP, OF_SCTP, OF_DCCP)) {
            names.addAll(some.subList(1, some.size()));
        }
        return new ArrayList<>(names);
    }

    private static List<String> of(int protocol) {
        return switch (protocol) {
            case TCP -> OF_TCP;
            case SCTP -> OF_SCTP;
            case DCCP -> OF_DCCP;
            default -> List.of();
        };
    }
}
