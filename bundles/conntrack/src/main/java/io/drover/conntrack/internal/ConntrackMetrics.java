package io.drover.conntrack.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.Samples;
import io.drover.conntrack.internal.Counters.Cause;
import java.util.List;
import java.util.OptionalLong;

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

    private static final Family FILTER =
            Family.gauge(
                    "drover_conntrack_filter_mode",
                    "1 for what the kernel is asked for now.",
                    "mode");
    private static final Family PRESSURE =
            Family.gauge(
                    "drover_conntrack_back_pressure_step",
                    "1 for the step of the back-pressure that is taken now.",
                    "step");
    private static final Family PRESSURE_CHANGES =
            Family.counter(
                    "drover_conntrack_back_pressure_changes_total",
                    "Steps of the back-pressure that were taken or taken back.");
    private static final Family SAMPLING =
            Family.gauge(
                    "drover_conntrack_sampling_ratio",
                    "Part of the events that the kernel lets through, 1 for all.");
    private static final Family FILL =
            Family.gauge(
                    "drover_conntrack_receive_buffer_fill_max_bytes",
                    "Most of the kernel's buffer that was found in use since the last scrape.");
    private static final Family PASSED_OVER =
            Family.counter(
                    "drover_conntrack_passed_over_events_total",
                    "Events of connections without translation that came though they are not followed.");
    private static final Family NAMESPACES =
            Family.gauge("drover_conntrack_namespaces", "Network namespaces that are followed.");
    private static final Family NAMESPACE_UNKNOWN =
            Family.counter(
                    "drover_conntrack_namespace_unknown_events_total",
                    "Events of a namespace that was gone before it could be looked up.");
    private static final Family MESSAGE_ERRORS =
            Family.counter(
                    "drover_conntrack_message_errors_total",
                    "Errors that the kernel sent in the place of events.");
    private static final Family WATCHDOG =
            Family.counter(
                    "drover_conntrack_watchdog_total",
                    "Times that reliable mode was given up because events were not read.");
    private static final Family RESOLUTIONS =
            Family.counter(
                    "drover_conntrack_resolutions_total",
                    "Translations that were asked for, by whether the answer was known.",
                    "answer");
    private static final Family KERNEL_ENTRIES =
            Family.gauge(
                    "drover_conntrack_kernel_table_entries", "Entries in the kernel's own table.");
    private static final Family KERNEL_MAX =
            Family.gauge(
                    "drover_conntrack_kernel_table_entries_max",
                    "Entries that the kernel's own table holds at most.");
    private static final Family KERNEL_FULL =
            Family.gauge(
                    "drover_conntrack_kernel_table_full_seconds",
                    "Time until the kernel's table is full if it goes on to grow as it does; infinite if it does not grow.");
    private static final Family KERNEL_REFUSED =
            Family.counter(
                    "drover_conntrack_kernel_refused_total",
                    "Connections that the kernel dropped or did not take in, since the boot.",
                    "reason");

    /** What {@link Throttle#filterMode} may say. */
    private static final List<String> MODES =
            List.of("all", "translated", "sampled", "translated_sampled", "none_asked");

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
                    STREAM_LOST,
                    FILTER,
                    PRESSURE,
                    PRESSURE_CHANGES,
                    SAMPLING,
                    FILL,
                    PASSED_OVER,
                    NAMESPACES,
                    NAMESPACE_UNKNOWN,
                    MESSAGE_ERRORS,
                    WATCHDOG,
                    RESOLUTIONS,
                    KERNEL_ENTRIES,
                    KERNEL_MAX,
                    KERNEL_FULL,
                    KERNEL_REFUSED);

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
        out.add(PRESSURE_CHANGES, counters.pressureChanges.sum());
        out.add(FILL, counters.fillMax.getThenReset());
        out.add(PASSED_OVER, counters.passedOver.sum());
        out.add(NAMESPACE_UNKNOWN, counters.namespaceUnknown.sum());
        out.add(MESSAGE_ERRORS, counters.messageErrors.sum());
        out.add(WATCHDOG, counters.watchdog.sum());
        long unknown = counters.resolutionsUnknown.sum();
        out.add(RESOLUTIONS, counters.resolutions.sum() - unknown, "known");
        out.add(RESOLUTIONS, unknown, "unknown");
    }

    /** What is asked of the kernel now; nothing while no socket is open. */
    static void collect(Session session, Samples out) {
        Throttle throttle = session.throttle();
        for (String mode : MODES) {
            out.add(FILTER, throttle.filterMode().equals(mode) ? 1 : 0, mode);
        }
        for (Pressure.Step step : Pressure.Step.values()) {
            out.add(PRESSURE, throttle.step() == step ? 1 : 0, step.word());
        }
        out.add(SAMPLING, throttle.part());
        out.add(NAMESPACES, 1 + session.otherNamespaces());
    }

    /** The kernel's own table; nothing where its figures are not known. */
    static void collect(Kernel kernel, Forecast forecast, Samples out) {
        OptionalLong count = kernel.number("nf_conntrack_count");
        OptionalLong max = kernel.number("nf_conntrack_max");
        if (count.isPresent() && max.isPresent()) {
            out.add(KERNEL_ENTRIES, count.getAsLong());
            out.add(KERNEL_MAX, max.getAsLong());
            out.add(
                    KERNEL_FULL,
                    forecast.secondsToFull(count.getAsLong(), max.getAsLong(), System.nanoTime()));
        }
        kernel.refusals().forEach((reason, sum) -> out.add(KERNEL_REFUSED, sum, reason));
    }
}
