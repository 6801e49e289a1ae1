package io.drover.autoscaling.internal.decide;

import java.util.Objects;

/** What was found where an autoscaler points to. */
public sealed interface Target {

    /** It is not looked for: the spec does not say where. */
    record NotLookedFor() implements Target {}

    /**
     * It is there.
     *
     * @param desired {@code spec.replicas} of its scale
     * @param current {@code status.replicas} of its scale
     * @param selector {@code status.selector} of its scale: its pods
     * @param version the version of its scale, for a write that must not be late
     */
    record Found(int desired, int current, String selector, String version) implements Target {
        public Found {
            Objects.requireNonNull(selector, "selector");
            Objects.requireNonNull(version, "version");
        }
    }

    /** No object of that kind and name is in the namespace. */
    record Missing() implements Target {}

    /** The API server does not serve the kind. */
    record UnknownKind() implements Target {}

    /** The kind cannot be scaled. */
    record NotScalable() implements Target {}

    /**
     * The agent's account may not read it.
     *
     * @param message what the API server said
     */
    record Forbidden(String message) implements Target {
        public Forbidden {
            Objects.requireNonNull(message, "message");
        }
    }

    /**
     * It is not looked for: there are more autoscalers than may work, and this is not one of the
     * oldest.
     *
     * @param max how many may work
     */
    record TooMany(int max) implements Target {}

    /**
     * Somebody else scales it.
     *
     * @param message who, and what to do
     */
    record Contested(String message) implements Target {
        public Contested {
            Objects.requireNonNull(message, "message");
        }
    }
}
