package io.drover.conntrack.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.Samples;
import io.drover.conntrack.internal.Counters.Cause;
import java.util.List;

/** The series of this bundle. */
final class ConntrackMetrics {

    private static final Family EVENTS =
            Family.counter("drover_conntrack_events_total", "Events read from the kernel.", "type");
    private static final Family LOST =
            Family.counter(
                    "drover_conntrack_lost_events_total",
                    "Events that the kernel dropped because the receive buffer was full, as it counted them.");
    private static final Family RESYNCS =
            Family.counter(
                    "drover_conntrack_resyncs_total",
                    "Whole readings of the kernel's table, by what caused them.",
                    "cause");
    private static final Family RESYNCS_BROKEN =
            Family.counter(
                    "drover_conntrack_resyncs_broken_total",
                    "Readings of the kernel's table that did not come to their end.");
    private static final Family RESYNC_SECONDS =
            Family.counter(
                    "drover_conntrack_resync_seconds_total",
                    "Time that whole readings of the kernel's table took.");
    private static final Family RESYNC_ENTRIES =
            Family.counter(
                    "drover_conntrack_resync_entries_total",
                    "Entries met in readings of the kernel's table.");
    private static final Family ENTRIES =
            Family.gauge("drover_conntrack_table_entries", "Connections in the table.", "family");
    static final Family ENTRIES_MAX =
            Family.gauge(
                    "drover_conntrack_table_entries_max",
                    "Connections that the table holds at most.");
    private static final Family EVICTIONS =
            Family.counter(
                    "drover_conntrack_table_evictions_total",
                    "Connections that had to make room for newer ones.");
    private static final Family CORRECTIONS =
            Family.counter(
                    "drover_conntrack_table_corrections_total",
                    "Connections whose end was missed, by what showed it: a reading of the kernel's table, or a newer connection with the same key.",
                    "by");
    private static final Family BUFFER =
            Family.gauge(
                    "drover_conntrack_receive_buffer_bytes",
                    "Size of the kernel's buffer for events; 0 while none is open.");
    private static final Family DRAIN =
            Family.histogram(
                    "drover_conntrack_drain_events",
                    "Events taken by one drain of the buffer.",
                    Counters.DRAIN_BOUNDS);
    private static final Family PARSE_ERRORS =
            Family.counter(
                    "drover_conntrack_parse_errors_total",
                    "Messages of the kernel that were malformed or longer than their room.",
                    "kind");
    private static final Family STREAMS =
            Family.gauge("drover_conntrack_streams", "Streams of events that are open.");
    private static final Family STREAM_LOST =
            Family.counter(
                    "drover_conntrack_stream_lost_events_total",
                    "Events that streams lost because their reader was too slow.");

    static final List<Family> FAMILIES =
            List.of(
                    EVENTS,
                    LOST,
                    RESYNCS,
                    RESYNCS_BROKEN,
                    RESYNC_SECONDS,
                    RESYNC_ENTRIES,
                    ENTRIES,
                    ENTRIES_MAX,
                    EVICTIONS,
                    CORRECTIONS,
                    BUFFER,
                    DRAIN,
                    PARSE_ERRORS,
                    STREAMS,
                    STREAM_LOST);

    private ConntrackMetrics() {}

    static void collect(
            Counters counters,
            int entriesOfIpv4,
            int entriesOfIpv6,
            int streams,
            int receiveBufferBytes,
            Samples out) {
        out.add(EVENTS, counters.opened.sum(), "new");
        out.add(EVENTS, counters.updated.sum(), "update");
        out.add(EVENTS, counters.closed.sum(), "destroy");
        out.add(LOST, counters.lost.sum());
        for (Cause cause : Cause.values()) {
            out.add(RESYNCS, counters.dumps(cause).sum(), cause.word());
        }
        out.add(RESYNCS_BROKEN, counters.dumpsBroken.sum());
        out.add(RESYNC_SECONDS, counters.dumpSeconds.sum());
        out.add(RESYNC_ENTRIES, counters.dumpedEntries.sum());
        out.add(ENTRIES, entriesOfIpv4, "ipv4");
        out.add(ENTRIES, entriesOfIpv6, "ipv6");
        out.add(EVICTIONS, counters.table.evictions());
        out.add(CORRECTIONS, counters.table.swept(), "reading");
        out.add(CORRECTIONS, counters.table.superseded(), "successor");
        out.add(BUFFER, receiveBufferBytes);
        out.histogram(DRAIN, counters.drains(), counters.drained());
        out.add(PARSE_ERRORS, counters.malformed.sum(), "malformed");
        out.add(PARSE_ERRORS, counters.truncated.sum(), "truncated");
        out.add(STREAMS, streams);
        out.add(STREAM_LOST, counters.streamLost.sum());
    }
}
