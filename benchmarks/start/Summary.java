import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of a run: median (least to most) of each series, and its ratio to the same start of the
 * baseline.
 *
 * <pre>Summary RESULTS BASELINE</pre>
 */
final class Summary {

    private static final String FORMAT = "%-34s %-5s  %-20s %-6s %-20s %-6s %-18s %-6s%n";

    private Summary() {}

    /**
     * One series.
     *
     * @param values of one figure, in the order of the rounds
     */
    private record Series(List<Double> values) {

        double median() {
            List<Double> sorted = values.stream().sorted().toList();
            int half = sorted.size() / 2;
            return sorted.size() % 2 == 1
                    ? sorted.get(half)
                    : (sorted.get(half - 1) + sorted.get(half)) / 2;
        }

        String show(String format) {
            double least = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
            double most = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
            return String.format(
                    format + " (" + format + "-" + format + ")", median(), least, most);
        }

        String ratioTo(Series other) {
            return other == null ? "" : String.format("%.2f", median() / other.median());
        }
    }

    public static void main(String[] words) throws Exception {
        Map<String, List<Series>> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of(words[0]))) {
            String[] cells = line.split("\t");
            List<Series> row =
                    rows.computeIfAbsent(
                            cells[0] + "\t" + cells[1],
                            key ->
                                    List.of(
                                            new Series(new ArrayList<>()),
                                            new Series(new ArrayList<>()),
                                            new Series(new ArrayList<>())));
            row.get(0).values().add(Double.parseDouble(cells[2]) / 1000);
            row.get(1).values().add(Double.parseDouble(cells[3]) / 1000);
            row.get(2).values().add(Double.parseDouble(cells[4]) / 1024);
        }
        System.out.printf(
                FORMAT,
                "",
                "start",
                "ready after s",
                "ratio",
                "CPU until ready s",
                "ratio",
                "RSS idle MiB",
                "ratio");
        rows.forEach(
                (key, row) -> {
                    String[] name = key.split("\t");
                    List<Series> base = rows.get(words[1] + "\t" + name[1]);
                    System.out.printf(
                            FORMAT,
                            name[0],
                            name[1],
                            row.get(0).show("%.2f"),
                            row.get(0).ratioTo(base == null ? null : base.get(0)),
                            row.get(1).show("%.2f"),
                            row.get(1).ratioTo(base == null ? null : base.get(1)),
                            row.get(2).show("%.0f"),
                            row.get(2).ratioTo(base == null ? null : base.get(2)));
                });
        System.out.println("median (least-most); ratio to " + words[1] + ", of the same start");
    }
}
