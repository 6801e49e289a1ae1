package io.drover.metrics.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.Samples;
import io.drover.metrics.internal.Ledger.Reason;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one source gives in one scrape. Leaves out what would spoil the page, and counts it. Belongs
 * to the thread that collects; what is left when that is given up, nobody reads.
 */
final class SourceSamples implements Samples {

    private final Map<Family, Definition> definitions;
    private final Ledger ledger;
    private final Map<Definition, Points> points = new LinkedHashMap<>();
    private final IdentityHashMap<Family, Points> byIdentity = new IdentityHashMap<>();

    SourceSamples(Map<Family, Definition> definitions, Ledger ledger) {
        this.definitions = definitions;
        this.ledger = ledger;
    }

    Collection<Points> points() {
        return points.values();
    }

    @Override
    public void add(Family family, double value, String... labelValues) {
        Points of = pointsOf(family);
        Labels labels = of == null ? null : labels(of, labelValues);
        if (labels == null) {
            return;
        }
        if (family.type() == Family.Type.COUNTER && !(value >= 0)) {
            ledger.drop(Reason.VALUE, family.name(), "a counter is never " + value);
        } else if (family.type() == Family.Type.HISTOGRAM) {
            ledger.drop(Reason.VALUE, family.name(), "a histogram is no single value");
        } else {
            countDuplicate(of.put(labels, value), family);
        }
    }

    @Override
    public void histogram(Family family, long[] counts, double sum, String... labelValues) {
        Points of = pointsOf(family);
        Labels labels = of == null ? null : labels(of, labelValues);
        if (labels == null) {
            return;
        }
        if (family.type() != Family.Type.HISTOGRAM || !sound(of.definition(), counts)) {
            ledger.drop(Reason.VALUE, family.name(), "buckets that are not the family's");
        } else {
            countDuplicate(of.put(labels, counts, sum), family);
        }
    }

    private Points pointsOf(Family family) {
        Points known = byIdentity.get(family);
        if (known != null) {
            return known;
        }
        Definition definition = definitions.get(family);
        if (definition == null) {
            ledger.drop(Reason.UNDECLARED, family.name(), "not in families(), or not sound");
            return null;
        }
        Points made = points.computeIfAbsent(definition, Points::new);
        byIdentity.put(family, made);
        return made;
    }

    private Labels labels(Points of, String[] values) {
        String[] names = of.definition().labelNames();
        boolean sound = values.length == names.length;
        for (int i = 0; sound && i < values.length; i++) {
            sound = values[i] != null;
        }
        if (!sound) {
            ledger.drop(
                    Reason.LABELS,
                    of.definition().family().name(),
                    "needs a value for each of " + of.definition().family().labels());
            return null;
        }
        return names.length == 0 ? Labels.EMPTY : Labels.of(names, values);
    }

    private static boolean sound(Definition definition, long[] counts) {
        boolean sound = counts.length == definition.bounds().length;
        for (int i = 0; sound && i < counts.length; i++) {
            sound = counts[i] >= 0;
        }
        return sound;
    }

    private void countDuplicate(boolean isNew, Family family) {
        if (!isNew) {
            ledger.drop(Reason.DUPLICATE, family.name(), "given twice by one source");
        }
    }
}
