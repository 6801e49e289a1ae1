package io.drover.autoscaling.internal.decide;

import io.drover.autoscaling.internal.decide.Decision.Outcome;
import io.drover.autoscaling.internal.decide.Decision.Source;
import io.drover.autoscaling.internal.decide.Policy.Mode;
import io.drover.autoscaling.internal.decide.Policy.Strategy;
import io.drover.autoscaling.internal.decide.Step.Rule;
import java.util.ArrayList;
import java.util.List;

/** One decision on its way through the rules. Used once, by one thread. */
final class Course {

    /** How often the HPA looks: kube-controller-manager's own default. */
    private static final long HPA_LOOK_MILLIS = 15_000;

    private final Policy policy;
    private final State state;
    private final Samples samples;
    private final long now;
    private final int current;
    private final List<Step> steps = new ArrayList<>(8);
    private long retrySeconds;

    Course(Policy policy, State state, Samples samples, long now) {
        this.policy = policy;
        this.state = state;
        this.samples = samples;
        this.now = now;
        this.current = samples.current();
    }

    Decision run() {
        // The reference of the strategy HPA keeps its bounds even then.
        if (policy.up().disabled() && policy.down().disabled() && !hpa()) {
            steps.add(Step.of(Rule.DIRECTION_OFF, current, current));
            return ended(Outcome.NOT_ASKED, State.NONE);
        }
        State known =
                hpa() && state.isNew() ? state.recommended(now, current, memorySeconds()) : state;
        if (current == 0) {
            steps.add(Step.of(Rule.ZERO, 0, 0));
            return ended(Outcome.SWITCHED_OFF, known);
        }
        if (forced()) {
            int pinned = policy.overrides().forceReplicas();
            steps.add(Step.of(Rule.FORCED, current, pinned));
            return gated(Source.MANUAL, pinned, pinned, known);
        }
        Recommender.Result found = new Recommender(policy, samples, now, steps).recommend();
        int floor = floor();
        if (outOfBounds(floor)) {
            int bound = current < floor ? floor : policy.maxReplicas();
            steps.add(
                    new Step(Rule.OUT_OF_BOUNDS, "", current, bound, floor, policy.maxReplicas()));
            State next = found.ok() && !hpa() ? remembered(known, found.replicas()) : known;
            return gated(found.source(), found.ok() ? found.replicas() : current, bound, next);
        }
        if (!found.ok()) {
            steps.add(Step.of(Rule.NOTHING_KNOWN, current, current));
            return ended(Outcome.UNKNOWN, known);
        }
        int desired =
                hpa() ? hpaRules(known, found.replicas(), floor) : ownRules(known, found, floor);
        return gated(
                found.source(), found.replicas(), desired, remembered(known, found.replicas()));
    }

    private boolean hpa() {
        return policy.strategy() == Strategy.HPA;
    }

    private boolean forced() {
        return policy.overrides().forceReplicas() >= 0
                && !policy.overrides().paused()
                && policy.mode() == Mode.APPLY;
    }

    /** The lower bound, raised by a schedule, never above the upper one. */
    private int floor() {
        int scheduled = Math.min(samples.scheduledMin(), policy.maxReplicas());
        if (scheduled <= policy.minReplicas()) {
            return policy.minReplicas();
        }
        steps.add(new Step(Rule.SCHEDULE, "", current, current, scheduled, policy.minReplicas()));
        return scheduled;
    }

    private boolean outOfBounds(int floor) {
        return current > policy.maxReplicas() || current < floor;
    }

    /** The windows of the defaults of {@link Strategy#HPA} are in the policy already. */
    private int memorySeconds() {
        return policy.memorySeconds();
    }

    private State remembered(State known, int recommendation) {
        return known.recommended(now, recommendation, memorySeconds());
    }

    private int ownRules(State known, Recommender.Result found, int floor) {
        int desired = stabilised(known, found.replicas());
        desired = clamped(desired, floor);
        desired = fallbackDirection(found.source(), desired);
        return directed(rated(known, desired));
    }

    private int hpaRules(State known, int recommendation, int floor) {
        if (!policy.behaviour()) {
            // The window's edge itself counts here, and the way up is never stabilised.
            long since = now - policy.down().windowSeconds() * 1000L - 1;
            int stable = known.most(since, recommendation);
            step(Rule.STABILISATION_DOWN, recommendation, stable, policy.down().windowSeconds());
            return stepped(known, clamped(stable, floor));
        }
        int rated = directed(rated(known, stabilised(known, recommendation)));
        return clamped(rated, floor);
    }

    /**
     * To twice as many at most, or to four. The HPA bounds each look so, of which it has one in 15
     * s; we look when there is something to see, so that it is the time that is bounded.
     */
    private int stepped(State known, int wanted) {
        long since = now - HPA_LOOK_MILLIS;
        long most = Math.max(2 * (current - known.added(since)), 4);
        int bounded = (int) Math.min(Integer.MAX_VALUE, Math.max(most, current));
        int desired = Math.min(wanted, bounded);
        if (desired < wanted && known.oldestAction(since) != Long.MAX_VALUE) {
            retrySeconds = (known.oldestAction(since) - since) / 1000 + 1;
        }
        return step(Rule.RATE_UP, wanted, desired, bounded);
    }

    private int stabilised(State known, int recommendation) {
        int least = known.least(now - policy.up().windowSeconds() * 1000L, recommendation);
        int most = known.most(now - policy.down().windowSeconds() * 1000L, recommendation);
        int stable = Math.min(Math.max(current, least), most);
        boolean up = recommendation >= current;
        return step(
                up ? Rule.STABILISATION_UP : Rule.STABILISATION_DOWN,
                recommendation,
                stable,
                up ? policy.up().windowSeconds() : policy.down().windowSeconds());
    }

    private int clamped(int desired, int floor) {
        if (desired > policy.maxReplicas()) {
            return step(Rule.MAX_REPLICAS, desired, policy.maxReplicas(), policy.maxReplicas());
        }
        if (desired < floor) {
            return step(Rule.MIN_REPLICAS, desired, floor, floor);
        }
        return desired;
    }

    private int fallbackDirection(Source source, int desired) {
        if (source != Source.FALLBACK) {
            return desired;
        }
        boolean allowed =
                switch (policy.fallback().allowed()) {
                    case ALL -> true;
                    case SCALE_UP -> desired >= current;
                    case SCALE_DOWN -> desired <= current;
                };
        return allowed ? desired : step(Rule.FALLBACK_DIRECTION, desired, current, 0);
    }

    private int rated(State known, int desired) {
        boolean up = desired > current;
        Policy.Direction direction = up ? policy.up() : policy.down();
        if (desired == current || direction.disabled() || direction.rates().isEmpty()) {
            return desired;
        }
        Rates.Limit limit = Rates.limit(direction, up, known, current, now);
        int allowed =
                up ? Math.min(desired, limit.replicas()) : Math.max(desired, limit.replicas());
        if (allowed != desired) {
            Rule rule = up ? Rule.RATE_UP : Rule.RATE_DOWN;
            steps.add(new Step(rule, limit.rate(), desired, allowed, 0, limit.replicas()));
            retrySeconds = limit.retrySeconds();
        }
        return allowed;
    }

    /** The last rules, which no source and no window can pass. */
    private Decision gated(Source source, int recommended, int wanted, State next) {
        int desired = budgeted(wanted);
        Rule hold = desired == current ? null : holding();
        if (hold != null) {
            steps.add(Step.of(hold, desired, desired));
            return decision(Outcome.HELD, source, recommended, desired, next);
        }
        Outcome outcome = desired == current ? Outcome.STAY : Outcome.SCALE;
        return decision(outcome, source, recommended, desired, next);
    }

    private int directed(int desired) {
        boolean off =
                (desired > current && policy.up().disabled())
                        || (desired < current && policy.down().disabled());
        return off ? step(Rule.DIRECTION_OFF, desired, current, 0) : desired;
    }

    private int budgeted(int desired) {
        Samples.Budget budget = samples.budget();
        int allowed = desired;
        if (allowed > current && allowed - current > budget.growth()) {
            allowed = step(Rule.BUDGET_GROWTH, allowed, current + budget.growth(), budget.growth());
        }
        if (Math.abs(allowed - current) > budget.changes()) {
            int part = allowed > current ? budget.changes() : -budget.changes();
            allowed = step(Rule.BUDGET_CHANGES, allowed, current + part, budget.changes());
        }
        return allowed;
    }

    private Rule holding() {
        if (policy.mode() == Mode.PREVIEW) {
            return Rule.PREVIEW;
        }
        if (policy.overrides().paused()) {
            return Rule.PAUSED;
        }
        return samples.budget().frozen() ? Rule.FROZEN : null;
    }

    /** Notes a rule where it changed something. */
    private int step(Rule rule, int in, int out, double limit) {
        if (in != out) {
            steps.add(new Step(rule, "", in, out, in, limit));
        }
        return out;
    }

    private Decision ended(Outcome outcome, State next) {
        return decision(outcome, Source.NONE, current, current, next);
    }

    private Decision decision(
            Outcome outcome, Source source, int recommended, int desired, State next) {
        return new Decision(
                outcome, source, current, recommended, desired, steps, next, retrySeconds);
    }
}
