package io.drover.api.kernel;

/**
 * Datagrams to sockets of this host (AF_UNIX), which the JDK cannot send. Given by the bundle
 * {@code kernel} as soon as native calls are possible; any thread; never blocks.
 */
public interface UnixDatagrams {

    /**
     * Sends one datagram.
     *
     * @param address an absolute path, or a name in the abstract namespace that begins with
     *     {@code @} (man 7 unix); at most 107 bytes
     * @throws KernelException if nobody listens there, its queue is full, or the kernel refuses
     * @throws IllegalStateException once {@code kernel} has stopped
     */
    void send(String address, byte[] message) throws KernelException;
}
