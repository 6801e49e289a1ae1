package io.drover.metrics.internal;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The series of one family during one scrape. Belongs to one thread. */
final class Points {

    private static final long NO_TIMESTAMP = 0;

    private final Definition definition;
    private final Map<Labels, DataPointSnapshot> points = new LinkedHashMap<>();

    Points(Definition definition) {
        this.definition = definition;
    }

    Definition definition() {
        return definition;
    }

    int size() {
        return points.size();
    }

    Collection<DataPointSnapshot> all() {
        return points.values();
    }

    /**
     * Adds a value of a counter, gauge or info.
     *
     * @return whether there was none with these labels
     */
    boolean put(Labels labels, double value) {
        return put(
                switch (definition.family().type()) {
                    case COUNTER -> new CounterDataPointSnapshot(value, labels, null, NO_TIMESTAMP);
                    case GAUGE -> new GaugeDataPointSnapshot(value, labels, null);
                    case INFO -> new InfoDataPointSnapshot(labels);
                    case HISTOGRAM ->
                            throw new IllegalArgumentException("a histogram is no single value");
                });
    }

    /**
     * Adds a histogram.
     *
     * @return whether there was none with these labels
     */
    boolean put(Labels labels, long[] counts, double sum) {
        return put(
                new HistogramDataPointSnapshot(
                        ClassicHistogramBuckets.of(definition.bounds(), counts),
                        sum,
                        labels,
                        Exemplars.EMPTY,
                        NO_TIMESTAMP));
    }

    /** Adds a point of another source for the same family. */
    boolean put(DataPointSnapshot point) {
        return points.putIfAbsent(point.getLabels(), point) == null;
    }

    MetricSnapshot snapshot() {
        return switch (definition.family().type()) {
            case COUNTER ->
                    new CounterSnapshot(
                            definition.metadata(), points(CounterDataPointSnapshot.class));
            case GAUGE ->
                    new GaugeSnapshot(definition.metadata(), points(GaugeDataPointSnapshot.class));
            case INFO ->
                    new InfoSnapshot(definition.metadata(), points(InfoDataPointSnapshot.class));
            case HISTOGRAM ->
                    new HistogramSnapshot(
                            definition.metadata(), points(HistogramDataPointSnapshot.class));
        };
    }

    private <T> List<T> points(Class<T> type) {
        List<T> typed = new ArrayList<>(points.size());
        points.values().forEach(point -> typed.add(type.cast(point)));
        return typed;
    }
}
