package io.drover.autoscaling.internal;

import io.drover.autoscaling.internal.remote.Pace;
import io.drover.autoscaling.internal.remote.Prometheus;
import io.drover.autoscaling.internal.remote.Recommenders;
import io.drover.autoscaling.internal.remote.TlsFiles;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Sources outside, for tests: quick ones, or none. */
final class Outside {

    static final Pace QUICK =
            Pace.of(
                    Duration.ofMillis(20),
                    Duration.ofMillis(1_000),
                    4,
                    100,
                    Duration.ofMinutes(1),
                    3,
                    Duration.ofMillis(50),
                    Duration.ofMillis(100));

    private Outside() {}

    static Prometheus noPrometheus() {
        return prometheus("");
    }

    static Prometheus prometheus(String url) {
        return Prometheus.at(
                url, QUICK, 10_000, TlsFiles.NONE, "", Clock.systemUTC(), System::nanoTime);
    }

    static Recommenders noRecommenders() {
        return recommenders(List.of());
    }

    static Recommenders recommenders(List<URI> allowed) {
        return Recommenders.of(
                allowed, "test", QUICK, 10_000, TlsFiles.NONE, Clock.systemUTC(), System::nanoTime);
    }
}
