package io.drover.conntrack.internal.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Numbers of the format, each with its header of the kernel, and the reading of its integers:
 * lengths and types are in native order, values in network order.
 */
final class Wire {

    // linux/netlink.h: struct nlmsghdr { u32 length; u16 type; u16 flags; u32 sequence; u32 port; }
    static final int HEADER_BYTES = 16;
    static final int HEADER_TYPE = 4; // and the flags behind it
    static final int HEADER_SEQUENCE = 8; // and the port behind it
    static final int NLMSG_NOOP = 1;
    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;
    static final int NLMSG_OVERRUN = 4;
    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_MULTI = 0x2;
    static final int NLM_F_DUMP_INTR = 0x10;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;
    // struct nlattr { u16 length; u16 type; }
    static final int ATTRIBUTE_BYTES = 4;
    static final int ATTRIBUTE_TYPE = 2;
    static final int ATTRIBUTE_TYPE_MASK = 0x3fff;
    static final int NLA_F_NESTED = 0x8000;

    // linux/netfilter/nfnetlink.h: struct nfgenmsg { u8 family; u8 version; be16 resource; }
    static final int GENERIC_BYTES = 4;
    static final int BODY = HEADER_BYTES + GENERIC_BYTES;
    static final int NFNL_SUBSYS_CTNETLINK = 1;

    // linux/netfilter/nfnetlink_conntrack.h: enum cntl_msg_types
    static final int CT_NEW = NFNL_SUBSYS_CTNETLINK << 8;
    static final int CT_GET = CT_NEW | 1;
    static final int CT_DELETE = CT_NEW | 2;

    // enum ctattr_type
    static final int CTA_TUPLE_ORIG = 1;
    static final int CTA_TUPLE_REPLY = 2;
    static final int CTA_STATUS = 3;
    static final int CTA_PROTOINFO = 4;
    static final int CTA_TIMEOUT = 7;
    static final int CTA_MARK = 8;
    static final int CTA_COUNTERS_ORIG = 9;
    static final int CTA_COUNTERS_REPLY = 10;
    static final int CTA_USE = 11;
    static final int CTA_ID = 12;
    static final int CTA_ZONE = 18;
    static final int CTA_TIMESTAMP = 20;
    static final int CTA_LABELS = 22;
    static final int CTA_STATUS_MASK = 26;
    static final int CTA_TIMESTAMP_EVENT = 27;

    // enum ctattr_counters, ctattr_tstamp: two words of 64 bits each
    static final int CTA_FIRST = 1;
    static final int CTA_SECOND = 2;

    // enum ctattr_protoinfo
    static final int CTA_PROTOINFO_TCP = 1;
    static final int CTA_PROTOINFO_DCCP = 2;
    static final int CTA_PROTOINFO_SCTP = 3;

    // enum ctattr_protoinfo_tcp
    static final int CTA_PROTOINFO_STATE = 1;
    static final int CTA_PROTOINFO_TCP_WSCALE_ORIGINAL = 2;
    static final int CTA_PROTOINFO_TCP_WSCALE_REPLY = 3;
    static final int CTA_PROTOINFO_TCP_FLAGS_ORIGINAL = 4;
    static final int CTA_PROTOINFO_TCP_FLAGS_REPLY = 5;

    // enum ctattr_protoinfo_dccp
    static final int CTA_PROTOINFO_DCCP_ROLE = 2;
    static final int CTA_PROTOINFO_DCCP_HANDSHAKE_SEQ = 3;

    // enum ctattr_protoinfo_sctp
    static final int CTA_PROTOINFO_SCTP_VTAG_ORIGINAL = 2;
    static final int CTA_PROTOINFO_SCTP_VTAG_REPLY = 3;

    // enum ctattr_tuple
    static final int CTA_TUPLE_IP = 1;
    static final int CTA_TUPLE_PROTO = 2;
    static final int CTA_TUPLE_ZONE = 3;

    // enum ctattr_ip
    static final int CTA_IP_V4_SRC = 1;
    static final int CTA_IP_V4_DST = 2;
    static final int CTA_IP_V6_SRC = 3;
    static final int CTA_IP_V6_DST = 4;

    // enum ctattr_l4proto
    static final int CTA_PROTO_NUM = 1;
    static final int CTA_PROTO_SRC_PORT = 2;
    static final int CTA_PROTO_DST_PORT = 3;
    static final int CTA_PROTO_ICMP_ID = 4;
    static final int CTA_PROTO_ICMP_TYPE = 5;
    static final int CTA_PROTO_ICMP_CODE = 6;
    static final int CTA_PROTO_ICMPV6_ID = 7;
    static final int CTA_PROTO_ICMPV6_TYPE = 8;
    static final int CTA_PROTO_ICMPV6_CODE = 9;

    // linux/netfilter/nf_conntrack_common.h, enum ip_conntrack_status
    static final int IPS_SRC_NAT = 1 << 4;
    static final int IPS_DST_NAT = 1 << 5;
    static final int IPS_NAT = IPS_SRC_NAT | IPS_DST_NAT;

    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Wire() {}

    /** Where the next attribute or message begins. */
    static int aligned(int length) {
        return (length + 3) & ~3;
    }

    static int u16(ByteBuffer buffer, int at) {
        return Short.toUnsignedInt(buffer.getShort(at));
    }

    /** An attribute's header as one number of 32 bits, as it is read in native order. */
    static int header(int length, int type) {
        return LITTLE ? type << 16 | length : length << 16 | type;
    }

    /** The length in an attribute's header. */
    static int length(int header) {
        return firstHalf(header);
    }

    /** The type in an attribute's header, without its flags. */
    static int type(int header) {
        return secondHalf(header) & ATTRIBUTE_TYPE_MASK;
    }

    /** The number of 16 bits that lies first in one of 32. */
    static int firstHalf(int word) {
        return LITTLE ? word & 0xffff : word >>> 16;
    }

    /** The number of 16 bits that lies second in one of 32. */
    static int secondHalf(int word) {
        return LITTLE ? word >>> 16 : word & 0xffff;
    }

    /** Two numbers of 32 bits as the one of 64 that they are read as. */
    static long pair(int first, int second) {
        return LITTLE
                ? (long) second << 32 | Integer.toUnsignedLong(first)
                : (long) first << 32 | Integer.toUnsignedLong(second);
    }

    /** The number of 32 bits that lies first in one of 64. */
    static int first(long pair) {
        return (int) (LITTLE ? pair : pair >>> 32);
    }

    /** The number of 32 bits that lies second in one of 64. */
    static int second(long pair) {
        return (int) (LITTLE ? pair >>> 32 : pair);
    }

    static int network16(ByteBuffer buffer, int at) {
        short value = buffer.getShort(at);
        return Short.toUnsignedInt(LITTLE ? Short.reverseBytes(value) : value);
    }

    static int network32(ByteBuffer buffer, int at) {
        int value = buffer.getInt(at);
        return LITTLE ? Integer.reverseBytes(value) : value;
    }

    static long network64(ByteBuffer buffer, int at) {
        long value = buffer.getLong(at);
        return LITTLE ? Long.reverseBytes(value) : value;
    }

    static short toNetwork(short value) {
        return LITTLE ? Short.reverseBytes(value) : value;
    }

    static int toNetwork(int value) {
        return LITTLE ? Integer.reverseBytes(value) : value;
    }

    static long toNetwork(long value) {
        return LITTLE ? Long.reverseBytes(value) : value;
    }
}
