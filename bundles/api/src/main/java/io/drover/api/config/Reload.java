package io.drover.api.config;

import java.util.List;
import java.util.Objects;

/**
 * What came of reading the sources once.
 *
 * @param outcome what was done with them
 * @param changes each key whose value changed, in the order of sections and keys
 * @param findings what is wrong; only when refused
 * @param reconfigured the PIDs whose components were handed new values: {@code io.drover.conntrack}
 */
public record Reload(
        Outcome outcome, List<Change> changes, List<Finding> findings, List<String> reconfigured) {

    /** What was done with the sources. */
    public enum Outcome {
        /** The new values were handed to the components of the sections that changed. */
        APPLIED,
        /** The sources say what holds already. */
        UNCHANGED,
        /** At least one thing is wrong; the old configuration stays whole. */
        REFUSED
    }

    /**
     * One key that has another value now.
     *
     * @param before the former value as {@link Setting#value()}; null when the key is new
     * @param after the value that holds now; null when the key is gone
     * @param origin where {@code after} comes from
     */
    public record Change(String section, String key, Object before, Object after, Origin origin) {
        public Change {
            Objects.requireNonNull(section, "section");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(origin, "origin");
        }
    }

    public Reload {
        Objects.requireNonNull(outcome, "outcome");
        changes = List.copyOf(changes);
        findings = List.copyOf(findings);
        reconfigured = List.copyOf(reconfigured);
    }

    /** One that reconfigured no component. */
    public Reload(Outcome outcome, List<Change> changes, List<Finding> findings) {
        this(outcome, changes, findings, List.of());
    }
}
