package io.drover.config.internal.read;

import io.drover.api.config.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * One YAML file: sections, below them keys, below them a scalar or a list of scalars. Used once, by
 * one thread.
 *
 * <p>It reads the engine's events, not its nodes: nothing recurses, what stands before a syntax
 * error is still checked, and an alias can only stand for what fits its place, so that no bomb can
 * be built from them.
 */
final class YamlFile {

    /** A shape that is right has three levels. */
    private static final int DEPTH_MAX = 8;

    private final String file;
    private final Iterator<Event> events;
    private final Findings findings;
    private final List<Given> given;
    private final List<Sources.Heading> headings;
    private final int valuesMax;
    private final Map<String, Value> anchors = new HashMap<>();
    private int values;

    /**
     * @param headings where sections go
     * @param given where values go; its size counts towards {@code valuesMax}
     */
    YamlFile(
            String file,
            String text,
            List<Sources.Heading> headings,
            List<Given> given,
            Findings findings,
            int valuesMax) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setLabel(file)
                        .setSchema(new CoreSchema())
                        .setCodePointLimit(Math.max(1, text.length()))
                        .build();
        this.file = file;
        this.events = new Parse(settings).parseString(text).iterator();
        this.headings = headings;
        this.given = given;
        this.findings = findings;
        this.valuesMax = valuesMax;
        this.values = given.size();
    }

    void read() {
        try {
            events.next();
            if (events.next() instanceof StreamEndEvent) {
                return;
            }
            root(events.next());
            events.next();
            Event after = events.next();
            if (!(after instanceof StreamEndEvent)) {
                add(at(after), "", "must be one document, a second one begins here", "");
            }
        } catch (MarkedYamlEngineException e) {
            Position at = e.getProblemMark().map(this::at).orElse(Position.start(file));
            add(at, "", "must be YAML: " + inOneLine(e.getProblem()), "");
        } catch (YamlEngineException e) {
            add(Position.start(file), "", "must be YAML: " + inOneLine(e.getMessage()), "");
        } catch (Stop e) {
            add(e.at, "", e.getMessage(), "");
        }
    }

    /** The parser writes the very character that it did not expect, also a line feed. */
    private static String inOneLine(String words) {
        return words.replaceAll("[\\p{Cntrl}\\s]+", " ");
    }

    private void root(Event event) throws Stop {
        if (isTagged(event, "")) {
            skip(event);
        } else if (event instanceof MappingStartEvent) {
            sections();
        } else if (!isNull(event)) {
            add(at(event), "", "must be sections with keys below them", "");
            skip(event);
        }
    }

    private void sections() throws Stop {
        Map<String, Position> seen = new HashMap<>();
        for (Event event = events.next();
                !(event instanceof MappingEndEvent);
                event = events.next()) {
            String place = at(event).toString();
            Optional<String> section = name(event, "", seen);
            Event below = events.next();
            section.map(s -> new Sources.Heading(s, place)).ifPresent(headings::add);
            if (section.isEmpty() || isTagged(below, section.get())) {
                skip(below);
            } else if (below instanceof MappingStartEvent) {
                keys(section.get());
            } else if (!isNull(below)) {
                add(at(below), section.get(), "is a section and must have keys below it", "");
                skip(below);
            }
        }
    }

    private void keys(String section) throws Stop {
        Map<String, Position> seen = new HashMap<>();
        for (Event event = events.next();
                !(event instanceof MappingEndEvent);
                event = events.next()) {
            String place = at(event).toString();
            Optional<String> key = name(event, section + ".", seen);
            Event below = events.next();
            if (key.isEmpty()) {
                skip(below);
                continue;
            }
            value(section + "." + key.get(), below)
                    .ifPresent(value -> given.add(new Given(section, key.get(), place, value)));
        }
    }

    /** A name on the left of a colon; empty, and told, when it cannot be used. */
    private Optional<String> name(Event event, String prefix, Map<String, Position> seen)
            throws Stop {
        if (!(event instanceof ScalarEvent scalar)) {
            add(at(event), "", "must have plain words as names", "");
            skip(event);
            return Optional.empty();
        }
        count(event);
        Position first = seen.putIfAbsent(scalar.getValue(), at(event));
        if (first != null) {
            String rule = "must be given once, first in line " + first.line();
            add(at(event), prefix + scalar.getValue(), rule, "");
            return Optional.empty();
        }
        return Optional.of(scalar.getValue());
    }

    private Optional<Value> value(String key, Event event) throws Stop {
        Optional<? extends Value> value;
        if (isTagged(event, key)) {
            skip(event);
            return Optional.empty();
        }
        if (event instanceof ScalarEvent scalar) {
            value = scalar(key, scalar);
        } else if (event instanceof SequenceStartEvent) {
            value = listing(key, event);
        } else if (event instanceof AliasEvent alias) {
            return aliased(key, alias, Value.class);
        } else {
            add(at(event), key, "must be a value or a list, and has keys below it", "");
            skip(event);
            return Optional.empty();
        }
        value.ifPresent(
                v -> ((NodeEvent) event).getAnchor().ifPresent(a -> anchors.put(a.getValue(), v)));
        return value.map(v -> v);
    }

    private Optional<Value.Listing> listing(String key, Event start) throws Stop {
        List<Value.Scalar> items = new ArrayList<>();
        boolean whole = true;
        for (Event event = events.next();
                !(event instanceof SequenceEndEvent);
                event = events.next()) {
            Optional<Value.Scalar> item = item(key, event);
            item.ifPresent(items::add);
            whole &= item.isPresent();
        }
        return whole ? Optional.of(new Value.Listing(items, origin(start))) : Optional.empty();
    }

    private Optional<Value.Scalar> item(String key, Event event) throws Stop {
        if (event instanceof ScalarEvent scalar) {
            Optional<Value.Scalar> item = scalar(key, scalar);
            item.ifPresent(v -> scalar.getAnchor().ifPresent(a -> anchors.put(a.getValue(), v)));
            return item;
        }
        if (event instanceof AliasEvent alias) {
            return aliased(key, alias, Value.Scalar.class);
        }
        add(at(event), key, "must be a list of single values", "");
        skip(event);
        return Optional.empty();
    }

    private Optional<Value.Scalar> scalar(String key, ScalarEvent event) throws Stop {
        count(event);
        ScalarKind.Answer answer = ScalarKind.of(event);
        if (answer.problem() != null) {
            add(at(event), key, answer.problem(), "");
            return Optional.empty();
        }
        return Optional.of(new Value.Scalar(event.getValue(), answer.kind(), origin(event)));
    }

    /** What the alias stands for, as if it were written here. */
    private <T extends Value> Optional<T> aliased(String key, AliasEvent event, Class<T> type)
            throws Stop {
        count(event);
        String anchor = event.getAlias().getValue();
        Value there = anchors.get(anchor);
        if (!type.isInstance(there)) {
            add(at(event), key, "must refer to a value with an anchor", "*" + anchor);
            return Optional.empty();
        }
        if (there instanceof Value.Listing listing) {
            count(event, listing.items().size());
            return Optional.of(type.cast(new Value.Listing(listing.items(), origin(event))));
        }
        Value.Scalar scalar = (Value.Scalar) there;
        return Optional.of(
                type.cast(new Value.Scalar(scalar.text(), scalar.kind(), origin(event))));
    }

    /** Passes over all that belongs to {@code event}. */
    private void skip(Event event) throws Stop {
        int depth = event instanceof CollectionStartEvent ? 1 : 0;
        while (depth > 0) {
            Event next = events.next();
            if (next instanceof CollectionStartEvent) {
                depth++;
            } else if (next instanceof CollectionEndEvent) {
                depth--;
            }
            if (depth > DEPTH_MAX) {
                throw new Stop(at(next), "must not be nested so deep; read no further");
            }
        }
    }

    private void count(Event event) throws Stop {
        count(event, 1);
    }

    private void count(Event event, int more) throws Stop {
        values += more;
        if (values > valuesMax) {
            throw new Stop(
                    at(event), "must not hold more than " + valuesMax + " values; read no further");
        }
    }

    /** A collection that claims to be something else; told. */
    private boolean isTagged(Event event, String key) {
        boolean tagged =
                event instanceof CollectionStartEvent start
                        && start.getTag().filter(tag -> !ScalarKind.isCollection(tag)).isPresent();
        if (tagged) {
            add(at(event), key, ScalarKind.NO_TAG, "");
        }
        return tagged;
    }

    private static boolean isNull(Event event) {
        return event instanceof ScalarEvent scalar && ScalarKind.isNull(scalar);
    }

    private void add(Position at, String key, String rule, String value) {
        findings.add(at.toString(), key, rule, value);
    }

    private Origin origin(Event event) {
        return new Origin(Origin.Kind.FILE, at(event).toString());
    }

    private Position at(Event event) {
        return event.getStartMark().map(this::at).orElse(Position.start(file));
    }

    private Position at(Mark mark) {
        return new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** Reading on would cost more than the file is worth. */
    private static final class Stop extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient Position at;

        Stop(Position at, String rule) {
            super(rule, null, false, false);
            this.at = at;
        }
    }
}
