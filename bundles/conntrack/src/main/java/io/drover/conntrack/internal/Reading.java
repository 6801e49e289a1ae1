package io.drover.conntrack.internal;

import io.drover.api.kernel.Errno;
import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.Netlink;
import io.drover.api.kernel.NetlinkBatch;
import io.drover.api.kernel.NetlinkClosedException;
import io.drover.api.kernel.NetlinkOptions;
import io.drover.api.kernel.NetlinkSocket;
import io.drover.conntrack.internal.Counters.Cause;
import io.drover.conntrack.internal.Dump.Step;
import io.drover.conntrack.internal.NamespaceMap.Place;
import io.drover.conntrack.internal.codec.Decoder;
import io.drover.conntrack.internal.table.ConnectionTable;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * A comparison of the table with the kernel's: one {@link Dump} after the other, over all
 * namespaces that are followed. Translated connections alone are asked for by their status, twice,
 * because the kernel's filter wants all bits of a mask. One thread.
 */
final class Reading implements AutoCloseable {

    /** What is compared. */
    enum Scope {
        TRANSLATED,
        ALL
    }

    private static final String SOCKET = "conntrack-dump";

    private final Netlink netlink;
    private final NetlinkBatch answers;
    private final ConnectionTable table;
    private final Counters counters;
    private final boolean translatedOnly;
    private final Cause cause;
    private final Scope scope;
    private final long startedAt = System.nanoTime();
    private final Queue<Request> requests = new ArrayDeque<>();
    private Dump dump;
    private String reason = "";
    private String leftOut = "";

    private record Request(Place place, int status) {}

    Reading(
            Netlink netlink,
            NetlinkBatch answers,
            ConnectionTable table,
            Counters counters,
            boolean translatedOnly,
            Cause cause,
            Scope scope,
            List<Place> places) {
        this.netlink = netlink;
        this.answers = answers;
        this.table = table;
        this.counters = counters;
        this.translatedOnly = translatedOnly;
        this.cause = cause;
        this.scope = scope;
        for (Place place : places) {
            if (scope == Scope.ALL) {
                requests.add(new Request(place, 0));
            } else {
                requests.add(new Request(place, Decoder.DESTINATION_TRANSLATED));
                requests.add(new Request(place, Decoder.SOURCE_TRANSLATED));
            }
        }
        table.beginDump();
    }

    Cause cause() {
        return cause;
    }

    Scope scope() {
        return scope;
    }

    /** Why it broke. */
    String reason() {
        return reason;
    }

    /** Which namespace could not be read, and why; empty if all could. */
    Optional<String> leftOut() {
        return leftOut.isEmpty() ? Optional.empty() : Optional.of(leftOut);
    }

    /** Takes in the next part. */
    Step step() throws KernelException, NetlinkClosedException {
        if (dump == null && !begin()) {
            return whole();
        }
        if (dump == null) {
            return Step.RUNNING;
        }
        Step step = dump.step();
        if (step == Step.RUNNING) {
            return step;
        }
        String why = dump.reason();
        dump.close();
        dump = null;
        return step == Step.WHOLE ? Step.RUNNING : broken(why);
    }

    /** Begins the next request; false if there is none. */
    private boolean begin() throws KernelException, NetlinkClosedException {
        Request next = requests.poll();
        if (next == null) {
            return false;
        }
        try {
            NetlinkSocket socket =
                    netlink.open(SOCKET, NetlinkOptions.PLAIN.withNamespace(next.place.file()));
            try {
                dump =
                        new Dump(
                                socket,
                                answers,
                                table,
                                counters,
                                next.place.number(),
                                next.status,
                                translatedOnly || scope == Scope.TRANSLATED);
            } catch (KernelException | NetlinkClosedException e) {
                socket.close();
                throw e;
            }
        } catch (KernelException e) {
            leaveOut(next.place, e);
        }
        return true;
    }

    /** Another namespace may have gone, or may not be entered; the followed one must be read. */
    private void leaveOut(Place place, KernelException refused) throws KernelException {
        if (place.followed()) {
            throw refused;
        }
        if (refused.errno() != Errno.ENOENT) {
            leftOut = refused.getMessage();
        }
    }

    private Step whole() {
        table.endDump(scope == Scope.TRANSLATED);
        counters.dumps(cause).increment();
        counters.dumpSeconds.add((System.nanoTime() - startedAt) / 1e9);
        return Step.WHOLE;
    }

    private Step broken(String why) {
        reason = why;
        table.abandonDump();
        counters.dumpsBroken.increment();
        return Step.BROKEN;
    }

    @Override
    public void close() {
        if (dump != null) {
            dump.close();
            dump = null;
        }
    }
}
