package io.drover.api.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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

    /**
     * The network namespaces of this host that can be found: those with a name in {@code
     * /run/netns} and those of processes. Blocks: a few microseconds for each process.
     *
     * @param from the namespace whose ids are wanted; empty for the process's own
     * @param giveIds whether those without an id get one (RTM_NEWNSID), so that they are heard;
     *     needs CAP_NET_ADMIN
     * @param max how many at most
     * @return without {@code from} itself; those that may not be looked at are left out
     */
    default List<NamespaceId> namespaces(Optional<Path> from, boolean giveIds, int max)
            throws KernelException {
        return List.of();
    }
}
