package io.drover.api.metrics;

import java.util.List;

/**
 * Series of one bundle, read at each scrape. Published as a service. The bundle counts into its own
 * fields (a {@link java.util.concurrent.atomic.LongAdder} costs nothing on a hot path) and hands
 * the figures over only when asked.
 */
public interface MetricSource {

    /** All families that {@link #collect} may give, always the same ones. */
    List<Family> families();

    /**
     * Gives the present figures. Called on the threads of scrapes, at times on several at once;
     * must not block. What it throws costs this source its series for that scrape and is counted.
     */
    void collect(Samples out);
}
