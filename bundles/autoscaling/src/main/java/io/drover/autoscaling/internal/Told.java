package io.drover.autoscaling.internal;

import io.drover.api.autoscaling.Decision;
import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Applied;
import io.drover.autoscaling.internal.decide.Condition;
import io.drover.autoscaling.internal.decide.Decision.Outcome;
import io.drover.autoscaling.internal.decide.Explanation;
import io.drover.autoscaling.internal.decide.Reason;
import io.drover.autoscaling.internal.decide.Situation;
import io.drover.autoscaling.internal.decide.Spec;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is told to other bundles of one look.
 *
 * @param object the autoscaler
 * @param spec its spec
 * @param situation where it stands
 * @param at when
 */
record Told(KubeObject object, Spec spec, Situation situation, Instant at) {

    /** Of an autoscaler whose replicas could not be decided. */
    Decision of() {
        Optional<Condition> error =
                Condition.find(situation.conditions(), Condition.ERROR)
                        .filter(each -> each.status() == Condition.Status.TRUE);
        Optional<Condition> why =
                error.or(() -> Condition.find(situation.conditions(), Condition.ACTIVE));
        return decision(
                why.map(Condition::reason).orElse(""),
                why.map(Condition::message).orElse(""),
                situation.currentReplicas(),
                OptionalInt.empty(),
                false);
    }

    /** Of one whose replicas were decided. */
    Decision of(Applied applied) {
        io.drover.autoscaling.internal.decide.Decision decision = applied.decision();
        return decision(
                reason(applied),
                applied.failure().isEmpty() ? Explanation.summary(decision) : applied.failure(),
                OptionalInt.of(decision.current()),
                decision.outcome() == Outcome.UNKNOWN
                        ? OptionalInt.empty()
                        : OptionalInt.of(decision.desired()),
                applied.scaled());
    }

    private static String reason(Applied applied) {
        if (!applied.failure().isEmpty()) {
            return Reason.FAILED_SCALE;
        }
        return switch (applied.decision().outcome()) {
            case SCALE -> Reason.SUCCESSFUL_SCALE;
            case STAY -> Reason.TARGET_FOUND;
            case HELD -> Reason.POLICY_RESTRICTED;
            case UNKNOWN -> Reason.RECOMMENDATION_ERROR;
            case SWITCHED_OFF, NOT_ASKED -> Reason.SCALING_DISABLED;
        };
    }

    private Decision decision(
            String reason,
            String message,
            OptionalInt current,
            OptionalInt desired,
            boolean written) {
        return new Decision(
                at,
                object.namespace(),
                object.name(),
                spec.targetText(),
                reason,
                message,
                current,
                desired,
                written);
    }
}
