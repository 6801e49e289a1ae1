package io.drover.api.metrics;

/** Where a {@link MetricSource} puts its figures during one scrape. Not to be kept beyond it. */
public interface Samples {

    /**
     * One value of a counter, gauge or info.
     *
     * @param labelValues as many as the family has labels, in their order
     */
    void add(Family family, double value, String... labelValues);

    /** One value that is counted in whole numbers; exact up to 2^53. */
    default void add(Family family, long value, String... labelValues) {
        add(family, (double) value, labelValues);
    }

    /**
     * One histogram.
     *
     * @param counts observations in each bucket, not cumulative; one more than the family has
     *     bounds, the last for infinity
     * @param sum the sum of all observed values
     */
    void histogram(Family family, long[] counts, double sum, String... labelValues);
}
