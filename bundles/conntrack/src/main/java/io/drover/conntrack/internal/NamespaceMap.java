package io.drover.conntrack.internal;

import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.NamespaceId;
import io.drover.api.kernel.Netlink;
import io.drover.api.kernel.NetlinkBatch;
import io.drover.conntrack.internal.table.ConnectionTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which namespace an event is of: from the kernel's small ids to the table's numbers. Looked up
 * anew with each reading and when an id comes that is not known. One thread.
 */
final class NamespaceMap {

    /** An id comes with each of its events: it must not be looked for each time. */
    private static final long LOOK_NANOS = 250_000_000;

    private static final int NONE = -1;

    private final Netlink netlink;
    private final Settings settings;
    private final ConnectionTable table;
    private final Counters counters;
    private final long ownInode;
    private final int own;
    private int[] numbers = new int[0];
    private List<NamespaceId> peers = List.of();
    private long lookedAt;
    private int elsewhere = NONE;

    NamespaceMap(
            Netlink netlink,
            Settings settings,
            ConnectionTable table,
            Counters counters,
            long ownInode) {
        this.netlink = netlink;
        this.settings = settings;
        this.table = table;
        this.counters = counters;
        this.ownInode = ownInode;
        this.own = table.namespace(ownInode);
        this.lookedAt = System.nanoTime() - LOOK_NANOS;
    }

    /** The number of the namespace that is followed. */
    int own() {
        return own;
    }

    long ownInode() {
        return ownInode;
    }

    /** The other namespaces, as they were looked up last. */
    List<NamespaceId> peers() {
        return peers;
    }

    /** Looks for the namespaces that are there now. */
    void look() throws KernelException {
        if (!settings.allNamespaces()) {
            return;
        }
        lookedAt = System.nanoTime();
        peers = netlink.namespaces(settings.namespace(), true, settings.namespacesMax());
        int highest = NONE;
        for (NamespaceId peer : peers) {
            highest = Math.max(highest, peer.id());
        }
        int[] fresh = new int[highest + 1];
        Arrays.fill(fresh, NONE);
        for (NamespaceId peer : peers) {
            if (peer.id() >= 0) {
                fresh[peer.id()] = table.namespace(peer.inode());
            }
        }
        numbers = fresh;
    }

    /** The table's number for the id that a message came with. */
    int number(int id) {
        if (id == NetlinkBatch.OWN_NAMESPACE) {
            return own;
        }
        if (id >= 0 && id < numbers.length && numbers[id] != NONE) {
            return numbers[id];
        }
        return unknown(id);
    }

    private int unknown(int id) {
        if (System.nanoTime() - lookedAt >= LOOK_NANOS) {
            try {
                look();
            } catch (KernelException e) {
                // The event is kept all the same, and the next reading says what is wrong.
                lookedAt = System.nanoTime();
            }
            if (id >= 0 && id < numbers.length && numbers[id] != NONE) {
                return numbers[id];
            }
        }
        counters.namespaceUnknown.increment();
        if (elsewhere == NONE) {
            // Gone before it could be looked up: an inode that no namespace has.
            elsewhere = table.namespace(0);
        }
        return elsewhere;
    }

    /** Where the table is to be read: the followed namespace first. */
    List<Place> places() {
        List<Place> places = new ArrayList<>();
        places.add(new Place(settings.namespace(), own, true));
        for (NamespaceId peer : peers) {
            places.add(new Place(Optional.of(peer.file()), table.namespace(peer.inode()), false));
        }
        return places;
    }

    /**
     * A namespace whose table is read.
     *
     * @param file stands for it; empty for the process's own
     * @param number the table's
     * @param followed whether it is the one that is followed in any case
     */
    record Place(Optional<Path> file, int number, boolean followed) {}
}
