package io.drover.api.status;

import java.util.Objects;

/**
 * One step of the start-up, as it stands now.
 *
 * @param name a word or two with hyphens, unique in its subsystem: {@code listener-api}
 * @param title what it does, for people: {@code API listener}
 * @param neededForReady whether the agent is unready while this step is not active or degraded
 * @param onFailure what {@link State#FAILED} means for the process
 * @param status where it stands
 */
public record Step(
        String name, String title, boolean neededForReady, OnFailure onFailure, Status status) {

    public Step {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(onFailure, "onFailure");
        Objects.requireNonNull(status, "status");
    }

    /** A step that readiness needs and whose failure ends nothing. */
    public static Step needed(String name, String title, Status status) {
        return new Step(name, title, true, OnFailure.CONTINUE, status);
    }

    /** A step without which the agent is still ready. */
    public static Step optional(String name, String title, Status status) {
        return new Step(name, title, false, OnFailure.CONTINUE, status);
    }

    /** A step whose failure ends the process. */
    public static Step fatal(String name, String title, OnFailure onFailure, Status status) {
        return new Step(name, title, true, onFailure, status);
    }
}
