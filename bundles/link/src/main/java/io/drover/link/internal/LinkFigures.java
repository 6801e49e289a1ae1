package io.drover.link.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.Samples;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What the link counts. Any thread. */
final class LinkFigures {

    private static final Family CONNECTED =
            Family.gauge("drover_link_connected", "Whether the cluster's metadata comes in now.");
    private static final Family STALE =
            Family.gauge(
                    "drover_link_stale_seconds",
                    "For how long what is known of the cluster has not been kept up; 0 while it is.");
    private static final Family ENTRIES =
            Family.gauge("drover_link_entries", "Objects of the cluster that are known here.");
    private static final Family ATTEMPTS =
            Family.counter("drover_link_attempts_total", "Streams that were begun or tried to.");
    private static final Family ENDED =
            Family.counter("drover_link_ends_total", "Streams that ended, by gRPC code.", "code");
    private static final Family MESSAGES =
            Family.counter("drover_link_messages_total", "Messages that were taken in.");
    private static final Family REPEATED =
            Family.counter("drover_link_repeated_total", "Messages that had come already.");
    private static final Family GAPS =
            Family.counter(
                    "drover_link_gaps_total", "Times that a message was missing from a stream.");
    private static final Family DROPPED =
            Family.gauge(
                    "drover_link_entries_dropped", "Objects that are left out, for want of room.");

    final LongAdder attempts = new LongAdder();
    final LongAdder messages = new LongAdder();
    final LongAdder repeated = new LongAdder();
    final LongAdder gaps = new LongAdder();
    private final LongAdder[] ended = new LongAdder[Status.Code.values().length];

    LinkFigures() {
        for (int i = 0; i < ended.length; i++) {
            ended[i] = new LongAdder();
        }
    }

    void ended(Status.Code code) {
        ended[code.value()].increment();
    }

    static List<Family> families() {
        return List.of(
                CONNECTED, STALE, ENTRIES, ATTEMPTS, ENDED, MESSAGES, REPEATED, GAPS, DROPPED);
    }

    void collect(Samples out, boolean connected, Duration stale, int entries, long dropped) {
        out.add(CONNECTED, connected ? 1 : 0);
        out.add(STALE, stale.toMillis() / 1000.0);
        out.add(ENTRIES, entries);
        out.add(ATTEMPTS, attempts.sum());
        for (Status.Code code : Status.Code.values()) {
            if (ended[code.value()].sum() > 0) {
                out.add(ENDED, ended[code.value()].sum(), code.name());
            }
        }
        out.add(MESSAGES, messages.sum());
        out.add(REPEATED, repeated.sum());
        out.add(GAPS, gaps.sum());
        out.add(DROPPED, dropped);
    }
}
