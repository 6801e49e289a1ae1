package io.drover.link.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.Samples;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Counts the calls that were passed on to the leader. Any thread. */
final class ForwardFigures {

    private static final Family FORWARDED =
            Family.counter(
                    "drover_link_forwarded_total",
                    "Calls that were passed on to the replica that leads, by the gRPC code of their"
                            + " end.",
                    "code");

    private final LongAdder[] ended = new LongAdder[Status.Code.values().length];

    ForwardFigures() {
        for (int i = 0; i < ended.length; i++) {
            ended[i] = new LongAdder();
        }
    }

    void ended(Status.Code code) {
        ended[code.value()].increment();
    }

    static List<Family> families() {
        return List.of(FORWARDED);
    }

    void collect(Samples out) {
        for (Status.Code code : Status.Code.values()) {
            if (ended[code.value()].sum() > 0) {
                out.add(FORWARDED, ended[code.value()].sum(), code.name());
            }
        }
    }
}
