package io.drover.config.internal.schema;

import java.util.List;

/**
 * One key of a section.
 *
 * @param name as people write it: {@code poll_interval_ms}
 * @param id as Configuration Admin has it: {@code poll.interval.ms}
 * @param itemsMax how many values a list may have; 0 when it is no list
 * @param defaults the values that hold when nothing is said, as text
 * @param bounds of a number, or of a text's length
 * @param options the only values that may be given, see {@link Choice}; empty when any may
 * @param description what it is for, in a sentence or two; may be empty
 */
public record Key(
        String name,
        String id,
        ValueType type,
        int itemsMax,
        List<String> defaults,
        Bounds bounds,
        List<String> options,
        String description) {

    public Key {
        defaults = List.copyOf(defaults);
        options = List.copyOf(options);
    }

    /** What it offers; empty when any value may be given. */
    public List<Choice> choices() {
        return options.stream().filter(option -> !option.isEmpty()).map(Choice::of).toList();
    }

    /** Whether {@code text} is one of its options, if it has some. */
    public boolean offers(String text) {
        return options.isEmpty()
                || options.contains(text)
                || choices().stream().anyMatch(choice -> choice.admits(text));
    }

    /** Whether it takes a list. */
    public boolean list() {
        return itemsMax > 0;
    }

    /** Whether nobody but its component may see its value. */
    public boolean secret() {
        return type == ValueType.SECRET;
    }

    /**
     * The name for an id. Declarative Services make the id from the annotation's method, in which
     * {@code _} became a dot, {@code __} one underscore and {@code $_$} a hyphen (Declarative
     * Services 1.5, 112.8.2.1); people write underscores for them all. A leading dot only keeps the
     * value out of service properties.
     */
    static String nameOf(String id) {
        String bare = id.startsWith(".") ? id.substring(1) : id;
        return bare.replace('.', '_').replace('-', '_');
    }
}
