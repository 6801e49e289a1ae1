package io.drover.api.autoscaling;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The autoscalers as this replica knows them. Given by the bundle {@code autoscaling}; any thread;
 * answers from memory.
 */
public interface Autoscalers {

    /** How far this replica is to be believed. */
    Standing standing();

    /** All that are known, in the order of namespace and name. */
    List<Autoscaler> all();

    /** One of them. */
    Optional<Autoscaler> find(String namespace, String name);

    /**
     * Why one autoscaler is as it is, in sentences for people, the most important first.
     *
     * @return empty when it is not known
     */
    Optional<Explanation> explain(String namespace, String name);

    /**
     * The same as one text with each rule of the newest decision; under conditions, what would be
     * decided then.
     *
     * @param supposed what else to take for true, by {@code cpu} and {@code memory} (per cent of
     *     what the pods ask for: {@code 80%}), {@code replicas}, {@code min} and {@code max}; empty
     *     for nothing
     * @return empty when it is not known
     * @throws IllegalArgumentException naming key, rule and value of a condition that cannot be
     */
    Optional<String> text(String namespace, String name, Map<String, String> supposed);

    /** What was decided, newest last. */
    Decisions decisions();

    /**
     * How far this replica is to be believed.
     *
     * @param leading whether it leads, and so decides
     * @param leader the identity of whoever leads; empty for nobody
     * @param reason why its list may be old or empty, in a sentence; empty when it is complete
     */
    record Standing(boolean leading, String leader, String reason) {
        public Standing {
            Objects.requireNonNull(leader, "leader");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * Why one autoscaler is as it is.
     *
     * @param autoscaler the one
     * @param decision the newest decision of this process about it; empty when none was made
     * @param sentences for people
     * @param rules how the newest decision came about, in order; empty when that is not kept
     */
    record Explanation(
            Autoscaler autoscaler,
            Optional<Decision> decision,
            List<String> sentences,
            List<Rule> rules) {
        public Explanation {
            Objects.requireNonNull(autoscaler, "autoscaler");
            Objects.requireNonNull(decision, "decision");
            sentences = List.copyOf(sentences);
            rules = List.copyOf(rules);
        }
    }

    /**
     * A rule that a decision looked at.
     *
     * @param name of the rule: {@code stabilization}
     * @param in replicas before it, as text
     * @param out replicas after it
     * @param measured what it looked at; empty for nothing
     * @param limit what it was held against; empty for nothing
     */
    record Rule(String name, String in, String out, String measured, String limit) {
        public Rule {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(in, "in");
            Objects.requireNonNull(out, "out");
            Objects.requireNonNull(measured, "measured");
            Objects.requireNonNull(limit, "limit");
        }
    }
}
