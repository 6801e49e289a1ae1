package io.drover.config.internal.read;

import io.drover.api.config.Origin;
import java.util.List;

/** What a source says for one key, before anybody knows which type the key has. */
public sealed interface Value {

    /** Where it stands. */
    Origin origin();

    /**
     * One scalar.
     *
     * @param text as written, escapes and quotes resolved
     * @param kind what YAML 1.2's core schema takes it for
     */
    record Scalar(String text, Kind kind, Origin origin) implements Value {}

    /** A list of scalars. */
    record Listing(List<Scalar> items, Origin origin) implements Value {
        public Listing {
            items = List.copyOf(items);
        }
    }

    /**
     * A variable of the environment: text that becomes a scalar or a list once the key's type is
     * known.
     */
    record Variable(String text, Origin origin) implements Value {}

    /** The core schema's scalar types. */
    enum Kind {
        TEXT,
        WHOLE,
        FRACTION,
        TRUTH;

        /** What this text would be if it stood in a file without quotes. */
        public static Kind of(String plain) {
            return ScalarKind.ofPlain(plain);
        }
    }
}
