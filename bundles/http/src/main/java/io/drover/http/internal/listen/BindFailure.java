package io.drover.http.internal.listen;

import java.net.InetAddress;
import java.nio.file.Path;

/** A place where a listener cannot listen. */
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
    private final transient Path path;

    /** On TCP. */
    BindFailure(Kind kind, InetAddress address, int port, Throwable cause) {
        super(cause.getMessage(), cause);
        this.kind = kind;
        this.address = address;
        this.port = port;
        this.path = null;
    }

    /** On a Unix socket; what took it is the cause's message. */
    BindFailure(Kind kind, Path path, Throwable cause) {
        super(cause.getMessage(), cause);
        this.kind = kind;
        this.address = null;
        this.port = 0;
        this.path = path;
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

    /** Null on TCP. */
    Path path() {
        return path;
    }
}
