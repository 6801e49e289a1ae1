package io.drover.conntrack.internal.codec;

/**
 * One message about one entry of the kernel's table, as raw bits. {@link Decoder} fills the same
 * object for each message; who wants to keep something copies it. One thread.
 */
public final class ConntrackMessage {

    /** What the message says of the entry. */
    public enum Kind {
        /** It came into being, or, in a dump, it is there. */
        NEW,
        /** Something of it changed. */
        UPDATE,
        /** It has gone. */
        DESTROY
    }

    /** Bits of {@link #present}. */
    static final int STATUS = 1;

    static final int TIMEOUT = 1 << 1;
    static final int MARK = 1 << 2;
    static final int USE = 1 << 3;
    static final int ID = 1 << 4;

    /** Ports, or what a protocol has in their place. */
    static final int PORTS = 1 << 6;

    /** Attributes that are passed over: helpers, security contexts, sequence offsets and such. */
    static final int OTHERS = 1 << 5;

    static final int COUNTERS_ORIGINAL = 1 << 7;
    static final int COUNTERS_REPLY = 1 << 13;
    static final int TIMESTAMP = 1 << 8;
    static final int STOPPED = 1 << 9;
    static final int EVENT_TIME = 1 << 10;
    static final int LABELS = 1 << 11;
    static final int INFO = 1 << 12;

    Kind kind = Kind.NEW;
    int flags;
    int sequence;
    int port;
    boolean ipv6;
    int protocol;
    final Direction original = new Direction();
    final Direction reply = new Direction();
    boolean zoneOfTuples;
    int present;
    int status;
    int timeout;
    int mark;
    int use;
    int id;
    long originalPackets;
    long originalBytes;
    long replyPackets;
    long replyBytes;
    long startNanos;
    long stopNanos;
    long eventNanos;
    long labelsFirst;
    long labelsLast;
    final ProtocolInfo info = new ProtocolInfo();

    void clear() {
        original.clear();
        reply.clear();
        ipv6 = false;
        protocol = 0;
        zoneOfTuples = false;
        present = 0;
        status = 0;
        timeout = 0;
        mark = 0;
        use = 0;
        id = 0;
    }

    /** What it says. */
    public Kind kind() {
        return kind;
    }

    /** Whether it is part of a dump and not an event. */
    public boolean ofDump() {
        return (flags & Wire.NLM_F_MULTI) != 0;
    }

    /** Whether the kernel says that the dump is not of one moment and should be asked for again. */
    public boolean dumpInterrupted() {
        return (flags & Wire.NLM_F_DUMP_INTR) != 0;
    }

    /** Whether the addresses are IPv6. */
    public boolean ipv6() {
        return ipv6;
    }

    /** The protocol's number in the IP header. */
    public int protocol() {
        return protocol;
    }

    /** The direction of the first packet. */
    public Direction original() {
        return original;
    }

    /** The direction of the answers. */
    public Direction reply() {
        return reply;
    }

    /** CTA_STATUS; 0 if absent. */
    public int status() {
        return status;
    }

    /** Seconds until the entry expires; 0 if absent. */
    public int timeout() {
        return timeout;
    }

    /** CTA_MARK, unsigned; 0 if absent. */
    public int mark() {
        return mark;
    }

    /** Whether {@link #id} is there. */
    public boolean hasId() {
        return (present & ID) != 0;
    }

    /** CTA_ID, unsigned; 0 if absent. */
    public int id() {
        return id;
    }

    /** Whether an address or port was translated (IPS_SRC_NAT, IPS_DST_NAT). */
    public boolean translated() {
        return (status & Wire.IPS_NAT) != 0;
    }

    /** Whether the packets and bytes of both directions are there. */
    public boolean hasCounters() {
        return (present & (COUNTERS_ORIGINAL | COUNTERS_REPLY)) != 0;
    }

    /** Packets in the direction of the first one. */
    public long originalPackets() {
        return (present & COUNTERS_ORIGINAL) != 0 ? originalPackets : 0;
    }

    /** Their bytes. */
    public long originalBytes() {
        return (present & COUNTERS_ORIGINAL) != 0 ? originalBytes : 0;
    }

    /** Packets of the answers. */
    public long replyPackets() {
        return (present & COUNTERS_REPLY) != 0 ? replyPackets : 0;
    }

    /** Their bytes. */
    public long replyBytes() {
        return (present & COUNTERS_REPLY) != 0 ? replyBytes : 0;
    }

    /** When it came into being, in nanoseconds of Unix time; 0 if the kernel does not note it. */
    public long startNanos() {
        return (present & TIMESTAMP) != 0 ? startNanos : 0;
    }

    /** When it went; 0 if absent. */
    public long stopNanos() {
        return (present & STOPPED) != 0 ? stopNanos : 0;
    }

    /** When the event happened; 0 if absent. */
    public long eventNanos() {
        return (present & EVENT_TIME) != 0 ? eventNanos : 0;
    }

    /** Bits 0 to 63 of the labels; 0 if absent. */
    public long labelsFirst() {
        return (present & LABELS) != 0 ? labelsFirst : 0;
    }

    /** Bits 64 to 127 of the labels; 0 if absent. */
    public long labelsLast() {
        return (present & LABELS) != 0 ? labelsLast : 0;
    }

    /** Whether the protocol's own state is there. */
    public boolean hasState() {
        return (present & INFO) != 0;
    }

    /** The protocol's own state, see {@link States}; 0 if absent. */
    public int state() {
        return hasState() ? info.state & 0xf : 0;
    }

    /** Whether it has nothing that is passed over, so that encoding it gives the same bytes. */
    public boolean whole() {
        return (present & OTHERS) == 0;
    }
}
