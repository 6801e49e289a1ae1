package io.drover.config.internal.schema;

import java.util.Optional;

/** The types of metatype, as far as they differ here. */
public enum ValueType {
    TEXT("must be text"),
    SECRET("must be text"),
    TRUTH("must be true or false"),
    INTEGER("must be a whole number"),
    LONG("must be a whole number"),
    DOUBLE("must be a number");

    private final String rule;

    ValueType(String rule) {
        this.rule = rule;
    }

    /** What a value of this type must be, in words. */
    public String rule() {
        return rule;
    }

    /** The type that metatype calls {@code name}; empty for one that no Drover bundle uses. */
    static Optional<ValueType> named(String name) {
        return switch (name) {
            case "String" -> Optional.of(TEXT);
            case "Password" -> Optional.of(SECRET);
            case "Boolean" -> Optional.of(TRUTH);
            case "Integer" -> Optional.of(INTEGER);
            case "Long" -> Optional.of(LONG);
            case "Double", "Float" -> Optional.of(DOUBLE);
            default -> Optional.empty();
        };
    }
}
