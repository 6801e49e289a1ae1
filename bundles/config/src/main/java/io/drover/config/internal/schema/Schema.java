package io.drover.config.internal.schema;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that can be configured now: the sections of the installed bundles.
 *
 * @param sections by word
 */
public record Schema(SortedMap<String, Section> sections) {

    /** Words of Drover bundles. That one of them is not installed makes its section no mistake. */
    private static final Set<String> RESERVED =
            Set.of(
                    "autoscaling",
                    "config",
                    "conntrack",
                    "console",
                    "core",
                    "grpc",
                    "http",
                    "kernel",
                    "kubernetes",
                    "link",
                    "metrics",
                    "profiling",
                    "security",
                    "shell");

    /**
     * The log level of a section's bundle; every section has it, and no component is handed it.
     * Empty: as the configuration of the log says.
     */
    public static final Key LOG_LEVEL =
            new Key(
                    "log_level",
                    "log.level",
                    ValueType.TEXT,
                    0,
                    List.of(""),
                    Bounds.of("", ""),
                    List.of("", "trace", "debug", "info", "warn", "error", "off"),
                    "The log level of this subsystem; empty: as the configuration of the log"
                            + " says.");

    public Schema {
        sections = Collections.unmodifiableSortedMap(new TreeMap<>(sections));
    }

    /** The schema of these sections; of two with the same word the later one counts. */
    public static Schema of(Collection<Section> sections) {
        SortedMap<String, Section> byWord = new TreeMap<>();
        sections.forEach(section -> byWord.put(section.word(), section));
        return new Schema(byWord);
    }

    /** This schema with {@link #LOG_LEVEL} in each section. */
    public Schema withLogLevels() {
        return of(sections.values().stream().map(section -> section.with(LOG_LEVEL)).toList());
    }

    /** The section, if its bundle is installed. */
    public Optional<Section> section(String word) {
        return Optional.ofNullable(sections.get(word));
    }

    /** Every word that may stand as a section. */
    public Set<String> words() {
        Set<String> words = new TreeSet<>(RESERVED);
        words.addAll(sections.keySet());
        return words;
    }

    /** The sections by PID. */
    public Map<String, Section> byPid() {
        Map<String, Section> byPid = new TreeMap<>();
        sections.values().forEach(section -> byPid.put(section.pid(), section));
        return byPid;
    }
}
