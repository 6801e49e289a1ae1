package io.drover.kernel.internal;

import com.sun.jna.Native;
import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.ProcessLimits;
import io.drover.api.kernel.UnixDatagrams;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Native calls that leave nothing open. Any thread; none blocks. A gate tells when nobody is inside
 * any more, so that the library can be unbound.
 */
public final class ProcessCalls implements ProcessLimits, UnixDatagrams {

    private final Gate gate = new Gate();
    private volatile boolean empty;

    @Override
    public Limit coreSize() throws KernelException {
        enter();
        try {
            return readCoreSize();
        } finally {
            leave();
        }
    }

    private static Limit readCoreSize() throws KernelException {
        ByteBuffer limit = Memory.allocate(Linux.RLIMIT_BYTES);
        checked("read RLIMIT_CORE", LibC.getrlimit(Linux.RLIMIT_CORE, Memory.addressOf(limit)));
        return new Limit(fromKernel(limit.getLong(0)), fromKernel(limit.getLong(Long.BYTES)));
    }

    @Override
    public void setCoreSize(long soft) throws KernelException {
        if (soft < 0) {
            throw new IllegalArgumentException("a limit is 0 or more, not " + soft);
        }
        enter();
        try {
            ByteBuffer limit =
                    Memory.allocate(Linux.RLIMIT_BYTES)
                            .putLong(0, toKernel(soft))
                            .putLong(Long.BYTES, toKernel(readCoreSize().hard()));
            checked(
                    "set RLIMIT_CORE to " + soft,
                    LibC.setrlimit(Linux.RLIMIT_CORE, Memory.addressOf(limit)));
        } finally {
            leave();
        }
    }

    /** RLIM_INFINITY has all bits set. */
    private static long fromKernel(long limit) {
        return limit < 0 ? UNLIMITED : limit;
    }

    private static long toKernel(long limit) {
        return limit == UNLIMITED ? -1 : limit;
    }

    @Override
    public int dumpable() throws KernelException {
        enter();
        try {
            return checked("read PR_GET_DUMPABLE", LibC.prctl(Linux.PR_GET_DUMPABLE, 0, 0, 0, 0));
        } finally {
            leave();
        }
    }

    @Override
    public void setDumpable(boolean allowed) throws KernelException {
        enter();
        try {
            checked(
                    "set PR_SET_DUMPABLE",
                    LibC.prctl(Linux.PR_SET_DUMPABLE, allowed ? 1 : 0, 0, 0, 0));
        } finally {
            leave();
        }
    }

    @Override
    public void send(String address, byte[] message) throws KernelException {
        ByteBuffer name = nameOf(address);
        ByteBuffer bytes = Memory.allocate(Math.max(1, message.length)).put(message);
        enter();
        try {
            send(address, name, bytes, message.length);
        } finally {
            leave();
        }
    }

    private static void send(String address, ByteBuffer name, ByteBuffer bytes, int length)
            throws KernelException {
        int socket =
                checked(
                        "open a unix socket",
                        LibC.socket(Linux.AF_UNIX, Linux.SOCK_DGRAM | Linux.SOCK_CLOEXEC, 0));
        try {
            long sent =
                    LibC.sendto(
                            socket,
                            Memory.addressOf(bytes),
                            length,
                            Linux.MSG_DONTWAIT | Linux.MSG_NOSIGNAL,
                            Memory.addressOf(name),
                            name.limit());
            if (sent < 0) {
                throw new KernelException("send to " + address, Native.getLastError());
            }
        } finally {
            LibC.close(socket);
        }
    }

    /** struct sockaddr_un; an abstract name begins with a zero byte and ends with its length. */
    private static ByteBuffer nameOf(String address) {
        byte[] name = address.getBytes(StandardCharsets.UTF_8);
        boolean known = address.startsWith("/") || address.startsWith("@");
        if (!known || name.length < 2 || name.length > Linux.SUN_PATH_BYTES - 1) {
            throw new IllegalArgumentException(
                    "a unix address is a path or a name with @, of 2 to "
                            + (Linux.SUN_PATH_BYTES - 1)
                            + " bytes, not "
                            + address);
        }
        ByteBuffer memory = Memory.allocate(Short.BYTES + Linux.SUN_PATH_BYTES);
        memory.putShort((short) Linux.AF_UNIX).put(name);
        if (name[0] == '@') {
            memory.put(Short.BYTES, (byte) 0);
            return memory.limit(Short.BYTES + name.length);
        }
        return memory.limit(Short.BYTES + name.length + 1);
    }

    private static int checked(String what, int result) throws KernelException {
        if (result >= 0) {
            return result;
        }
        throw new KernelException(what, Native.getLastError());
    }

    private void enter() {
        if (!gate.enter()) {
            throw new IllegalStateException("the bundle kernel has stopped");
        }
    }

    private void leave() {
        if (gate.leave()) {
            empty = true;
        }
    }

    /**
     * Lets nobody in any more.
     *
     * @return whether every thread has left within {@code bound}
     */
    public boolean stop(Duration bound) {
        if (gate.shut()) {
            empty = true;
        }
        long end = System.nanoTime() + bound.toNanos();
        while (!empty && System.nanoTime() < end) {
            LockSupport.parkNanos(100_000);
        }
        return empty;
    }
}
