package io.drover.kernel.internal;

import com.sun.jna.Native;
import io.drover.api.kernel.Errno;
import io.drover.api.kernel.Instruction;
import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.NetlinkOptions;
import io.drover.api.kernel.NetlinkSocket;
import io.drover.api.kernel.NetlinkSocket.Wake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An open netlink socket and the eventfd that wakes its reader. Outlives its owners: parked, it is
 * held by nobody but {@link NetlinkSockets}. Guarded by its {@link Handle}'s gate; {@link #receive}
 * and {@link #await} are for one thread at a time.
 */
final class Descriptor {

    private final String name;
    private final NetlinkOptions options;
    private final int socket;
    private final int event;
    private final long portId;
    private final long namespace;
    private volatile int receiveBufferBytes;

    private final ByteBuffer polled = Memory.allocate(2 * Linux.POLLFD_BYTES);
    private final long polledAddress = Memory.addressOf(polled);
    private final ByteBuffer one = Memory.allocate(Long.BYTES).putLong(0, 1);
    private final long oneAddress = Memory.addressOf(one);
    private final ByteBuffer swallowed = Memory.allocate(Long.BYTES);
    private final long swallowedAddress = Memory.addressOf(swallowed);
    private final ByteBuffer memoryInfo =
            Memory.allocate((Linux.MEMINFO_WORDS + 1) * Integer.BYTES);
    private final long memoryInfoAddress = Memory.addressOf(memoryInfo);
    private int dropsTaken;

    /** Left by an owner for the next one; guarded by {@link NetlinkSockets}. */
    private long[] note = {};

    /** Opens on the calling thread, thus in its network namespace. */
    Descriptor(String name, NetlinkOptions options) throws KernelException {
        this.name = name;
        this.options = options;
        this.socket =
                checked(
                        "open",
                        LibC.socket(
                                Linux.AF_NETLINK,
                                Linux.SOCK_RAW | Linux.SOCK_CLOEXEC,
                                Linux.NETLINK_NETFILTER));
        int opened = -1;
        try {
            opened =
                    checked(
                            "open eventfd of",
                            LibC.eventfd(0, Linux.EFD_NONBLOCK | Linux.EFD_CLOEXEC));
            this.event = opened;
            configure();
            this.portId = bind();
            this.receiveBufferBytes = memoryInfo(Linux.MEMINFO_RECEIVE_BUFFER);
            for (int group : options.groups()) {
                join(group);
            }
            this.namespace = inodeOfNamespace();
        } catch (KernelException | RuntimeException e) {
            LibC.close(socket);
            if (opened >= 0) {
                LibC.close(opened);
            }
            throw e;
        }
        polled.putInt(0, socket).putShort(Linux.POLLFD_EVENTS, Linux.POLLIN);
        polled.putInt(Linux.POLLFD_BYTES, event)
                .putShort(Linux.POLLFD_BYTES + Linux.POLLFD_EVENTS, Linux.POLLIN);
    }

    private void configure() throws KernelException {
        if (options.receiveBufferBytes() > 0) {
            size(options.receiveBufferBytes());
        }
        if (!options.filter().isEmpty()) {
            filter(options.filter());
        }
        if (options.reliable()) {
            reliable(true);
        }
        if (options.quietOverrun()) {
            setInt("set NO_ENOBUFS of", Linux.SOL_NETLINK, Linux.NETLINK_NO_ENOBUFS, 1);
        }
        if (options.allNamespaces()) {
            setInt("set LISTEN_ALL_NSID of", Linux.SOL_NETLINK, Linux.NETLINK_LISTEN_ALL_NSID, 1);
        }
    }

    private void size(int bytes) throws KernelException {
        if (!forceReceiveBuffer(bytes)) {
            // Cut to net.core.rmem_max; the effective size is told.
            setInt("size buffer of", Linux.SOL_SOCKET, Linux.SO_RCVBUF, bytes);
        }
    }

    /** Needs CAP_NET_ADMIN in the first user namespace; false when that is missing. */
    private boolean forceReceiveBuffer(int bytes) throws KernelException {
        try {
            setInt("force buffer of", Linux.SOL_SOCKET, Linux.SO_RCVBUFFORCE, bytes);
            return true;
        } catch (KernelException e) {
            if (e.errno() == Errno.EPERM) {
                return false;
            }
            throw e;
        }
    }

    private long bind() throws KernelException {
        ByteBuffer address = Memory.allocate(Linux.SOCKADDR_NL_BYTES + Integer.BYTES);
        address.putShort(0, (short) Linux.AF_NETLINK);
        long at = Memory.addressOf(address);
        checked("bind", LibC.bind(socket, at, Linux.SOCKADDR_NL_BYTES));
        address.putInt(Linux.SOCKADDR_NL_BYTES, Linux.SOCKADDR_NL_BYTES);
        checked("name", LibC.getsockname(socket, at, at + Linux.SOCKADDR_NL_BYTES));
        return Integer.toUnsignedLong(address.getInt(Linux.SOCKADDR_NL_PORT));
    }

    void join(int group) throws KernelException {
        setInt(
                "join group " + group + " with",
                Linux.SOL_NETLINK,
                Linux.NETLINK_ADD_MEMBERSHIP,
                group);
    }

    void leave(int group) throws KernelException {
        setInt(
                "leave group " + group + " with",
                Linux.SOL_NETLINK,
                Linux.NETLINK_DROP_MEMBERSHIP,
                group);
    }

    void resize(int bytes) throws KernelException {
        size(bytes);
        receiveBufferBytes = memoryInfo(Linux.MEMINFO_RECEIVE_BUFFER);
    }

    void reliable(boolean on) throws KernelException {
        setInt(
                "set BROADCAST_ERROR of",
                Linux.SOL_NETLINK,
                Linux.NETLINK_BROADCAST_ERROR,
                on ? 1 : 0);
    }

    void filter(List<Instruction> program) throws KernelException {
        if (program.isEmpty()) {
            detachFilter();
            return;
        }
        ByteBuffer code = Memory.allocate(program.size() * Linux.SOCK_FILTER_BYTES);
        for (Instruction one : program) {
            code.putShort((short) one.code()).put((byte) one.whenTrue());
            code.put((byte) one.whenFalse()).putInt(one.operand());
        }
        ByteBuffer header = Memory.allocate(Linux.SOCK_FPROG_BYTES);
        header.putShort(0, (short) program.size());
        header.putLong(Linux.SOCK_FPROG_PROGRAM, Memory.addressOf(code));
        try {
            checked(
                    "attach filter to",
                    LibC.setsockopt(
                            socket,
                            Linux.SOL_SOCKET,
                            Linux.SO_ATTACH_FILTER,
                            Memory.addressOf(header),
                            Linux.SOCK_FPROG_BYTES));
        } finally {
            // The kernel has read it by now, and not before.
            Reference.reachabilityFence(code);
        }
    }

    private void detachFilter() throws KernelException {
        try {
            setInt("detach filter of", Linux.SOL_SOCKET, Linux.SO_DETACH_FILTER, 0);
        } catch (KernelException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    long[] note() {
        return note;
    }

    void note(long[] left) {
        note = left;
    }

    private static long inodeOfNamespace() {
        try {
            // Reads "net:[4026531840]".
            String link = Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
            return Long.parseLong(link.substring(link.indexOf('[') + 1, link.indexOf(']')));
        } catch (IOException e) {
            throw new UncheckedIOException("read the network namespace's inode", e);
        }
    }

    String name() {
        return name;
    }

    NetlinkOptions options() {
        return options;
    }

    long portId() {
        return portId;
    }

    long namespace() {
        return namespace;
    }

    int receiveBufferBytes() {
        return receiveBufferBytes;
    }

    int receive(Batch batch) throws KernelException {
        batch.prepare();
        int taken =
                LibC.recvmmsg(
                        socket,
                        batch.headersAddress(),
                        batch.capacity(),
                        Linux.MSG_DONTWAIT | Linux.MSG_TRUNC,
                        0);
        if (taken >= 0) {
            return taken;
        }
        int number = Native.getLastError();
        return switch (Errno.of(number)) {
            case EAGAIN, EINTR -> 0;
            case ENOBUFS -> NetlinkSocket.OVERRUN;
            default -> throw new KernelException("receive from netlink socket " + name, number);
        };
    }

    Wake await(int timeoutMillis) throws KernelException {
        int ready = LibC.poll(polledAddress, 2, timeoutMillis);
        if (ready < 0) {
            int number = Native.getLastError();
            if (Errno.of(number) == Errno.EINTR) {
                return Wake.TIMEOUT;
            }
            throw new KernelException("poll netlink socket " + name, number);
        }
        if (polled.getShort(Linux.POLLFD_BYTES + Linux.POLLFD_REVENTS) != 0) {
            swallowWakeUps();
            return Wake.WOKEN;
        }
        return ready == 0 ? Wake.TIMEOUT : Wake.READABLE;
    }

    /** The counter of an eventfd takes any number of wake-ups, and one read empties it. */
    void swallowWakeUps() {
        LibC.read(event, swallowedAddress, Long.BYTES);
    }

    void wakeUp() {
        LibC.write(event, oneAddress, Long.BYTES);
    }

    void send(ByteBuffer request) throws KernelException {
        long sent =
                LibC.send(
                        socket,
                        Memory.addressOf(request) + request.position(),
                        request.remaining(),
                        0);
        if (sent < 0) {
            throw new KernelException("send to netlink socket " + name, Native.getLastError());
        }
    }

    synchronized long takeDrops() throws KernelException {
        int drops = memoryInfo(Linux.MEMINFO_DROPS);
        // The kernel's counter has 32 bits: the difference is right over its wrap too.
        long fresh = Integer.toUnsignedLong(drops - dropsTaken);
        dropsTaken = drops;
        return fresh;
    }

    synchronized int memoryInfo(int word) throws KernelException {
        int lengthAt = Linux.MEMINFO_WORDS * Integer.BYTES;
        memoryInfo.putInt(lengthAt, lengthAt);
        checked(
                "read SO_MEMINFO of",
                LibC.getsockopt(
                        socket,
                        Linux.SOL_SOCKET,
                        Linux.SO_MEMINFO,
                        memoryInfoAddress,
                        memoryInfoAddress + lengthAt));
        return memoryInfo.getInt(word * Integer.BYTES);
    }

    void close() {
        LibC.close(socket);
        LibC.close(event);
    }

    private void setInt(String what, int level, int option, int value) throws KernelException {
        ByteBuffer memory = Memory.allocate(Integer.BYTES).putInt(0, value);
        checked(
                what,
                LibC.setsockopt(socket, level, option, Memory.addressOf(memory), Integer.BYTES));
    }

    private int checked(String what, int result) throws KernelException {
        if (result >= 0) {
            return result;
        }
        throw new KernelException(what + " netlink socket " + name, Native.getLastError());
    }
}
