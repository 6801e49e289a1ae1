package io.drover.metrics.internal;

import io.drover.api.metrics.Family;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A {@link Family} that has been found to be sound, in the forms that a scrape needs. */
final class Definition {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    /** Units of the OpenMetrics text; Prometheus has no others for us (naming: base units). */
    private static final List<String> UNITS = List.of("seconds", "bytes", "ratio", "celsius");

    private final Family family;
    private final String base;
    private final List<String> sampleNames;
    private final int[] labelOrder;
    private final byte[] textHead;
    private final byte[] openHead;

    private Definition(Family family) {
        this.family = family;
        this.base = base(family);
        this.sampleNames = sampleNames(family, base);
        this.labelOrder =
                IntStream.range(0, family.labels().size())
                        .boxed()
                        .sorted(Comparator.comparing(family.labels()::get))
                        .mapToInt(Integer::intValue)
                        .toArray();
        this.textHead = makeTextHead();
        this.openHead = makeOpenHead();
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

    /** The name as OpenMetrics knows it: without the suffix that the type implies. */
    String base() {
        return base;
    }

    boolean isHistogram() {
        return family.type() == Family.Type.HISTOGRAM;
    }

    boolean isInfo() {
        return family.type() == Family.Type.INFO;
    }

    boolean isCounter() {
        return family.type() == Family.Type.COUNTER;
    }

    int labels() {
        return labelOrder.length;
    }

    /** How many buckets, infinity among them. */
    int buckets() {
        return family.bounds().size() + 1;
    }

    String boundText(int bucket) {
        return bucket == family.bounds().size()
                ? "+Inf"
                : String.valueOf(family.bounds().get(bucket).doubleValue());
    }

    /** The indexes of the labels in the order of their names; to be read only. */
    int[] labelOrder() {
        return labelOrder;
    }

    /** Every name that is taken on a page by this family, in one format or the other. */
    List<String> sampleNames() {
        return sampleNames;
    }

    /** What stands above its series in the Prometheus text format 0.0.4; to be read only. */
    byte[] textHead() {
        return textHead;
    }

    /** What stands above its series in OpenMetrics 1.0; to be read only. */
    byte[] openHead() {
        return openHead;
    }

    private byte[] makeTextHead() {
        String name = family.name();
        String type = isInfo() ? "gauge" : word();
        return ("# HELP " + name + ' ' + escaped(false) + "\n# TYPE " + name + ' ' + type + '\n')
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] makeOpenHead() {
        String unit = unit().map(word -> "# UNIT " + base + ' ' + word + '\n').orElse("");
        return ("# TYPE "
                        + base
                        + ' '
                        + word()
                        + '\n'
                        + unit
                        + "# HELP "
                        + base
                        + ' '
                        + escaped(true)
                        + '\n')
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The unit that ends the name, if any. */
    Optional<String> unit() {
        return isInfo()
                ? Optional.empty()
                : UNITS.stream().filter(unit -> base.endsWith("_" + unit)).findFirst();
    }

    private String word() {
        return family.type().name().toLowerCase(Locale.ROOT);
    }

    private String escaped(boolean quotes) {
        String text = family.help().replace("\\", "\\\\").replace("\n", "\\n");
        return quotes ? text.replace("\"", "\\\"") : text;
    }

    private static List<String> sampleNames(Family family, String base) {
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
