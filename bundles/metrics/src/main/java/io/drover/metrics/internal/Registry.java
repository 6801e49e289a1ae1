package io.drover.metrics.internal;

import io.drover.api.http.ProblemException;
import io.drover.api.metrics.MetricSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** All sources, and the page that they make together. Any thread. */
final class Registry {

    private final Duration turnMax;
    private final Callers callers = new Callers();
    private final Map<String, Ledger> ledgers = new ConcurrentHashMap<>();
    private final LongAdder scrapes = new LongAdder();
    private final AtomicLong generation = new AtomicLong();
    private final AtomicReference<Workspace> spare = new AtomicReference<>();
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
        forgetSpare();
    }

    synchronized void remove(MetricSource figures) {
        sources = sources.stream().filter(source -> !source.is(figures)).toList();
        forgetSpare();
    }

    /**
     * The figures of all sources on one page, without those of the ones that fail.
     *
     * @return to be given back to {@link #release} when the page has been sent
     * @throws ProblemException (503) when too many others are at it
     */
    Workspace gather(Wanted wanted, Format format) throws ProblemException, InterruptedException {
        Semaphore turn = turns;
        if (!turn.tryAcquire(turnMax.toMillis(), TimeUnit.MILLISECONDS)) {
            throw ProblemException.unavailable(
                    "more than metrics.scrapes_max = %d scrapes at a time"
                            .formatted(settings.scrapesMax()));
        }
        try {
            return gatherNow(wanted, format);
        } finally {
            turn.release();
        }
    }

    /** Keeps a workspace for the next scrape, if it is of use to it. */
    void release(Workspace workspace) {
        if (workspace.generation() == generation.get() && spare.compareAndSet(null, workspace)) {
            return;
        }
        workspace.end();
    }

    /** The names of all sources, each once. */
    List<String> names() {
        return sources.stream().map(Source::name).distinct().toList();
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
        forgetSpare();
    }

    private Workspace gatherNow(Wanted wanted, Format format) throws InterruptedException {
        long begin = System.nanoTime();
        Settings now = settings;
        Workspace workspace = workspace();
        Page page = workspace.page();
        page.clear();
        for (Source source : sources) {
            if (!wanted.source(source.name())) {
                continue;
            }
            SourceSamples samples = workspace.of(source);
            samples.begin(now.seriesPerFamilyMax());
            if (callers.ask(source, samples, timeout(now, wanted, begin))) {
                samples.end();
                page.add(samples, wanted);
            } else {
                workspace.giveUp(source);
            }
        }
        workspace.text().clear();
        page.write(format, workspace.text());
        scrapes.increment();
        series = page.series();
        seconds = (System.nanoTime() - begin) / 1e9;
        return workspace;
    }

    /** For the next source: what the settings give, or what is left of the client's time. */
    private static Duration timeout(Settings now, Wanted wanted, long begin) {
        if (wanted.timeout().isEmpty()) {
            return now.sourceTimeout();
        }
        Duration left = wanted.timeout().get().minusNanos(System.nanoTime() - begin);
        return left.compareTo(now.sourceTimeout()) < 0 ? left : now.sourceTimeout();
    }

    private Workspace workspace() {
        Workspace kept = spare.getAndSet(null);
        if (kept != null && kept.generation() == generation.get()) {
            return kept;
        }
        if (kept != null) {
            kept.end();
        }
        return new Workspace(generation.get());
    }

    /** What is kept knows sources, and with them their bundles' classes. */
    private void forgetSpare() {
        generation.incrementAndGet();
        Workspace kept = spare.getAndSet(null);
        if (kept != null) {
            kept.end();
        }
    }
}
