package io.drover.metrics.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import java.util.List;

/** The figures of the {@link Registry} itself; of the page before, where they are of a page. */
final class RegistrySeries implements MetricSource {

    private static final Family SCRAPES =
            Family.counter("drover_metrics_scrapes_total", "Pages that were gathered.");
    private static final Family DURATION =
            Family.gauge(
                    "drover_metrics_scrape_duration_seconds",
                    "Time to gather and write the latest page, without its way to the client.");
    private static final Family SERIES =
            Family.gauge("drover_metrics_series", "Series on the latest page.");
    private static final Family SOURCES =
            Family.gauge("drover_metrics_sources", "Sources that are asked for their series.");
    private static final Family SOURCE_DURATION =
            Family.gauge(
                    "drover_metrics_source_duration_seconds",
                    "Longest time that a source of this name took when it last gave its series.",
                    "source");
    private static final Family SOURCE_ERRORS =
            Family.counter(
                    "drover_metrics_source_errors_total",
                    "Scrapes that went without a source's series, as it failed or was late.",
                    "source");
    private static final Family DROPPED =
            Family.counter(
                    "drover_metrics_dropped_total",
                    "Samples left out of a page because they would have spoilt it.",
                    "source",
                    "reason");

    private static final Family OVERFLOWED =
            Family.counter(
                    "drover_metrics_overflowed_total",
                    "Samples that are only part of an overflow series, because their family had"
                            + " more than metrics.series_per_family_max.",
                    "source");

    private final Registry registry;

    RegistrySeries(Registry registry) {
        this.registry = registry;
    }

    @Override
    public List<Family> families() {
        return List.of(
                SCRAPES,
                DURATION,
                SERIES,
                SOURCES,
                SOURCE_DURATION,
                SOURCE_ERRORS,
                DROPPED,
                OVERFLOWED);
    }

    @Override
    public void collect(Samples out) {
        out.add(SCRAPES, registry.scrapes());
        out.add(DURATION, registry.seconds());
        out.add(SERIES, registry.series());
        out.add(SOURCES, registry.sources().size());
        registry.ledgers()
                .forEach(
                        (name, ledger) -> {
                            out.add(SOURCE_DURATION, longest(name), name);
                            out.add(SOURCE_ERRORS, ledger.failures(), name);
                            out.add(OVERFLOWED, ledger.overflowed(), name);
                            ledger.dropped()
                                    .forEach(
                                            (why, count) ->
                                                    out.add(DROPPED, count, name, why.label()));
                        });
    }

    private double longest(String name) {
        return registry.sources().stream()
                .filter(source -> source.name().equals(name))
                .mapToDouble(Source::seconds)
                .max()
                .orElse(0);
    }
}
