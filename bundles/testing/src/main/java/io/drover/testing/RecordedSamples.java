package io.drover.testing;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Remembers what a {@link io.drover.api.metrics.MetricSource} gives, and refuses what the registry
 * would drop. For one thread.
 */
public final class RecordedSamples implements Samples {

    private final Map<String, Double> values = new TreeMap<>();

    /** Each series as {@code name{label="value"}} with its value; of histograms count and sum. */
    public Map<String, Double> values() {
        return values;
    }

    @Override
    public void add(Family family, double value, String... labelValues) {
        put(family, family.name(), value, labelValues);
    }

    @Override
    public void histogram(Family family, long[] counts, double sum, String... labelValues) {
        if (counts.length != family.bounds().size() + 1) {
            throw new AssertionError(
                    family.name() + " has a bucket for each bound and one for infinity");
        }
        double count = 0;
        for (long one : counts) {
            count += one;
        }
        put(family, family.name() + "_count", count, labelValues);
        put(family, family.name() + "_sum", sum, labelValues);
    }

    private void put(Family family, String name, double value, String... labelValues) {
        if (labelValues.length != family.labels().size()) {
            throw new AssertionError(
                    "%s has the labels %s, was given %s"
                            .formatted(family.name(), family.labels(), List.of(labelValues)));
        }
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < labelValues.length; i++) {
            pairs.add(family.labels().get(i) + "=\"" + labelValues[i] + "\"");
        }
        String series = pairs.isEmpty() ? name : name + "{" + String.join(",", pairs) + "}";
        if (values.put(series, value) != null) {
            throw new AssertionError("given twice: " + series);
        }
    }
}
