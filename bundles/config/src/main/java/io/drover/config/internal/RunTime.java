package io.drover.config.internal;

import io.drover.api.config.Origin;
import io.drover.config.internal.read.Given;
import io.drover.config.internal.read.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The run-time settings that hold. Immutable.
 *
 * @param byPath by section and key: {@code conntrack.log_level}
 */
record RunTime(SortedMap<String, Entry> byPath) {

    static final RunTime NONE = new RunTime(new TreeMap<>());

    /**
     * One value.
     *
     * @param until its end; null for none
     */
    record Entry(String section, String key, String text, Instant until) {

        String path() {
            return section + "." + key;
        }

        Origin origin() {
            return new Origin(Origin.Kind.RUN_TIME, until == null ? "" : until.toString());
        }

        Given given() {
            return new Given(section, key, origin().toString(), new Value.Variable(text, origin()));
        }
    }

    RunTime with(Entry entry) {
        SortedMap<String, Entry> more = new TreeMap<>(byPath);
        more.put(entry.path(), entry);
        return new RunTime(more);
    }

    RunTime without(Collection<String> paths) {
        SortedMap<String, Entry> less = new TreeMap<>(byPath);
        less.keySet().removeAll(paths);
        return new RunTime(less);
    }

    /** Without what is over by {@code now}. */
    RunTime at(Instant now) {
        return without(
                byPath.values().stream()
                        .filter(e -> e.until() != null && !e.until().isAfter(now))
                        .map(Entry::path)
                        .toList());
    }

    /** When the next one is over. */
    Optional<Instant> nextEnd() {
        return byPath.values().stream()
                .map(Entry::until)
                .filter(until -> until != null)
                .min(Instant::compareTo);
    }

    /** All of them, as a source gives them. */
    List<Given> given() {
        List<Given> given = new ArrayList<>();
        byPath.values().forEach(entry -> given.add(entry.given()));
        return given;
    }
}
