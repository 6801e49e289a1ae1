package io.drover.api.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How a socket is opened. Starts from {@link #PLAIN}.
 *
 * @param receiveBufferBytes wished size of the kernel's buffer, which doubles it (man 7 socket,
 *     SO_RCVBUF); 0 for the host's default. Without CAP_NET_ADMIN in the first user namespace the
 *     kernel cuts it to net.core.rmem_max: {@link NetlinkSocket#receiveBufferBytes} tells.
 * @param groups multicast groups to join (linux/netfilter/nfnetlink_compat.h, enum
 *     nfnetlink_groups), each 1 to 31; empty for a socket that only asks
 * @param quietOverrun NETLINK_NO_ENOBUFS: after a loss the kernel goes on to deliver at once and
 *     {@link NetlinkSocket#receive} never answers {@link NetlinkSocket#OVERRUN}; losses are counted
 *     by {@link NetlinkSocket#takeDrops} either way
 * @param allNamespaces NETLINK_LISTEN_ALL_NSID: messages of every network namespace that has an id
 *     in this one; needs CAP_NET_BROADCAST
 * @param namespace a file that stands for the network namespace to open it in, as {@code
 *     /run/netns/blue} or {@code /proc/1/ns/net}; needs CAP_SYS_ADMIN; empty for the process's own
 * @param filter a classic BPF program that says which messages come into the buffer (man 7 socket,
 *     SO_ATTACH_FILTER), there before a group is joined; empty for all
 * @param reliable NETLINK_BROADCAST_ERROR: the kernel does not let a connection go as long as its
 *     end cannot be told. A reader that hangs makes the kernel's table fill: it must be watched.
 *     Off while the socket is parked.
 */
public record NetlinkOptions(
        int receiveBufferBytes,
        Set<Integer> groups,
        boolean quietOverrun,
        boolean allNamespaces,
        Optional<Path> namespace,
        List<Instruction> filter,
        boolean reliable) {

    /** No groups, the host's buffer, this namespace. */
    public static final NetlinkOptions PLAIN =
            new NetlinkOptions(0, Set.of(), false, false, Optional.empty(), List.of(), false);

    public NetlinkOptions {
        groups = Set.copyOf(groups);
        filter = List.copyOf(filter);
        Objects.requireNonNull(namespace, "namespace");
        if (receiveBufferBytes < 0) {
            throw new IllegalArgumentException(
                    "receiveBufferBytes must be 0 or more, is " + receiveBufferBytes);
        }
        for (int group : groups) {
            if (group < 1 || group > 31) {
                throw new IllegalArgumentException("a group is 1 to 31, not " + group);
            }
        }
    }

    /** These options with another buffer. */
    public NetlinkOptions withReceiveBufferBytes(int bytes) {
        return new NetlinkOptions(
                bytes, groups, quietOverrun, allNamespaces, namespace, filter, reliable);
    }

    /** These options with other groups. */
    public NetlinkOptions withGroups(Set<Integer> joined) {
        return new NetlinkOptions(
                receiveBufferBytes,
                joined,
                quietOverrun,
                allNamespaces,
                namespace,
                filter,
                reliable);
    }

    /** These options, with delivery that goes on after a loss. */
    public NetlinkOptions withQuietOverrun() {
        return new NetlinkOptions(
                receiveBufferBytes, groups, true, allNamespaces, namespace, filter, reliable);
    }

    /** These options, hearing all namespaces. */
    public NetlinkOptions withAllNamespaces() {
        return new NetlinkOptions(
                receiveBufferBytes, groups, quietOverrun, true, namespace, filter, reliable);
    }

    /** These options in another namespace. */
    public NetlinkOptions withNamespace(Optional<Path> file) {
        return new NetlinkOptions(
                receiveBufferBytes, groups, quietOverrun, allNamespaces, file, filter, reliable);
    }

    /** These options with a filter. */
    public NetlinkOptions withFilter(List<Instruction> program) {
        return new NetlinkOptions(
                receiveBufferBytes,
                groups,
                quietOverrun,
                allNamespaces,
                namespace,
                program,
                reliable);
    }

    /** These options, with the ends of connections held back until they can be told. */
    public NetlinkOptions withReliable() {
        return new NetlinkOptions(
                receiveBufferBytes, groups, quietOverrun, allNamespaces, namespace, filter, true);
    }
}
