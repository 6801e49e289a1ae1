package io.drover.core.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lays out rows for a terminal: columns as wide as their widest cell, two spaces apart, nothing
 * after the last one. Of a cell with several lines, as of an exception, the first is shown.
 */
final class TextTable {

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... heads) {
        rows.add(List.of(heads));
    }

    TextTable row(String... cells) {
        rows.add(Arrays.stream(cells).map(TextTable::firstLine).toList());
        return this;
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    @Override
    public String toString() {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder(256);
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(80);
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
