package io.drover.autoscaling.internal.decide;

import io.drover.autoscaling.internal.decide.Condition.Status;
import io.drover.autoscaling.internal.decide.Decision.Outcome;
import io.drover.autoscaling.internal.decide.Decision.Source;
import io.drover.autoscaling.internal.decide.Step.Rule;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A decision and what came of it.
 *
 * @param decision the decision
 * @param scaled whether its number was written
 * @param failure why it could not be written; empty when it could, or was not to be
 */
public record Applied(Decision decision, boolean scaled, String failure) {

    public Applied {
        Objects.requireNonNull(decision, "decision");
        Objects.requireNonNull(failure, "failure");
    }

    /** Whether a person keeps the autoscaler from working. */
    boolean paused() {
        return heldBy(Rule.PAUSED);
    }

    /** Whether the configuration keeps all autoscalers from working. */
    public boolean frozen() {
        return heldBy(Rule.FROZEN);
    }

    private boolean heldBy(Rule rule) {
        return decision.outcome() == Outcome.HELD
                && decision.steps().get(decision.steps().size() - 1).rule() == rule;
    }

    /** The rule of the whole cluster that made the number smaller; empty when none did. */
    public Optional<Rule> budget() {
        Optional<Rule> budget = Optional.empty();
        for (Step step : decision.steps()) {
            if (step.rule() == Rule.BUDGET_CHANGES || step.rule() == Rule.BUDGET_GROWTH) {
                budget = Optional.of(step.rule());
            }
        }
        return budget;
    }

    /** The three conditions of the horizontal half. */
    List<Condition> conditions(List<Condition> before) {
        return List.of(recommend(), scale(before), limited());
    }

    private Condition recommend() {
        String type = Condition.HORIZONTAL_ABLE_TO_RECOMMEND;
        return switch (decision.outcome()) {
            case UNKNOWN ->
                    condition(
                            type,
                            Status.FALSE,
                            Reason.RECOMMENDATION_ERROR,
                            Explanation.summary(decision));
            case NOT_ASKED, SWITCHED_OFF ->
                    condition(type, Status.UNKNOWN, "", Explanation.summary(decision));
            default ->
                    decision.source() == Source.NONE
                            ? condition(type, Status.UNKNOWN, "", Explanation.summary(decision))
                            : condition(type, Status.TRUE, "", "");
        };
    }

    private Condition scale(List<Condition> before) {
        String type = Condition.HORIZONTAL_ABLE_TO_SCALE;
        if (!failure.isEmpty()) {
            return condition(type, Status.FALSE, Reason.SCALE_FAILED, failure);
        }
        if (scaled) {
            return condition(type, Status.TRUE, "", "");
        }
        if (decision.outcome() == Outcome.HELD) {
            return condition(
                    type, Status.FALSE, Reason.POLICY_RESTRICTED, Explanation.summary(decision));
        }
        // What was true of the last write stays so until the next; a hold ends with its reason.
        return Condition.find(before, type)
                .filter(old -> old.status() == Status.TRUE || stillFailed(old))
                .orElse(condition(type, Status.UNKNOWN, "", "nothing was scaled yet"));
    }

    private boolean stillFailed(Condition old) {
        return old.reason().equals(Reason.SCALE_FAILED) && decision.outcome() != Outcome.STAY;
    }

    private Condition limited() {
        String limit = Explanation.limit(decision);
        return condition(
                Condition.HORIZONTAL_SCALING_LIMITED,
                limit.isEmpty() ? Status.FALSE : Status.TRUE,
                budget().isPresent() ? Reason.BUDGET_LIMITED : "",
                limit);
    }

    private static Condition condition(String type, Status status, String reason, String message) {
        return new Condition(type, status, reason, message, Instant.EPOCH);
    }
}
