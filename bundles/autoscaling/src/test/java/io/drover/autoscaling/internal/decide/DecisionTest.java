package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.autoscaling.internal.decide.Decision.Outcome;
import io.drover.autoscaling.internal.decide.Decision.Source;
import io.drover.autoscaling.internal.decide.Policy.Allowed;
import io.drover.autoscaling.internal.decide.Policy.Direction;
import io.drover.autoscaling.internal.decide.Policy.Fallback;
import io.drover.autoscaling.internal.decide.Policy.Mode;
import io.drover.autoscaling.internal.decide.Policy.Overrides;
import io.drover.autoscaling.internal.decide.Policy.Rate;
import io.drover.autoscaling.internal.decide.Policy.Select;
import io.drover.autoscaling.internal.decide.Samples.Budget;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Value;
import io.drover.autoscaling.internal.decide.Step.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecisionTest {

    private static final Direction OFF = new Direction(Select.DISABLED, 0, List.of(), 0);

    private final Given given = new Given();

    @Test
    void usageAboveTheUpperMarkAddsJustAsManyAsBringItBelow() {
        Decision decision = decide(Given.steady(4, 90));

        assertThat(decision.outcome()).isEqualTo(Outcome.SCALE);
        assertThat(decision.desired()).isEqualTo(7); // 4 * 90 / 55 = 6.5
        assertThat(decision.source()).isEqualTo(Source.OBJECTIVES);
        assertThat(Explanation.summary(decision))
                .isEqualTo("from 4 to 7 replicas: cpu is at 90 %, the goal is 50 %: 4 become 7");
    }

    @Test
    void usageBetweenTheMarksChangesNothing() {
        for (long usage = 45; usage <= 55; usage++) {
            assertThat(decide(Given.steady(10, usage)).outcome()).isEqualTo(Outcome.STAY);
        }
        assertThat(Explanation.summary(decide(Given.steady(10, 52))))
                .isEqualTo("stays at 10 replicas: cpu is at 52 %, the goal is 50 %: near enough");
    }

    @Test
    void usageBelowTheLowerMarkNeverTakesSoManyThatTheRestIsAboveTheUpper() {
        for (int current = 1; current <= 40; current++) {
            for (long usage = 0; usage < 45; usage++) {
                Decision decision = decide(Given.steady(current, usage));

                assertThat(decision.desired()).isBetween(1, current);
                assertThat((double) usage * current / decision.desired())
                        .as("%d pods at %d m become %d", current, usage, decision.desired())
                        .isLessThanOrEqualTo(55 + 1e-9);
            }
        }
    }

    @Test
    void aPodWithoutAFigureIsTakenForIdleOnTheWayUpAndForBusyOnTheWayDown() {
        assertThat(desired(Samples.of(4, Given.pods(4), List.of(Given.usage(90, 90, 90)))))
                .isEqualTo(5); // (3 * 90 + 0) / 4 = 67.5
        assertThat(desired(Samples.of(4, Given.pods(4), List.of(Given.usage(20, 20, 20)))))
                .isEqualTo(3); // (3 * 20 + 100) / 4 = 40
        assertThat(desired(Samples.of(2, Given.pods(2), List.of(Given.usage(20)))))
                .isEqualTo(2); // (20 + 100) / 2 = 60 turns it round
    }

    @Test
    void theLargestOfSeveralObjectivesCounts() {
        given.objectives = List.of(Given.cpu(50), Given.query(100_000));

        Decision decision = decide(with(4, Given.usage(20, 20, 20, 20), value(900_000)));

        assertThat(decision.desired()).isEqualTo(9);
        assertThat(rules(decision)).containsExactly(Rule.OBJECTIVE, Rule.OBJECTIVE, Rule.LARGEST);
    }

    @Test
    void aDeadSourceNeverLowersTheReplicas() {
        given.objectives = List.of(Given.cpu(50), Given.query(100_000));
        given.fallback = new Fallback(false, 600, Allowed.ALL, List.of());
        Measured dead = new Failed("it does not answer");

        assertThat(desired(with(4, Given.usage(5, 5, 5, 5), dead))).isEqualTo(4);
        assertThat(desired(with(4, dead, dead))).isEqualTo(4);
        assertThat(desired(with(4, Given.usage(90, 90, 90, 90), dead))).isEqualTo(7);
    }

    @Test
    void anOldFigureTellsNothing() {
        given.objectives = List.of(Given.query(100_000));

        Decision decision = decide(with(4, new Value(50_000, Given.MILLIS - 601_000)));

        assertThat(decision.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(Explanation.summary(decision))
                .isEqualTo(
                        "stays at 4 replicas: not known: query sum(rate(requests[1m])): its newest figure is older than 600 s");
    }

    @Test
    void theFallbackDecidesWhereTheObjectivesTellNothingAndOnlyInItsDirection() {
        given.objectives = List.of(Given.query(100_000));
        given.fallback = new Fallback(true, 600, Allowed.SCALE_UP, List.of(Given.cpu(50)));

        Decision up = decide(fallingBack(4, Given.usage(90, 90, 90, 90)));
        Decision down = decide(fallingBack(4, Given.usage(10, 10, 10, 10)));

        assertThat(up.desired()).isEqualTo(7);
        assertThat(up.source()).isEqualTo(Source.FALLBACK);
        assertThat(down.desired()).isEqualTo(4);
        assertThat(down.binding().rule()).isEqualTo(Rule.FALLBACK_DIRECTION);
    }

    @Test
    void theMostCautiousRecommendationOfTheWindowHolds() {
        given.down = new Direction(Select.MAX, 300, List.of(), 0);
        given.up = new Direction(Select.MAX, 60, List.of(), 0);
        State high = State.NONE.recommended(Given.MILLIS - 299_000, 9, 300);
        State low = State.NONE.recommended(Given.MILLIS - 59_000, 5, 300);
        State old = State.NONE.recommended(Given.MILLIS - 300_000, 9, 300);

        assertThat(decide(Given.steady(10, 10), high).desired()).isEqualTo(9);
        assertThat(decide(Given.steady(10, 10), old).desired()).isEqualTo(2);
        assertThat(decide(Given.steady(4, 90), low).desired()).isEqualTo(5);
    }

    @Test
    void minAndMaxBoundEveryRecommendation() {
        given.max = 6;
        given.min = 3;

        Decision up = decide(Given.steady(4, 90));
        Decision down = decide(Given.steady(4, 1));

        assertThat(up.desired()).isEqualTo(6);
        assertThat(Explanation.limit(up))
                .isEqualTo("limited to 6 (originally 7) due to max replicas constraint");
        assertThat(down.desired()).isEqualTo(3);
        assertThat(Explanation.remedy(up))
                .isEqualTo("spec.constraints.maxReplicas of 7 would allow it");
    }

    @Test
    void theRulesBoundTheChangeWithinTheirPeriod() {
        given.up = new Direction(Select.MAX, 0, List.of(new Rate(false, 2, 60)), 0);

        Decision first = decide(Given.steady(4, 90));
        Decision second = decide(Given.steady(6, 90), Given.acted(State.NONE, 20, 4, 6));

        assertThat(first.desired()).isEqualTo(6);
        assertThat(Explanation.limit(first))
                .isEqualTo("limited to 6 (originally 7) due to scaling policy of 2 pods in 60 s");
        assertThat(second.desired()).isEqualTo(6);
        assertThat(second.retrySeconds()).isEqualTo(41);
    }

    @Test
    void theMostCautiousOfSeveralRulesHoldsWhereTheStrategyIsMin() {
        List<Rate> rates = List.of(new Rate(false, 1, 60), new Rate(true, 100, 60));
        given.up = new Direction(Select.MIN, 0, rates, 0);
        given.down = new Direction(Select.MIN, 0, rates, 0);

        assertThat(desired(Given.steady(4, 90))).isEqualTo(5);
        assertThat(desired(Given.steady(4, 1))).isEqualTo(3);
    }

    @Test
    void aRuleOfZeroStopsItsDirection() {
        given.up = new Direction(Select.MAX, 0, List.of(new Rate(false, 0, 60)), 0);

        assertThat(decide(Given.steady(4, 90)).outcome()).isEqualTo(Outcome.STAY);
    }

    @Test
    void aDirectionThatIsOffChangesNothing() {
        given.down = OFF;

        Decision decision = decide(Given.steady(4, 1));

        assertThat(decision.desired()).isEqualTo(4);
        assertThat(Explanation.summary(decision))
                .isEqualTo("stays at 4 replicas: downscaling disabled by strategy");
    }

    @Test
    void bothDirectionsOffAskForNothingAndForgetEverything() {
        given.up = OFF;
        given.down = OFF;

        Decision decision = decide(Given.steady(4, 90), Given.acted(State.NONE, 20, 4, 6));

        assertThat(decision.outcome()).isEqualTo(Outcome.NOT_ASKED);
        assertThat(decision.next()).isEqualTo(State.NONE);
    }

    @Test
    void thePreviewWritesNothingEvenOutOfBounds() {
        given.mode = Mode.PREVIEW;
        given.max = 2;

        Decision decision = decide(Given.steady(4, 90));

        assertThat(decision.outcome()).isEqualTo(Outcome.HELD);
        assertThat(decision.desired()).isEqualTo(2);
        assertThat(Explanation.summary(decision))
                .isEqualTo(
                        "would go from 4 to 2 replicas, but nothing is written in the mode Preview");
    }

    @Test
    void aPauseWinsOverAForcedNumber() {
        given.overrides = new Overrides(true, 9, false);

        Decision decision = decide(Given.steady(4, 90));

        assertThat(decision.outcome()).isEqualTo(Outcome.HELD);
        assertThat(decision.desired()).isEqualTo(7);
    }

    @Test
    void aForcedNumberPassesBoundsAndRules() {
        given.overrides = new Overrides(false, 150, false);
        given.up = new Direction(Select.MAX, 0, List.of(new Rate(false, 1, 60)), 0);

        Decision decision = decide(Given.steady(4, 90));

        assertThat(decision.desired()).isEqualTo(150);
        assertThat(decision.source()).isEqualTo(Source.MANUAL);
    }

    @Test
    void anExternalProposalTakesThePlaceOfTheObjectives() {
        Decision decision = decide(external(new Value(12, Given.MILLIS)));

        assertThat(decision.desired()).isEqualTo(12);
        assertThat(decision.source()).isEqualTo(Source.EXTERNAL);
        assertThat(decide(external(new Value(-1, Given.MILLIS))).source())
                .isEqualTo(Source.FALLBACK);
    }

    @Test
    void aScheduleRaisesTheLowerBoundButNeverAboveTheUpper() {
        given.max = 8;

        assertThat(decide(scheduled(6)).desired()).isEqualTo(6);
        assertThat(decide(scheduled(60)).desired()).isEqualTo(8);
        assertThat(decide(scheduled(2)).desired()).isEqualTo(4);
    }

    @Test
    void theClustersBudgetBoundsTheChange() {
        Decision changes = decide(budgeted(new Budget(2, 100, false), 90));
        Decision fewer = decide(budgeted(new Budget(1, 100, false), 1));
        Decision growth = decide(budgeted(new Budget(100, 1, false), 90));
        Decision frozen = decide(budgeted(new Budget(100, 100, true), 90));

        assertThat(changes.desired()).isEqualTo(6);
        assertThat(fewer.desired()).isEqualTo(3);
        assertThat(growth.desired()).isEqualTo(5);
        assertThat(frozen.outcome()).isEqualTo(Outcome.HELD);
        assertThat(frozen.desired()).isEqualTo(7);
    }

    @Test
    void whateverIsSeenTheResultIsWithinTheBoundsAndNamesTheRuleThatMadeIt() {
        Random random = new Random(20260101);
        for (int round = 0; round < 20_000; round++) {
            Given any = any(random);
            int current = random.nextInt(12);
            Samples samples = with(current, anything(random, current));
            State state = State.NONE;
            for (int i = 0; i < random.nextInt(5); i++) {
                state =
                        state.recommended(
                                Given.MILLIS - 40_000 + i * 9_000L, random.nextInt(20), 3600);
            }

            Decision decision = Decision.decide(any.policy(), state, samples, Given.NOW);

            assertThat(decision.steps()).isNotEmpty();
            if (decision.outcome() == Outcome.SCALE) {
                assertThat(decision.desired()).isBetween(any.min, any.max);
                assertThat(decision.binding().out()).isEqualTo(decision.desired());
            } else if (decision.outcome() != Outcome.HELD) {
                assertThat(decision.desired()).isEqualTo(current);
            }
            assertThat(Explanation.summary(decision)).isNotEmpty().doesNotContain("null");
            assertThat(Decision.decide(any.policy(), state, samples, Given.NOW))
                    .isEqualTo(decision);
        }
    }

    private static Given any(Random random) {
        Given any = random.nextBoolean() ? Given.hpa() : new Given();
        any.behaviour = random.nextBoolean();
        any.min = 1 + random.nextInt(3);
        any.max = any.min + random.nextInt(8);
        any.mode = random.nextInt(5) == 0 ? Mode.PREVIEW : Mode.APPLY;
        Select[] selects = Select.values();
        any.up = anyDirection(random, selects);
        any.down = anyDirection(random, selects);
        return any;
    }

    private static Direction anyDirection(Random random, Select[] selects) {
        List<Rate> rates = new ArrayList<>();
        for (int i = 0; i < random.nextInt(3); i++) {
            rates.add(new Rate(random.nextBoolean(), random.nextInt(5), 1 + random.nextInt(100)));
        }
        return new Direction(
                selects[random.nextInt(selects.length)], random.nextInt(60), rates, 0.1);
    }

    private static Measured anything(Random random, int current) {
        if (random.nextInt(6) == 0) {
            return new Failed("on purpose");
        }
        long[] usage = new long[random.nextInt(current + 3)];
        for (int i = 0; i < usage.length; i++) {
            usage[i] = random.nextInt(300);
        }
        return Given.usage(usage);
    }

    private static Measured value(long thousandths) {
        return new Value(thousandths, Given.MILLIS - 1_000);
    }

    private static Samples with(int current, Measured... objectives) {
        return Samples.of(current, Given.pods(current), List.of(objectives));
    }

    private static Samples fallingBack(int current, Measured fallback) {
        return new Samples(
                current,
                current,
                Given.pods(current),
                List.of(new Failed("it does not answer")),
                List.of(fallback),
                null,
                0,
                Budget.UNLIMITED);
    }

    private static Samples external(Measured proposal) {
        return new Samples(
                4,
                4,
                Given.pods(4),
                List.of(Given.usage(50, 50, 50, 50)),
                List.of(),
                proposal,
                0,
                Budget.UNLIMITED);
    }

    private static Samples scheduled(int least) {
        return new Samples(
                4,
                4,
                Given.pods(4),
                List.of(Given.usage(50, 50, 50, 50)),
                List.of(),
                null,
                least,
                Budget.UNLIMITED);
    }

    private static Samples budgeted(Budget budget, long usage) {
        return new Samples(
                4,
                4,
                Given.pods(4),
                List.of(Given.usage(usage, usage, usage, usage)),
                List.of(),
                null,
                0,
                budget);
    }

    private static List<Rule> rules(Decision decision) {
        return decision.steps().stream().map(Step::rule).toList();
    }

    private int desired(Samples samples) {
        return decide(samples).desired();
    }

    private Decision decide(Samples samples) {
        return decide(samples, State.NONE);
    }

    private Decision decide(Samples samples, State state) {
        return Decision.decide(given.policy(), state, samples, Given.NOW);
    }
}
