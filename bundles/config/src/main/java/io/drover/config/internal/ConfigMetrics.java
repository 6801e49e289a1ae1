package io.drover.config.internal;

import io.drover.api.config.Reload;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The series {@code drover_config_…}. */
final class ConfigMetrics implements MetricSource {

    private static final Family SUCCESSFUL =
            Family.gauge(
                    "drover_config_last_reload_successful",
                    "Whether the sources were right when they were last read.");
    private static final Family ACCEPTED =
            Family.gauge(
                    "drover_config_last_reload_success_timestamp_seconds",
                    "When the sources were last read and right, in seconds since 1970.");
    private static final Family RELOADS =
            Family.counter(
                    "drover_config_reloads_total",
                    "How often the sources were read, the start too, by what came of it.",
                    "outcome");
    private static final Family UPDATES =
            Family.counter(
                    "drover_config_updates_total",
                    "Configurations of one section that were handed to its component.");
    private static final Family FINDINGS =
            Family.gauge("drover_config_findings", "What is wrong with the sources now.");
    private static final Family FILES =
            Family.gauge("drover_config_files", "Files that were read last.");

    private final Supplier<View> view;
    private final Counts counts;

    ConfigMetrics(Supplier<View> view, Counts counts) {
        this.view = view;
        this.counts = counts;
    }

    @Override
    public List<Family> families() {
        return List.of(SUCCESSFUL, ACCEPTED, RELOADS, UPDATES, FINDINGS, FILES);
    }

    @Override
    public void collect(Samples out) {
        View now = view.get();
        boolean successful = now.lastRead().equals(now.lastAccepted());
        out.add(SUCCESSFUL, successful ? 1 : 0);
        out.add(ACCEPTED, now.lastAccepted() == null ? 0 : now.lastAccepted().toEpochMilli() / 1e3);
        for (Reload.Outcome outcome : Reload.Outcome.values()) {
            out.add(RELOADS, counts.reloads(outcome), outcome.name().toLowerCase(Locale.ROOT));
        }
        out.add(UPDATES, counts.publishedTotal());
        out.add(FINDINGS, now.findings().size());
        out.add(FILES, now.files().size());
    }
}
