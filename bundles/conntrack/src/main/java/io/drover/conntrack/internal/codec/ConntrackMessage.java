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

    /** Attributes that are passed over: protocol state, counters, labels and such. */
    static final int OTHERS = 1 << 5;

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

    /** Whether it has nothing that is passed over, so that encoding it gives the same bytes. */
    public boolean whole() {
        return (present & OTHERS) == 0;
    }
}
