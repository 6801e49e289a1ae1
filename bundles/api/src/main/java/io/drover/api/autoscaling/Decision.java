package io.drover.api.autoscaling;

import java.time.Instant;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What was decided about one autoscaler.
 *
 * @param at when
 * @param target what it scales: {@code Deployment/web}
 * @param reason one word for programs
 * @param message a sentence for people
 * @param currentReplicas of the target before; empty when not known
 * @param desiredReplicas that are wanted; empty when the decision is about none
 * @param written whether the target's replicas were written
 */
public record Decision(
        Instant at,
        String namespace,
        String name,
        String target,
        String reason,
        String message,
        OptionalInt currentReplicas,
        OptionalInt desiredReplicas,
        boolean written) {

    public Decision {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(currentReplicas, "currentReplicas");
        Objects.requireNonNull(desiredReplicas, "desiredReplicas");
    }
}
