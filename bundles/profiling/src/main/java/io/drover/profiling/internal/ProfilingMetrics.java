package io.drover.profiling.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.Samples;
import io.drover.api.profiling.Profiling;
import io.drover.profiling.internal.upload.Uploader;
import java.util.List;
import java.util.Optional;

/** Figures of the ring and of the upload. */
final class ProfilingMetrics {

    private static final Family RUNNING =
            Family.gauge("drover_profiling_running", "1 while the profile's ring records, else 0.");
    private static final Family BYTES =
            Family.gauge("drover_profiling_ring_bytes", "What the ring keeps on disk.");
    private static final Family SENT =
            Family.counter(
                    "drover_profiling_uploads_total",
                    "Profiles by their end: sent, or dropped because too many waited or the intake"
                            + " rejected them.",
                    "result");
    private static final Family WAITING =
            Family.gauge("drover_profiling_uploads_waiting", "Profiles that wait to be sent.");

    private final Profiler profiler;

    ProfilingMetrics(Profiler profiler) {
        this.profiler = profiler;
    }

    List<Family> families() {
        return List.of(RUNNING, BYTES, SENT, WAITING);
    }

    void collect(Samples out) {
        Profiling.View view = profiler.view();
        out.add(RUNNING, view.running() ? 1 : 0);
        out.add(BYTES, view.bytes());
        Optional<Uploader> uploader = profiler.uploader();
        if (uploader.isPresent()) {
            out.add(SENT, uploader.get().sent(), "sent");
            out.add(SENT, uploader.get().dropped(), "dropped");
            out.add(WAITING, uploader.get().waiting());
        }
    }
}
