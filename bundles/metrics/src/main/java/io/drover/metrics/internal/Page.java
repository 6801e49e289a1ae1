package io.drover.metrics.internal;

import io.drover.metrics.internal.Ledger.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The series of all sources as one page on which no name stands for two things. Who comes first
 * keeps a name. Belongs to one scrape at a time, and is used again by later ones.
 */
final class Page {

    private static final byte[] END = {'#', ' ', 'E', 'O', 'F', '\n'};
    private static final Comparator<Group> BY_NAME =
            Comparator.comparing((Group group) -> group.definition.base());

    private final Map<String, Group> groups = new HashMap<>();
    private final List<Group> sorted = new ArrayList<>();
    private final Set<String> taken = new HashSet<>();
    private int series;

    /** One family with the series of each source that has it. */
    private static final class Group {
        private final Definition definition;
        private final List<Series> parts = new ArrayList<>(1);
        private Set<String> labels;

        Group(Definition definition) {
            this.definition = definition;
        }
    }

    void clear() {
        groups.clear();
        sorted.clear();
        taken.clear();
        series = 0;
    }

    /** Takes over what one source has given and the client wants. */
    void add(SourceSamples given, Wanted wanted) {
        for (SourceSamples.Block block : given.blocks()) {
            if (block.count() > 0 && wanted.family(block.definition())) {
                add(block, given.ledger());
            }
        }
    }

    int series() {
        return series;
    }

    /** Writes all of it. */
    void write(Format format, Bytes out) {
        boolean open = format == Format.OPENMETRICS_1_0_0;
        sorted.sort(BY_NAME);
        for (Group group : sorted) {
            out.put(open ? group.definition.openHead() : group.definition.textHead());
            for (Series part : group.parts) {
                for (Series each = part; each != null; each = each.next) {
                    each.write(out);
                }
            }
        }
        if (open) {
            out.put(END);
        }
    }

    private void add(SourceSamples.Block block, Ledger ledger) {
        Definition definition = block.definition();
        Group there = groups.get(definition.family().name());
        if (there == null) {
            addNew(block, ledger);
        } else if (there.definition.family().equals(definition.family())) {
            merge(block, there, ledger);
        } else {
            conflict(block, ledger);
        }
    }

    private void addNew(SourceSamples.Block block, Ledger ledger) {
        Definition definition = block.definition();
        for (String name : definition.sampleNames()) {
            if (taken.contains(name)) {
                conflict(block, ledger);
                return;
            }
        }
        taken.addAll(definition.sampleNames());
        Group group = new Group(definition);
        group.parts.add(block.first());
        groups.put(definition.family().name(), group);
        sorted.add(group);
        series += block.count();
    }

    /** The series of another source; those that are there already are taken out of its list. */
    private void merge(SourceSamples.Block block, Group into, Ledger ledger) {
        if (into.labels == null) {
            into.labels = new HashSet<>();
            for (Series each = into.parts.get(0); each != null; each = each.next) {
                into.labels.add(each.labelText());
            }
        }
        Series begin = null;
        Series end = null;
        for (Series each = block.first(); each != null; each = each.next) {
            if (!into.labels.add(each.labelText())) {
                ledger.drop(
                        Reason.DUPLICATE,
                        block.definition().family().name(),
                        "given by another source too");
                continue;
            }
            if (begin == null) {
                begin = each;
            } else {
                end.next = each;
            }
            end = each;
            series++;
        }
        if (begin != null) {
            end.next = null;
            into.parts.add(begin);
        }
    }

    private static void conflict(SourceSamples.Block block, Ledger ledger) {
        for (int i = 0; i < block.count(); i++) {
            ledger.drop(
                    Reason.CONFLICT,
                    block.definition().family().name(),
                    "another source has the name for something else");
        }
    }
}
