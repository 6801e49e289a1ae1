package io.drover.itests.architecture;

/** What a bundle is, by its word. A new one is an implementation until it is named here. */
enum Kind {
    /** Contracts. */
    API,
    /** The wire contract and its generated code. */
    PROTO,
    /** Third parties, packed once for OSGi. */
    RUNTIME,
    /** Part of a bundle that is not ours. */
    FRAGMENT,
    /** Starts the framework from lib/boot; in no feature. */
    LAUNCHER,
    /** For tests alone; in no feature. */
    TESTING,
    /** Everything that does something. */
    IMPLEMENTATION;

    static Kind of(String word) {
        return switch (word) {
            case "api" -> API;
            case "proto" -> PROTO;
            case "jetty" -> FRAGMENT;
            case "launcher" -> LAUNCHER;
            case "testing" -> TESTING;
            default -> word.endsWith("-runtime") ? RUNTIME : IMPLEMENTATION;
        };
    }

    /** Whether it is installed as a bundle of a feature. */
    boolean deployed() {
        return this != LAUNCHER && this != TESTING;
    }

    /** Whether its order is nobody's business: Declarative Services waits for what is missing. */
    boolean logic() {
        return this == API || this == PROTO || this == IMPLEMENTATION;
    }
}
