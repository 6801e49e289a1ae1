package io.drover.autoscaling.internal.simulate;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads a load: CSV with a head ({@code time,cpu,memory}), or what the HTTP API of Prometheus
 * answers to a query over a range. Pure functions.
 */
final class LoadReader {

    private LoadReader() {}

    /**
     * @param name of the file, for messages
     * @param tree reads JSON
     * @throws IllegalArgumentException naming file, line, rule and value
     */
    static Load read(String name, String text, Function<String, Object> tree) {
        try {
            return text.stripLeading().startsWith("{") ? json(tree.apply(text)) : csv(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private static Load csv(String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("it is empty");
        }
        String[] names = cells(lines.get(0));
        if (names.length < 2) {
            throw new IllegalArgumentException(
                    "line 1 must name the columns, as time,cpu, is " + lines.get(0));
        }
        Load.Series[] columns = new Load.Series[names.length];
        for (int i = 0; i < names.length; i++) {
            columns[i] = new Load.Series();
        }
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                row(lines.get(i), i + 1, names, columns);
            }
        }
        Map<String, Load.Series> series = new LinkedHashMap<>();
        for (int i = 1; i < names.length; i++) {
            put(series, names[i], columns[i]);
        }
        return checked(series);
    }

    private static void row(String line, int number, String[] names, Load.Series[] columns) {
        String[] cells = cells(line);
        if (cells.length != names.length) {
            throw new IllegalArgumentException(
                    "line "
                            + number
                            + " must have "
                            + names.length
                            + " columns, has "
                            + cells.length);
        }
        try {
            long at = time(cells[0]);
            for (int i = 1; i < cells.length; i++) {
                if (!cells[i].isEmpty() && !cells[i].equals("NaN")) {
                    columns[i].add(at, value(cells[i]));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
        }
    }

    private static String[] cells(String line) {
        String[] cells = line.split(line.indexOf(';') >= 0 ? ";" : ",", -1);
        for (int i = 0; i < cells.length; i++) {
            cells[i] = cells[i].strip().replaceAll("^\"|\"$", "");
        }
        return cells;
    }

    private static Load json(Object document) {
        Map<?, ?> data = map(map(document, "the document").get("data"), "data");
        if (!(data.get("result") instanceof List<?> results)) {
            throw new IllegalArgumentException(
                    "data.result must be a list, as Prometheus answers to /api/v1/query_range");
        }
        Map<String, Load.Series> series = new LinkedHashMap<>();
        for (Object each : results) {
            Map<?, ?> result = map(each, "data.result");
            Map<?, ?> labels = map(result.get("metric"), "metric");
            if (!(result.get("values") instanceof List<?> values)) {
                throw new IllegalArgumentException(
                        "data.result must have values: ask for a range (query_range)");
            }
            Load.Series points = new Load.Series();
            for (Object value : values) {
                if (!(value instanceof List<?> pair) || pair.size() != 2) {
                    throw new IllegalArgumentException(
                            "values must be [time, \"value\"], has " + value);
                }
                double number = value(String.valueOf(pair.get(1)));
                if (!Double.isNaN(number)) {
                    points.add(time(String.valueOf(pair.get(0))), number);
                }
            }
            put(series, name(labels), points);
        }
        return checked(series);
    }

    /** Of a series of Prometheus: the label resource, else its name, else nothing. */
    private static String name(Map<?, ?> labels) {
        Object resource = labels.get("resource");
        Object name = resource != null ? resource : labels.get("__name__");
        return name == null ? "" : name.toString();
    }

    private static void put(Map<String, Load.Series> all, String name, Load.Series one) {
        all.merge(name, one, Load.Series::plus);
    }

    private static Load checked(Map<String, Load.Series> series) {
        Load load = new Load(series);
        if (load.begin() >= load.end()) {
            throw new IllegalArgumentException("it must have two points in time at least");
        }
        return load;
    }

    private static Map<?, ?> map(Object tree, String what) {
        if (tree instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException(what + " must be an object, is " + tree);
    }

    /** Seconds or milliseconds of the epoch, RFC 3339, or a date and time in UTC. */
    private static long time(String text) {
        try {
            if (text.matches("[0-9.eE+]+")) {
                BigDecimal number = new BigDecimal(text);
                boolean seconds = number.compareTo(new BigDecimal("1e11")) < 0;
                return (seconds ? number.movePointRight(3) : number).longValue();
            }
            return text.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
                    ? Instant.parse(text).toEpochMilli()
                    : LocalDateTime.parse(text.replace(' ', 'T'))
                            .toInstant(ZoneOffset.UTC)
                            .toEpochMilli();
        } catch (DateTimeException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "a time must be seconds of the epoch or 2026-01-01T12:00:00Z, is " + text, e);
        }
    }

    private static double value(String text) {
        try {
            double value = Double.parseDouble(text);
            if (value < 0 || Double.isInfinite(value)) {
                throw new IllegalArgumentException("a value must be 0 or more, is " + text);
            }
            return value;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a value must be a number, is " + text, e);
        }
    }
}
