package io.drover.api.kernel;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One netlink socket in the hands of its owner. {@link #receive} and {@link #await} belong to one
 * thread at a time; everything else may be called by any. Nothing but {@code await} blocks.
 *
 * <p>The descriptor belongs to the bundle {@code kernel}. After {@link #close}, after {@link #park}
 * and when {@code kernel} stops, each call answers with a {@link NetlinkClosedException} that says
 * which of them it was; a thread in {@code await} is woken to learn it.
 */
public interface NetlinkSocket extends AutoCloseable {

    /** What {@link #receive} answers after the kernel has dropped messages (ENOBUFS). */
    int OVERRUN = -1;

    /** Why {@link #await} returned. */
    enum Wake {
        /** There is something to receive, or an error to be read. */
        READABLE,
        /** {@link #wakeUp} was called. */
        WOKEN,
        /** Neither within the time. */
        TIMEOUT
    }

    /**
     * Memory for datagrams, outside the heap, to be used again for every {@link #receive}. It works
     * with each socket that was opened with equal {@link NetlinkOptions#allNamespaces}.
     *
     * @param datagrams how many at most at once, 1 to 1,024
     * @param bytesEach room for each, 256 to 1,048,576; a longer one is cut and marked
     */
    NetlinkBatch newBatch(int datagrams, int bytesEach) throws NetlinkClosedException;

    /**
     * Takes what is in the kernel's buffer, with one system call and without waiting.
     *
     * @return how many datagrams are in {@code batch} now, 0 if there were none, {@link #OVERRUN}
     *     if the kernel says that it dropped some: none was taken, and the next call goes on
     * @throws KernelException for any other error
     */
    int receive(NetlinkBatch batch) throws KernelException, NetlinkClosedException;

    /**
     * Waits until there is something to receive. A {@link #wakeUp} from before counts.
     *
     * @param timeoutMillis 0 returns at once, -1 waits for ever
     */
    Wake await(int timeoutMillis) throws KernelException, NetlinkClosedException;

    /** Ends the present or next {@link #await}. Does nothing on a socket that is closed. */
    void wakeUp();

    /**
     * Sends one request to the kernel. A dump request begins to be answered before this returns.
     *
     * @param request a direct buffer; what lies between position and limit is sent
     */
    void send(ByteBuffer request) throws KernelException, NetlinkClosedException;

    /**
     * How many messages the kernel has dropped because the buffer was full since this was asked
     * last, by this owner or by a former one of the same socket (SO_MEMINFO, exact).
     */
    long takeDrops() throws KernelException, NetlinkClosedException;

    /**
     * Puts another filter in the place of the one that is there; empty takes it away. A successor
     * that claims the socket finds what its owner left.
     */
    void filter(List<Instruction> program) throws KernelException, NetlinkClosedException;

    /** Joins a multicast group. Idempotent. */
    void join(int group) throws KernelException, NetlinkClosedException;

    /** Leaves a multicast group. Idempotent. */
    void leave(int group) throws KernelException, NetlinkClosedException;

    /**
     * Makes the kernel's buffer larger or smaller; {@link #receiveBufferBytes} tells what came of
     * it.
     */
    void resize(int bytes) throws KernelException, NetlinkClosedException;

    /** Turns {@link NetlinkOptions#reliable} on or off. */
    void reliable(boolean on) throws KernelException, NetlinkClosedException;

    /** Bytes of the buffer that are taken now, in the kernel's way of counting. */
    int queuedBytes() throws KernelException, NetlinkClosedException;

    /** The buffer's size as the kernel counts it: each small message takes about 1,280 bytes. */
    int receiveBufferBytes();

    /** The port id that the kernel gave this socket. */
    long portId();

    /** Inode of the network namespace that it was opened in. */
    long namespace();

    /** Whether it was parked by a former owner, and may hold what was collected meanwhile. */
    boolean claimed();

    /**
     * Gives the socket back open: the kernel goes on to collect. It is closed when nobody claims it
     * within the time that the configuration of {@code kernel} sets. Idempotent.
     *
     * @param note for the successor, which gets the same array; of a meaning that owners agree on
     */
    void park(long... note);

    /** What a former owner left; empty if it left nothing or there was none. */
    long[] note();

    /** Closes it. Idempotent. */
    @Override
    void close();
}
