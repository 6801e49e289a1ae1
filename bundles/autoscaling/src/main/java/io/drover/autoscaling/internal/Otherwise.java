package io.drover.autoscaling.internal;

import io.drover.autoscaling.internal.decide.Decision;
import io.drover.autoscaling.internal.decide.Decision.Outcome;
import io.drover.autoscaling.internal.decide.Policy;
import io.drover.autoscaling.internal.decide.Policy.Allowed;
import io.drover.autoscaling.internal.decide.Policy.Direction;
import io.drover.autoscaling.internal.decide.Policy.Fallback;
import io.drover.autoscaling.internal.decide.Policy.Mode;
import io.drover.autoscaling.internal.decide.Policy.Overrides;
import io.drover.autoscaling.internal.decide.Policy.Select;
import io.drover.autoscaling.internal.decide.Samples;
import io.drover.autoscaling.internal.decide.Samples.Budget;
import io.drover.autoscaling.internal.decide.Step;
import java.util.List;
import java.util.Optional;

/**
 * The one change that takes away the rule which bound, and what would be decided then: not guessed,
 * but decided by the same function. Empty where nobody can take the rule away. Pure functions.
 *
 * @param change what to write where, for people
 * @param then the look with that change
 */
record Otherwise(String change, Look then) {

    /** Takes the binding rule of a look away. */
    static Optional<Otherwise> of(Look look) {
        Decision decision = look.decision();
        if (decision.steps().isEmpty()) {
            return Optional.empty();
        }
        Step last = decision.steps().get(decision.steps().size() - 1);
        Step step = decision.outcome() == Outcome.HELD ? last : decision.binding();
        return change(look, step)
                .map(change -> again(look, change))
                .filter(other -> differs(look, other.then));
    }

    /** {@code with spec.constraints.maxReplicas: 14 it would go from 3 to 14 replicas}. */
    String sentence() {
        Decision decision = then.decision();
        String would =
                switch (decision.outcome()) {
                    case SCALE ->
                            "it would go from "
                                    + decision.current()
                                    + " to "
                                    + replicas(decision.desired());
                    case HELD -> "it would want " + replicas(decision.desired());
                    default -> "it would stay at " + replicas(decision.current());
                };
        return "with " + change + " " + would;
    }

    private static String replicas(int count) {
        return count == 1 ? "1 replica" : count + " replicas";
    }

    /** What is changed: the object's own policy, or what was found around it. */
    private record Change(String text, Policy policy, Samples samples) {}

    private static Otherwise again(Look look, Change change) {
        return new Otherwise(
                change.text, Look.decide(change.policy, look.state(), change.samples, look.at()));
    }

    private static Optional<Change> change(Look look, Step step) {
        Budget left = look.samples().budget();
        int wanted = Math.abs(step.in() - look.samples().current());
        boolean lower =
                step.rule() == Step.Rule.MIN_REPLICAS
                        || (step.rule() == Step.Rule.OUT_OF_BOUNDS && step.in() < step.out());
        if (lower && look.decision().scheduled()) {
            return Optional.of(
                    around(
                            look,
                            "the annotation schedule taken away",
                            look.samples().withoutSchedule()));
        }
        return switch (step.rule()) {
            case FROZEN ->
                    Optional.of(
                            around(
                                    look,
                                    "autoscaling.freeze: false",
                                    new Budget(left.changes(), left.growth(), false)));
            case BUDGET_CHANGES ->
                    Optional.of(
                            around(
                                    look,
                                    wanted + " changes left in the minute's budget",
                                    new Budget(wanted, left.growth(), left.frozen())));
            case BUDGET_GROWTH ->
                    Optional.of(
                            around(
                                    look,
                                    "room for " + wanted + " more below the ceiling of the group",
                                    new Budget(left.changes(), wanted, left.frozen())));
            default ->
                    change(look.policy(), step)
                            .map(own -> new Change(own.text, own.policy, look.samples()));
        };
    }

    private static Change around(Look look, String text, Budget left) {
        return around(look, text, look.samples().within(left));
    }

    private static Change around(Look look, String text, Samples samples) {
        return new Change(text, look.policy(), samples);
    }

    /** What is changed in the object's own policy. */
    private record Own(String text, Policy policy) {}

    private static boolean differs(Look look, Look then) {
        return then.decision().outcome() != look.decision().outcome()
                || then.decision().desired() != look.decision().desired();
    }

    private static Optional<Own> change(Policy policy, Step step) {
        return switch (step.rule()) {
            case MAX_REPLICAS ->
                    Optional.of(
                            new Own(
                                    "spec.constraints.maxReplicas: " + step.in(),
                                    bounded(policy, policy.minReplicas(), step.in())));
            case MIN_REPLICAS ->
                    step.in() < 1
                            ? Optional.empty()
                            : Optional.of(
                                    new Own(
                                            "spec.constraints.minReplicas: " + step.in(),
                                            bounded(policy, step.in(), policy.maxReplicas())));
            case OUT_OF_BOUNDS -> within(policy, step);
            case STABILISATION_UP ->
                    Optional.of(
                            directions(
                                    policy,
                                    "spec.applyPolicy.scaleUp.stabilizationWindowSeconds: 0",
                                    window(policy.up()),
                                    policy.down()));
            case STABILISATION_DOWN ->
                    Optional.of(
                            directions(
                                    policy,
                                    "spec.applyPolicy.scaleDown.stabilizationWindowSeconds: 0",
                                    policy.up(),
                                    window(policy.down())));
            case RATE_UP ->
                    own(policy)
                            ? Optional.of(
                                    directions(
                                            policy,
                                            "no spec.applyPolicy.scaleUp.rules",
                                            unlimited(policy.up()),
                                            policy.down()))
                            : Optional.empty();
            case RATE_DOWN ->
                    own(policy)
                            ? Optional.of(
                                    directions(
                                            policy,
                                            "no spec.applyPolicy.scaleDown.rules",
                                            policy.up(),
                                            unlimited(policy.down())))
                            : Optional.empty();
            case DIRECTION_OFF -> on(policy, step);
            case FALLBACK_DIRECTION ->
                    Optional.of(new Own("spec.fallback.horizontal.direction: All", anyWay(policy)));
            case PREVIEW ->
                    Optional.of(
                            new Own(
                                    "spec.applyPolicy.mode: Apply",
                                    with(policy, Mode.APPLY, policy.overrides())));
            case PAUSED ->
                    Optional.of(
                            new Own(
                                    "the annotation pause taken away",
                                    with(
                                            policy,
                                            policy.mode(),
                                            new Overrides(
                                                    false,
                                                    policy.overrides().forceReplicas(),
                                                    policy.overrides().forceFallback()))));
            case FORCED ->
                    Optional.of(
                            new Own(
                                    "the annotation force-replicas taken away",
                                    with(
                                            policy,
                                            policy.mode(),
                                            new Overrides(
                                                    policy.overrides().paused(),
                                                    -1,
                                                    policy.overrides().forceFallback()))));
            default -> Optional.empty(); // not a matter of this object
        };
    }

    /** The strategy HPA has rules of its own where the object has none. */
    private static boolean own(Policy policy) {
        return policy.strategy() != Policy.Strategy.HPA;
    }

    private static Optional<Own> within(Policy policy, Step step) {
        if (step.in() > step.out()) {
            return Optional.of(
                    new Own(
                            "spec.constraints.maxReplicas: " + step.in(),
                            bounded(policy, policy.minReplicas(), step.in())));
        }
        return Optional.of(
                new Own(
                        "spec.constraints.minReplicas: " + step.in(),
                        bounded(policy, step.in(), policy.maxReplicas())));
    }

    private static Optional<Own> on(Policy policy, Step step) {
        if (!step.bound()) {
            return Optional.empty();
        }
        boolean up = step.in() > step.out();
        return Optional.of(
                directions(
                        policy,
                        "spec.applyPolicy." + (up ? "scaleUp" : "scaleDown") + ".strategy: Max",
                        up ? enabled(policy.up()) : policy.up(),
                        up ? policy.down() : enabled(policy.down())));
    }

    private static Direction window(Direction direction) {
        return new Direction(direction.select(), 0, direction.rates(), direction.tolerance());
    }

    private static Direction unlimited(Direction direction) {
        return new Direction(
                direction.select(), direction.windowSeconds(), List.of(), direction.tolerance());
    }

    private static Direction enabled(Direction direction) {
        return new Direction(
                Select.MAX, direction.windowSeconds(), direction.rates(), direction.tolerance());
    }

    /** Whoever writes anything there has a behaviour of its own. */
    private static Own directions(Policy policy, String text, Direction up, Direction down) {
        return new Own(
                text,
                new Policy(
                        policy.strategy(),
                        policy.minReplicas(),
                        policy.maxReplicas(),
                        policy.mode(),
                        up,
                        down,
                        true,
                        policy.objectives(),
                        policy.fallback(),
                        policy.overrides()));
    }

    static Policy bounded(Policy policy, int min, int max) {
        return but(policy, min, max, policy.mode(), policy.fallback(), policy.overrides());
    }

    private static Policy anyWay(Policy policy) {
        Fallback before = policy.fallback();
        return but(
                policy,
                policy.minReplicas(),
                policy.maxReplicas(),
                policy.mode(),
                new Fallback(
                        before.enabled(), before.staleSeconds(), Allowed.ALL, before.objectives()),
                policy.overrides());
    }

    private static Policy with(Policy policy, Mode mode, Overrides overrides) {
        return but(
                policy,
                policy.minReplicas(),
                policy.maxReplicas(),
                mode,
                policy.fallback(),
                overrides);
    }

    private static Policy but(
            Policy policy, int min, int max, Mode mode, Fallback fallback, Overrides overrides) {
        return new Policy(
                policy.strategy(),
                min,
                max,
                mode,
                policy.up(),
                policy.down(),
                policy.behaviour(),
                policy.objectives(),
                fallback,
                overrides);
    }
}
