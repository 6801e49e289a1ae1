package io.drover.metrics.internal;

import io.drover.api.metrics.Family;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A {@link Family} that has been found to be sound, in the forms that a scrape needs. */
final class Definition {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private final Family family;
    private final MetricMetadata metadata;
    private final String[] labelNames;
    private final double[] bounds;

    private Definition(Family family) {
        this.family = family;
        this.metadata = new MetricMetadata(base(family), family.help());
        this.labelNames = family.labels().toArray(String[]::new);
        this.bounds = new double[family.bounds().size() + 1];
        for (int i = 0; i < bounds.length - 1; i++) {
            bounds[i] = family.bounds().get(i);
        }
        bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
    }

    /**
     * Checks a family.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Definition of(Family family) {
        require(NAME.matcher(family.name()).matches(), "its name is not one of Prometheus");
        require(!family.help().isBlank(), "it has no help");
        checkLabels(family);
        checkBounds(family);
        return new Definition(family);
    }

    Family family() {
        return family;
    }

    MetricMetadata metadata() {
        return metadata;
    }

    /** To be read only. */
    String[] labelNames() {
        return labelNames;
    }

    /** Upper bounds with infinity as the last; to be read only. */
    double[] bounds() {
        return bounds;
    }

    /** Every name that is taken on a page by this family, in one format or the other. */
    List<String> sampleNames() {
        String base = base(family);
        return switch (family.type()) {
            case COUNTER -> List.of(base, base + "_total", base + "_created");
            case INFO -> List.of(base, base + "_info");
            case GAUGE -> List.of(base);
            case HISTOGRAM ->
                    List.of(
                            base,
                            base + "_bucket",
                            base + "_count",
                            base + "_sum",
                            base + "_created");
        };
    }

    /** The name as OpenMetrics knows it: without the suffix that the type implies. */
    private static String base(Family family) {
        String name = family.name();
        return switch (family.type()) {
            case COUNTER -> name.substring(0, name.length() - "_total".length());
            case INFO -> name.substring(0, name.length() - "_info".length());
            case GAUGE, HISTOGRAM -> name;
        };
    }

    private static void checkLabels(Family family) {
        Set<String> seen = new HashSet<>();
        for (String label : family.labels()) {
            require(
                    LABEL.matcher(label).matches() && !label.startsWith("__"),
                    "its label '" + label + "' is not one of Prometheus");
            require(seen.add(label), "it has the label " + label + " twice");
            require(
                    family.type() != Family.Type.HISTOGRAM || !"le".equals(label),
                    "the label le belongs to a histogram's buckets");
        }
    }

    private static void checkBounds(Family family) {
        require(
                family.bounds().isEmpty() || family.type() == Family.Type.HISTOGRAM,
                "only a histogram has bounds");
        double last = Double.NEGATIVE_INFINITY;
        for (double bound : family.bounds()) {
            require(bound > last && bound < Double.POSITIVE_INFINITY, "its bounds do not ascend");
            last = bound;
        }
    }

    private static void require(boolean sound, String otherwise) {
        if (!sound) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
