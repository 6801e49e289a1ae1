package io.drover.api.autoscaling;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One autoscaler.
 *
 * @param target what it scales: {@code Deployment/web}
 * @param generation of its spec
 * @param observedGeneration the generation that was acted on last; 0 for none
 * @param currentReplicas of the target when last looked at; empty when not known
 */
public record Autoscaler(
        String namespace,
        String name,
        String target,
        long generation,
        long observedGeneration,
        OptionalInt currentReplicas,
        List<Condition> conditions) {

    public Autoscaler {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(currentReplicas, "currentReplicas");
        conditions = List.copyOf(conditions);
    }

    /**
     * One condition.
     *
     * @param status {@code True}, {@code False} or {@code Unknown}
     * @param reason one word for programs
     * @param message a sentence for people
     * @param lastTransition when the status changed; empty when not known
     */
    public record Condition(
            String type,
            String status,
            String reason,
            String message,
            Optional<Instant> lastTransition) {}
}
