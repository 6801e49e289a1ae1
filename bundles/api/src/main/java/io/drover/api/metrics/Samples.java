package io.drover.api.metrics;

/** Where a {@link MetricSource} puts its figures during one scrape. Not to be kept beyond it. */
public interface Samples {

    /**
     * One value of a counter, gauge or info.
     *
     * @param labelValues as many as the family has labels, in their order
     */
    void add(Family family, double value, String... labelValues);

    /** As {@link #add(Family, double, String...)} for a family without labels, and no array. */
    default void add(Family family, double value) {
        add(family, value, new String[0]);
    }

    /** As {@link #add(Family, double, String...)} for one label, and no array. */
    default void add(Family family, double value, String labelValue) {
        add(family, value, new String[] {labelValue});
    }

    /** As {@link #add(Family, double, String...)} for two labels, and no array. */
    default void add(Family family, double value, String first, String second) {
        add(family, value, new String[] {first, second});
    }

    /** One value that is counted in whole numbers; exact up to 2^53. */
    default void add(Family family, long value, String... labelValues) {
        add(family, (double) value, labelValues);
    }

    /** As {@link #add(Family, long, String...)} for a family without labels, and no array. */
    default void add(Family family, long value) {
        add(family, (double) value);
    }

    /** As {@link #add(Family, long, String...)} for one label, and no array. */
    default void add(Family family, long value, String labelValue) {
        add(family, (double) value, labelValue);
    }

    /** As {@link #add(Family, long, String...)} for two labels, and no array. */
    default void add(Family family, long value, String first, String second) {
        add(family, (double) value, first, second);
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
