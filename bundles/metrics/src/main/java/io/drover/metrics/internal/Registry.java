package io.drover.metrics.internal;

import io.drover.api.http.ProblemException;
import io.drover.api.metrics.MetricSource;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** All sources, and the page that they make together. Any thread. */
final class Registry {

    private final Duration turnMax;
    private final Callers callers = new Callers();
    private final Map<String, Ledger> ledgers = new ConcurrentHashMap<>();
    private final LongAdder scrapes = new LongAdder();
    private volatile List<Source> sources = List.of();
    private volatile Settings settings;
    private volatile Semaphore turns;
    private volatile double seconds;
    private volatile int series;

    /**
     * @param turnMax how long a scrape waits while as many as allowed are at it
     */
    Registry(Settings settings, Duration turnMax) {
        this.turnMax = turnMax;
        apply(settings);
    }

    /** Works with these settings from the next scrape on. */
    void apply(Settings next) {
        settings = next;
        turns = new Semaphore(next.scrapesMax(), true);
    }

    /** Takes in a source; on the page, and when a name is disputed, they come by name. */
    synchronized void add(String name, MetricSource figures) {
        Ledger ledger = ledgers.computeIfAbsent(name, Ledger::new);
        List<Source> more = new ArrayList<>(sources);
        more.add(new Source(name, figures, ledger));
        more.sort(Comparator.comparing(Source::name));
        sources = List.copyOf(more);
    }

    synchronized void remove(MetricSource figures) {
        sources = sources.stream().filter(source -> !source.is(figures)).toList();
    }

    /**
     * The figures of all sources, without those of the ones that fail.
     *
     * @throws ProblemException (503) when too many others are at it
     */
    MetricSnapshots gather() throws ProblemException, InterruptedException {
        Semaphore turn = turns;
        if (!turn.tryAcquire(turnMax.toMillis(), TimeUnit.MILLISECONDS)) {
            throw ProblemException.unavailable(
                    "more than metrics.scrapes_max = %d scrapes at a time"
                            .formatted(settings.scrapesMax()));
        }
        try {
            return gatherNow();
        } finally {
            turn.release();
        }
    }

    List<Source> sources() {
        return sources;
    }

    /** What went wrong, by source, those that are gone too. */
    Map<String, Ledger> ledgers() {
        return new TreeMap<>(ledgers);
    }

    long scrapes() {
        return scrapes.sum();
    }

    /** How long the latest page took. */
    double seconds() {
        return seconds;
    }

    /** How many series were on the latest page. */
    int series() {
        return series;
    }

    /** Ends its threads. */
    void stop() throws InterruptedException {
        callers.stop();
    }

    private MetricSnapshots gatherNow() throws InterruptedException {
        long begin = System.nanoTime();
        Page page = new Page();
        for (Source source : sources) {
            page.add(callers.ask(source, settings.sourceTimeout()), source.ledger());
        }
        MetricSnapshots snapshots = page.snapshots();
        scrapes.increment();
        series = page.series();
        seconds = (System.nanoTime() - begin) / 1e9;
        return snapshots;
    }
}
