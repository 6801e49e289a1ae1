package io.drover.metrics.internal;

import io.drover.metrics.internal.Ledger.Reason;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The series of all sources as one page on which no name stands for two things. Who comes first
 * keeps a name. Belongs to one thread.
 */
final class Page {

    private final Map<String, Points> families = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();
    private int series;

    /** Takes over what one source has given. */
    void add(Iterable<Points> given, Ledger ledger) {
        for (Points points : given) {
            Points there = families.get(points.definition().family().name());
            if (there == null) {
                addNew(points, ledger);
            } else if (there.definition().family().equals(points.definition().family())) {
                merge(points, there, ledger);
            } else {
                conflict(points, ledger);
            }
        }
    }

    int series() {
        return series;
    }

    MetricSnapshots snapshots() {
        List<MetricSnapshot> snapshots = new ArrayList<>(families.size());
        families.values().forEach(points -> snapshots.add(points.snapshot()));
        return new MetricSnapshots(snapshots);
    }

    private void addNew(Points points, Ledger ledger) {
        List<String> names = points.definition().sampleNames();
        if (names.stream().anyMatch(taken::contains)) {
            conflict(points, ledger);
            return;
        }
        taken.addAll(names);
        families.put(points.definition().family().name(), points);
        series += points.size();
    }

    private void merge(Points points, Points into, Ledger ledger) {
        for (DataPointSnapshot point : points.all()) {
            if (into.put(point)) {
                series++;
            } else {
                ledger.drop(
                        Reason.DUPLICATE,
                        points.definition().family().name(),
                        "given by another source too");
            }
        }
    }

    private static void conflict(Points points, Ledger ledger) {
        for (int i = 0; i < points.size(); i++) {
            ledger.drop(
                    Reason.CONFLICT,
                    points.definition().family().name(),
                    "another source has the name for something else");
        }
    }
}
