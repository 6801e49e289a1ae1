package io.drover.metrics.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One series of one source: how it begins on a page, which is made once, and its newest figures.
 * Belongs to one scrape at a time.
 */
final class Series {

    private final Definition definition;
    private final String[] labels;
    private final int hash;

    /** Each line up to its value: one; of a histogram each bucket, count and sum. */
    private final byte[][] lines;

    private final long[] counts;
    private double value;

    /** Of the scrape in which it was given last. */
    long mark;

    /** What the source gave after this one when it gave this one last. */
    Series following;

    /** The next one of the same family in this scrape. */
    Series next;

    Series(Definition definition, String[] labels) {
        this.definition = definition;
        this.labels = labels;
        this.hash = hash(definition, labels);
        this.lines = lines();
        this.counts = new long[definition.isHistogram() ? definition.buckets() : 0];
    }

    Definition definition() {
        return definition;
    }

    boolean is(Definition other, String[] values) {
        return definition == other && Arrays.equals(labels, values);
    }

    boolean is(Definition other) {
        return definition == other && labels.length == 0;
    }

    boolean is(Definition other, String value) {
        return definition == other && labels.length == 1 && labels[0].equals(value);
    }

    boolean is(Definition other, String first, String second) {
        return definition == other
                && labels.length == 2
                && labels[0].equals(first)
                && labels[1].equals(second);
    }

    void set(double now) {
        value = now;
    }

    void set(long[] now, double sum) {
        System.arraycopy(now, 0, counts, 0, counts.length);
        value = sum;
    }

    /** Nothing yet; for one that stands for several. */
    void reset() {
        value = 0;
        Arrays.fill(counts, 0);
    }

    void add(double more) {
        value += more;
    }

    void add(long[] more, double sum) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += more[i];
        }
        value += sum;
    }

    /** What tells it from the others of its family; for families of several sources. */
    String labelText() {
        return String.join("\u0000", labels);
    }

    void write(Bytes out) {
        if (!definition.isHistogram()) {
            out.put(lines[0]);
            if (definition.isInfo()) {
                out.put('1');
            } else {
                Numbers.put(value, out);
            }
            out.put('\n');
            return;
        }
        long sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[i];
            out.put(lines[i]);
            out.put(sum);
            out.put('\n');
        }
        out.put(lines[counts.length]);
        out.put(sum);
        out.put('\n');
        out.put(lines[counts.length + 1]);
        Numbers.put(value, out);
        out.put('\n');
    }

    /** Equal to what {@link Probe} asks for; never compared with another one. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    static int hash(Definition definition, String[] labels) {
        return System.identityHashCode(definition) * 31 + Arrays.hashCode(labels);
    }

    /** Finds a series in a map without making a key for it. */
    static final class Probe {
        private Definition definition;
        private String[] labels;

        Probe of(Definition wanted, String[] values) {
            definition = wanted;
            labels = values;
            return this;
        }

        @Override
        @SuppressWarnings("EqualsUnsafeCast") // A map of series holds nothing else.
        public boolean equals(Object other) {
            return other instanceof Series series && series.is(definition, labels);
        }

        @Override
        public int hashCode() {
            return hash(definition, labels);
        }
    }

    private byte[][] lines() {
        String name = definition.family().name();
        if (!definition.isHistogram()) {
            return new byte[][] {line(name, "")};
        }
        byte[][] all = new byte[definition.buckets() + 2][];
        for (int i = 0; i < definition.buckets(); i++) {
            all[i] = line(name + "_bucket", "le=\"" + definition.boundText(i) + "\"");
        }
        all[all.length - 2] = line(name + "_count", "");
        all[all.length - 1] = line(name + "_sum", "");
        return all;
    }

    private byte[] line(String name, String last) {
        StringBuilder text = new StringBuilder(name);
        char before = '{';
        for (int at : definition.labelOrder()) {
            text.append(before).append(definition.family().labels().get(at)).append("=\"");
            escape(labels[at], text);
            text.append('"');
            before = ',';
        }
        if (!last.isEmpty()) {
            text.append(before).append(last);
            before = ',';
        }
        if (before == ',') {
            text.append('}');
        }
        return text.append(' ').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void escape(String value, StringBuilder text) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(c);
            }
        }
    }
}
