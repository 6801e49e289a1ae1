package io.drover.kernel.internal;

/**
 * The C library, bound by JNA's direct mapping. Primitive signatures alone: a pointer and a size
 * are longs (x86-64 and aarch64), so that a call neither allocates nor converts. After a result of
 * -1 the caller reads {@link com.sun.jna.Native#getLastError} before anything else.
 */
final class LibC {

    private LibC() {}

    static native int socket(int domain, int type, int protocol);

    static native int bind(int fd, long address, int length);

    static native int getsockname(int fd, long address, long length);

    static native int setsockopt(int fd, int level, int option, long value, int length);

    static native int getsockopt(int fd, int level, int option, long value, long length);

    static native long send(int fd, long bytes, long length, int flags);

    static native long sendto(
            int fd, long bytes, long length, int flags, long address, int addressLength);

    static native int recvmmsg(int fd, long messages, int count, int flags, long timeout);

    static native int poll(long descriptors, long count, int timeoutMillis);

    static native int eventfd(int initial, int flags);

    static native long read(int fd, long bytes, long length);

    static native long write(int fd, long bytes, long length);

    static native int open(long path, int flags);

    static native int setns(int fd, int kind);

    static native int getrlimit(int resource, long limit);

    static native int setrlimit(int resource, long limit);

    static native int prctl(int option, long second, long third, long fourth, long fifth);

    static native int close(int fd);
}
