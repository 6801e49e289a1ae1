package io.drover.kernel.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.Samples;
import java.util.List;

/** The series of {@link NetlinkSockets}. */
final class KernelMetrics {

    private static final Family SOCKETS =
            Family.gauge("drover_kernel_sockets", "Netlink sockets that are open.", "state");
    private static final Family OPENED =
            Family.counter("drover_kernel_sockets_opened_total", "Netlink sockets opened.");
    private static final Family PARKED =
            Family.counter(
                    "drover_kernel_sockets_parked_total",
                    "Netlink sockets left open by their owner for its successor.");
    private static final Family CLAIMED =
            Family.counter(
                    "drover_kernel_sockets_claimed_total",
                    "Parked netlink sockets taken over by a successor.");
    private static final Family EXPIRED =
            Family.counter(
                    "drover_kernel_sockets_expired_total",
                    "Parked netlink sockets closed because no successor came in time.");

    static final List<Family> FAMILIES = List.of(SOCKETS, OPENED, PARKED, CLAIMED, EXPIRED);

    private KernelMetrics() {}

    static void collect(NetlinkSockets sockets, Samples out) {
        out.add(SOCKETS, sockets.ownedNow(), "owned");
        out.add(SOCKETS, sockets.parkedNow(), "parked");
        out.add(OPENED, sockets.opened.doubleValue());
        out.add(PARKED, sockets.parks.doubleValue());
        out.add(CLAIMED, sockets.claims.doubleValue());
        out.add(EXPIRED, sockets.expired.doubleValue());
    }
}
