package io.drover.api.kernel;

import java.io.IOException;
import java.util.Objects;

/** The kernel refused a system call. */
public final class KernelException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int number;

    /**
     * @param operation the call and its subject: {@code bind netlink socket conntrack}
     * @param number the call's errno
     */
    public KernelException(String operation, int number) {
        super(Objects.requireNonNull(operation, "operation") + ": " + Errno.describe(number));
        this.number = number;
    }

    /** What went wrong, for callers that have an answer to it. */
    public Errno errno() {
        return Errno.of(number);
    }

    /** The number itself. */
    public int number() {
        return number;
    }
}
