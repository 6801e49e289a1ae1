package io.drover.api.kernel;

/**
 * Error numbers that a caller may have an answer to, as on x86-64 and aarch64
 * (asm-generic/errno-base.h, asm-generic/errno.h).
 */
public enum Errno {
    EPERM(1, "operation not permitted"),
    ENOENT(2, "no such file or directory"),
    EINTR(4, "interrupted"),
    EBADF(9, "bad file descriptor"),
    EAGAIN(11, "try again"),
    ENOMEM(12, "out of memory"),
    EACCES(13, "permission denied"),
    EBUSY(16, "busy"),
    EINVAL(22, "invalid argument"),
    ENFILE(23, "too many open files in the system"),
    EMFILE(24, "too many open files in this process"),
    EPROTONOSUPPORT(93, "protocol not supported"),
    EOPNOTSUPP(95, "operation not supported"),
    EAFNOSUPPORT(97, "address family not supported"),
    ENOBUFS(105, "no buffer space"),
    ECONNREFUSED(111, "nobody listens there"),
    /** Any other. */
    OTHER(0, "");

    private final int number;
    private final String meaning;

    Errno(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** The constant for a number, {@link #OTHER} if there is none. */
    public static Errno of(int number) {
        for (Errno errno : values()) {
            if (errno != OTHER && errno.number == number) {
                return errno;
            }
        }
        return OTHER;
    }

    /** A number for people: {@code EPERM (operation not permitted)}. */
    public static String describe(int number) {
        Errno errno = of(number);
        return errno == OTHER ? "errno " + number : errno + " (" + errno.meaning + ")";
    }
}
