package io.drover.api.status;

import java.util.List;
import java.util.Map;

/**
 * A part of the agent that can be started, watched and replaced alone. Each implementation bundle
 * publishes one as a service; the bundle {@code core} collects them. Called from any thread,
 * several times a second: an implementation answers from memory and never blocks.
 */
public interface Subsystem {

    /** The one word of the bundle: {@code conntrack}. */
    String name();

    /** Its steps in the order of the start; never empty. */
    List<Step> steps();

    /**
     * Figures and facts that a person wants beside the state: small, flat, in a stable order.
     * Values are strings, numbers, booleans or {@link java.time.Instant}; never a secret.
     */
    default Map<String, Object> facts() {
        return Map.of();
    }
}
