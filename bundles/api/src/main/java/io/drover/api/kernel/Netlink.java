package io.drover.api.kernel;

/**
 * Netlink sockets of the family NETLINK_NETFILTER. Given by the bundle {@code kernel} as soon as
 * native calls are possible; any thread.
 *
 * <p>A socket has a name. Its owner may {@linkplain NetlinkSocket#park park} it instead of closing
 * it: the kernel then goes on to collect messages in its buffer, and whoever opens the same name
 * with equal options claims it with all that has been collected. That is how a bundle is replaced
 * without losing an event.
 */
public interface Netlink {

    /**
     * Claims the parked socket of this name if its options are equal to {@code options}, and opens
     * a new one otherwise; a parked socket with other options is closed once the new one is open.
     * Takes well under a millisecond, a few in another network namespace.
     *
     * @param name unique among the sockets that are open, as {@code conntrack}
     * @throws KernelException if the kernel refuses a call; the message names it. {@link
     *     Errno#EPERM} means that CAP_NET_ADMIN is missing.
     * @throws IllegalStateException if a socket of this name is in use, or as many are open as
     *     configuration allows
     */
    NetlinkSocket open(String name, NetlinkOptions options) throws KernelException;
}
