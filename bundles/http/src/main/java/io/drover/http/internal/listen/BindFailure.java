package io.drover.http.internal.listen;

import java.net.InetAddress;

/** An address on which a listener cannot listen. */
final class BindFailure extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why it cannot. */
    enum Kind {
        TAKEN,
        NOT_OURS,
        DENIED,
        OTHER
    }

    private final Kind kind;
    private final transient InetAddress address;
    private final int port;

    BindFailure(Kind kind, InetAddress address, int port, Throwable cause) {
        super(cause.getMessage(), cause);
        this.kind = kind;
        this.address = address;
        this.port = port;
    }

    Kind kind() {
        return kind;
    }

    InetAddress address() {
        return address;
    }

    int port() {
        return port;
    }
}
