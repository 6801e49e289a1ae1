package io.drover.api.kernel;

import java.io.IOException;

/** The socket is not this caller's any more. */
public final class NetlinkClosedException extends IOException {

    private static final long serialVersionUID = 1L;

    /** How that came about. */
    public enum Reason {
        /** Its owner closed it. */
        CLOSED,
        /** Its owner parked it. */
        PARKED,
        /** The bundle kernel stops or is being replaced; a new {@link Netlink} may come. */
        KERNEL_STOPPED
    }

    private final Reason reason;

    public NetlinkClosedException(String name, Reason reason) {
        super("netlink socket " + name + ": " + reason);
        this.reason = reason;
    }

    /** How that came about. */
    public Reason reason() {
        return reason;
    }
}
