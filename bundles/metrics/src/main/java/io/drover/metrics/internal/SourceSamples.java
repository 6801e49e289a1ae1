package io.drover.metrics.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.Samples;
import io.drover.metrics.internal.Ledger.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one source gives, scrape after scrape. A series is made when it is given first and found
 * again later: mostly it comes after the one it came after before, else by its labels. Leaves out
 * what would spoil the page, and counts it. Belongs to one scrape at a time; one that is given up
 * is never used again.
 */
final class SourceSamples implements Samples {

    /** In place of each label's value, on the series that stands for all that are too many. */
    static final String OVERFLOW = "overflow";

    /** A source that makes a new family each time shall not fill our memory. */
    private static final int FAMILIES_MAX = 4_096;

    private static final String[] NO_LABELS = {};
    private static final int SPARE = 256;

    private final Source source;
    private final Map<Family, Block> blocks = new HashMap<>();
    private final IdentityHashMap<Family, Block> byIdentity = new IdentityHashMap<>();
    private final List<Block> inOrder = new ArrayList<>();
    private final HashMap<Object, Series> known = new HashMap<>();
    private final Series.Probe probe = new Series.Probe();
    private long mark;
    private int given;
    private int seriesMax;
    private Series last;
    private Series first;

    /** The series of one family in one scrape. */
    static final class Block {
        private final Definition definition;
        private Series first;
        private Series last;
        private int count;
        private int overflowed;

        Block(Definition definition) {
            this.definition = definition;
        }

        Definition definition() {
            return definition;
        }

        Series first() {
            return first;
        }

        int count() {
            return count;
        }

        private void clear() {
            first = null;
            last = null;
            count = 0;
            overflowed = 0;
        }

        private void append(Series series) {
            series.next = null;
            if (first == null) {
                first = series;
            } else {
                last.next = series;
            }
            last = series;
            count++;
        }
    }

    SourceSamples(Source source) {
        this.source = source;
    }

    /**
     * Begins a scrape.
     *
     * @param max series of one family; the others are summed up in one
     */
    void begin(int max) {
        mark++;
        given = 0;
        seriesMax = max;
        last = null;
        inOrder.forEach(Block::clear);
    }

    /** Knows these families from now on. */
    void define(Map<Family, Definition> definitions) {
        if (blocks.isEmpty()) {
            definitions.forEach((family, sound) -> blocks.put(family, new Block(sound)));
            inOrder.addAll(blocks.values());
        }
    }

    /** Ends a scrape: forgets what has not been given for long. */
    void end() {
        String overflowing = "";
        for (Block block : inOrder) {
            if (block.overflowed > 0) {
                source.ledger().overflow(block.overflowed);
                overflowing = block.definition.family().name();
            }
        }
        source.overflowing(overflowing);
        if (known.size() > 2 * given + SPARE) {
            known.clear();
            for (Block block : inOrder) {
                for (Series each = block.first; each != null; each = each.next) {
                    known.put(each, each);
                }
            }
        }
    }

    /** Those with series in this scrape and those without. */
    List<Block> blocks() {
        return inOrder;
    }

    /** How many series are remembered. */
    int known() {
        return known.size();
    }

    Ledger ledger() {
        return source.ledger();
    }

    @Override
    public void add(Family family, double value, String... labelValues) {
        Block block = block(family);
        if (block != null && soundLabels(block, labelValues)) {
            Series next = expected();
            boolean found = next != null && next.is(block.definition, labelValues);
            put(block, found ? next : null, value, found ? NO_LABELS : labelValues);
        }
    }

    @Override
    public void add(Family family, double value) {
        Block block = block(family);
        if (block != null && soundLabels(block, NO_LABELS)) {
            Series next = expected();
            boolean found = next != null && next.is(block.definition);
            put(block, found ? next : null, value, NO_LABELS);
        }
    }

    @Override
    public void add(Family family, double value, String label) {
        Block block = block(family);
        if (block == null) {
            return;
        }
        Series next = expected();
        if (next != null && next.is(block.definition, label)) {
            put(block, next, value, NO_LABELS);
        } else {
            add(family, value, new String[] {label});
        }
    }

    @Override
    public void add(Family family, double value, String first, String second) {
        Block block = block(family);
        if (block == null) {
            return;
        }
        Series next = expected();
        if (next != null && next.is(block.definition, first, second)) {
            put(block, next, value, NO_LABELS);
        } else {
            add(family, value, new String[] {first, second});
        }
    }

    @Override
    public void histogram(Family family, long[] counts, double sum, String... labelValues) {
        Block block = block(family);
        if (block == null || !soundLabels(block, labelValues)) {
            return;
        }
        if (!block.definition.isHistogram() || !sound(block.definition, counts)) {
            source.ledger().drop(Reason.VALUE, family.name(), "buckets that are not the family's");
            return;
        }
        Series next = expected();
        boolean found = next != null && next.is(block.definition, labelValues);
        Series series = found ? withRoom(block, next) : find(block, labelValues);
        if (series == null) {
            overflow(block).add(counts, sum);
        } else if (take(block, series)) {
            series.set(counts, sum);
        }
    }

    private void put(Block block, Series found, double value, String[] labels) {
        Definition definition = block.definition;
        if (definition.isHistogram()) {
            source.ledger()
                    .drop(
                            Reason.VALUE,
                            definition.family().name(),
                            "a histogram is no single value");
            return;
        }
        if (definition.isCounter() && !(value >= 0)) {
            source.ledger()
                    .drop(Reason.VALUE, definition.family().name(), "a counter is never " + value);
            return;
        }
        Series series = found != null ? withRoom(block, found) : find(block, labels);
        if (series == null) {
            overflow(block).add(value);
        } else if (take(block, series)) {
            series.set(value);
        }
    }

    private Series expected() {
        return last == null ? first : last.following;
    }

    /** The series with these labels, made if need be; null if there are too many. */
    private Series find(Block block, String[] labels) {
        Series series = known.get(probe.of(block.definition, labels));
        if (series != null) {
            return withRoom(block, series);
        }
        if (block.count < seriesMax) {
            series = new Series(block.definition, labels.length == 0 ? NO_LABELS : labels.clone());
            known.put(series, series);
        }
        return series;
    }

    /** The series, or null if there are too many before it. */
    private Series withRoom(Block block, Series series) {
        return block.count < seriesMax || series.mark == mark ? series : null;
    }

    private boolean take(Block block, Series series) {
        if (series.mark == mark) {
            source.ledger()
                    .drop(
                            Reason.DUPLICATE,
                            block.definition.family().name(),
                            "given twice by one source");
            return false;
        }
        if (last == null) {
            first = series;
        } else {
            last.following = series;
        }
        last = series;
        append(block, series);
        return true;
    }

    private void append(Block block, Series series) {
        series.mark = mark;
        block.append(series);
        given++;
    }

    private Series overflow(Block block) {
        block.overflowed++;
        String[] labels = new String[block.definition.labels()];
        Arrays.fill(labels, OVERFLOW);
        Series series = known.get(probe.of(block.definition, labels));
        if (series == null) {
            series = new Series(block.definition, labels);
            known.put(series, series);
        }
        if (series.mark != mark) {
            series.reset();
            append(block, series);
        }
        return series;
    }

    private Block block(Family family) {
        Block known = byIdentity.get(family);
        if (known != null) {
            return known;
        }
        Block declared = blocks.get(family);
        if (declared == null) {
            source.ledger()
                    .drop(Reason.UNDECLARED, family.name(), "not in families(), or not sound");
            return null;
        }
        if (byIdentity.size() >= FAMILIES_MAX) {
            byIdentity.clear();
        }
        byIdentity.put(family, declared);
        return declared;
    }

    private boolean soundLabels(Block block, String[] values) {
        boolean sound = values.length == block.definition.labels();
        for (int i = 0; sound && i < values.length; i++) {
            sound = values[i] != null;
        }
        if (!sound) {
            source.ledger()
                    .drop(
                            Reason.LABELS,
                            block.definition.family().name(),
                            "needs a value for each of " + block.definition.family().labels());
        }
        return sound;
    }

    private static boolean sound(Definition definition, long[] counts) {
        boolean sound = counts.length == definition.buckets();
        for (int i = 0; sound && i < counts.length; i++) {
            sound = counts[i] >= 0;
        }
        return sound;
    }
}
