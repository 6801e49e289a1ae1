package io.drover.config.internal.read;

import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;

/** Tells what a scalar is by YAML 1.2's core schema. */
final class ScalarKind {

    private static final Map<Tag, Value.Kind> KINDS =
            Map.of(
                    Tag.STR, Value.Kind.TEXT,
                    Tag.INT, Value.Kind.WHOLE,
                    Tag.FLOAT, Value.Kind.FRACTION,
                    Tag.BOOL, Value.Kind.TRUTH);

    private static final ScalarResolver RESOLVER = new CoreScalarResolver(false);
    static final String NO_TAG = "must have no tag but those of YAML's core schema";
    private static final String NO_NULL = "must have a value; leave the key out for its default";

    private ScalarKind() {}

    /**
     * What a scalar is.
     *
     * @param kind null when there is a problem
     * @param problem the rule that it breaks, or null
     */
    record Answer(Value.Kind kind, String problem) {}

    static Answer of(ScalarEvent event) {
        Tag implied = implied(event);
        Optional<String> written = event.getTag().filter(tag -> !tag.equals("!"));
        Tag tag = written.map(Tag::new).orElse(implied);
        if (tag.equals(Tag.NULL)) {
            return new Answer(null, NO_NULL);
        }
        if (!KINDS.containsKey(tag)) {
            return new Answer(null, NO_TAG);
        }
        if (written.isPresent() && !tag.equals(Tag.STR) && !tag.equals(resolved(event))) {
            return new Answer(null, "must fit its tag");
        }
        return new Answer(KINDS.get(tag), null);
    }

    static boolean isNull(ScalarEvent event) {
        return event.getTag().isEmpty() && implied(event).equals(Tag.NULL);
    }

    /** Whether a tag says of a list or a map no more than that it is one. */
    static boolean isCollection(String tag) {
        return tag.equals("!") || tag.equals(Tag.SEQ.getValue()) || tag.equals(Tag.MAP.getValue());
    }

    static Value.Kind ofPlain(String text) {
        return KINDS.getOrDefault(RESOLVER.resolve(text, true), Value.Kind.TEXT);
    }

    private static Tag implied(ScalarEvent event) {
        return event.isPlain() && event.getTag().isEmpty() ? resolved(event) : Tag.STR;
    }

    private static Tag resolved(ScalarEvent event) {
        return RESOLVER.resolve(event.getValue(), true);
    }
}
