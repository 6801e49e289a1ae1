package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.autoscaling.internal.decide.Decision.Outcome;
import io.drover.autoscaling.internal.decide.Policy.Direction;
import io.drover.autoscaling.internal.decide.Policy.Rate;
import io.drover.autoscaling.internal.decide.Policy.Select;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Phase;
import io.drover.autoscaling.internal.decide.Samples.Pod;
import io.drover.autoscaling.internal.decide.Samples.Ready;
import io.drover.autoscaling.internal.decide.Samples.Value;
import io.drover.autoscaling.internal.decide.Step.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Situations whose answer follows from the text of the HorizontalPodAutoscaler of 1.37. */
class HpaVectorsTest {

    private final Given given = Given.hpa();

    @Test
    void usageAboveTheGoalAddsReplicas() {
        assertThat(desired(Given.steady(3, 60))).isEqualTo(4);
    }

    @Test
    void usageWithinTheToleranceChangesNothing() {
        assertThat(desired(Given.steady(3, 54))).isEqualTo(3);
    }

    @Test
    void usageAtTheEdgeOfTheToleranceChangesNothing() {
        assertThat(desired(Given.steady(3, 55))).isEqualTo(3);
    }

    @Test
    void aPodWithoutAFigureCountsAsIdleOnTheWayUp() {
        assertThat(desired(Samples.of(4, Given.pods(4), List.of(Given.usage(90, 90, 90)))))
                .isEqualTo(6);
    }

    @Test
    void aPodWithoutAFigureCountsAsBusyOnTheWayDown() {
        assertThat(desired(Samples.of(4, Given.pods(4), List.of(Given.usage(20, 20, 20)))))
                .isEqualTo(4);
    }

    @Test
    void aPodThatIsNotReadyCountsAsIdleOnTheWayUp() {
        assertThat(desired(Samples.of(4, oneUnready(), List.of(Given.usage(90, 90, 90, 90)))))
                .isEqualTo(6);
    }

    @Test
    void aPodThatIsNotReadyIsLeftOutOnTheWayDown() {
        given.behaviour = true;
        given.down = new Direction(Select.MAX, 0, given.down.rates(), 0.1);

        assertThat(desired(Samples.of(4, oneUnready(), List.of(Given.usage(20, 20, 20, 20)))))
                .isEqualTo(2);
    }

    @Test
    void nothingIsTakenAwayWhileOneObjectiveIsUnknown() {
        given.objectives = List.of(Given.query(1_000), Given.query(1_000));

        Decision decision = decide(twoQueries(2_000, 5));

        assertThat(decision.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(decision.desired()).isEqualTo(5);
        assertThat(Explanation.steps(decision))
                .contains("only 1 of 2 objectives are known, so nothing is taken away");
    }

    @Test
    void replicasAreAddedEvenThoughOneObjectiveIsUnknown() {
        given.objectives = List.of(Given.query(1_000), Given.query(1_000));

        assertThat(desired(twoQueries(7_000, 5))).isEqualTo(7);
    }

    @Test
    void theLargerOfTwoRatesHoldsOnTheWayUp() {
        given.behaviour = true;

        assertThat(desired(asking(50, 10))).isEqualTo(20);
        assertThat(desired(asking(50, 1))).isEqualTo(5);
    }

    @Test
    void aShareIsTakenOfTheReplicasAtThePeriodsBegin() {
        given.behaviour = true;
        given.down = new Direction(Select.MAX, 0, List.of(new Rate(true, 10, 60)), 0.1);
        State state = Given.acted(State.NONE, 30, 11, 10);

        Decision decision = decide(asking(1, 10), state.recommended(Given.MILLIS - 1, 10, 300));

        assertThat(decision.desired()).isEqualTo(9);
        assertThat(decision.binding().rule()).isEqualTo(Rule.RATE_DOWN);
        assertThat(decision.retrySeconds()).isEqualTo(31);
    }

    @Test
    void moreThanTheMostIsTakenBackAtOnce() {
        given.max = 10;

        Decision decision = decide(asking(12, 12));

        assertThat(decision.desired()).isEqualTo(10);
        assertThat(decision.binding().rule()).isEqualTo(Rule.OUT_OF_BOUNDS);
    }

    @Test
    void zeroReplicasSwitchItOff() {
        Decision decision = decide(asking(5, 0));

        assertThat(decision.outcome()).isEqualTo(Outcome.SWITCHED_OFF);
        assertThat(decision.desired()).isZero();
    }

    /** The same situations by the rules of an object that does not ask for those of the HPA. */
    @Test
    void ownRulesTakeTheShareOfTheReplicasAtThePeriodsBeginToo() {
        given.strategy = Policy.Strategy.WATERMARKS;
        given.down = new Direction(Select.MAX, 0, List.of(new Rate(true, 10, 60)), 0);
        State state = Given.acted(State.NONE, 30, 11, 10);

        Decision decision = decide(asking(1, 10), state.recommended(Given.MILLIS - 1, 10, 300));

        assertThat(decision.desired()).isEqualTo(9);
        assertThat(decision.binding().rule()).isEqualTo(Rule.RATE_DOWN);
    }

    @Test
    void ownRulesTakeBackMoreThanTheMostAtOnceToo() {
        given.strategy = Policy.Strategy.WATERMARKS;
        given.max = 10;

        Decision decision = decide(asking(12, 12));

        assertThat(decision.outcome()).isEqualTo(Outcome.SCALE);
        assertThat(decision.desired()).isEqualTo(10);
        assertThat(decision.binding().rule()).isEqualTo(Rule.OUT_OF_BOUNDS);
    }

    @Test
    void zeroReplicasSwitchOwnRulesOffToo() {
        given.strategy = Policy.Strategy.WATERMARKS;

        Decision decision = decide(asking(5, 0));

        assertThat(decision.outcome()).isEqualTo(Outcome.SWITCHED_OFF);
        assertThat(decision.next()).isEqualTo(State.NONE);
    }

    @Test
    void afterAFirstLookAtZeroReplicasNothingHoldsThoseThatComeLater() {
        Decision zero = decide(asking(5, 0));

        assertThat(decide(asking(1, 10), zero.next()).desired()).isEqualTo(1);
    }

    @Test
    void theBoundsHoldEvenThoughBothDirectionsAreSwitchedOff() {
        given.behaviour = true;
        given.max = 10;
        given.up = new Direction(Select.DISABLED, 0, given.up.rates(), 0.1);
        given.down = new Direction(Select.DISABLED, 0, given.down.rates(), 0.1);

        assertThat(desired(asking(20, 12))).isEqualTo(10);
        assertThat(decide(asking(20, 5)).outcome()).isEqualTo(Outcome.STAY);
    }

    @Test
    void aShareOfAGoalCannotBeTakenOfNoPods() {
        given.objectives =
                List.of(new Objective.Query("sum(load)", 60, new Objective.Goal(true, 50)));

        Decision far = decide(Samples.of(3, List.of(), List.of(new Value(90_000, Given.MILLIS))));
        Decision near = decide(Samples.of(3, List.of(), List.of(new Value(52_000, Given.MILLIS))));

        assertThat(far.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(near.outcome()).isEqualTo(Outcome.STAY);
    }

    @Test
    void aPodWhoseNodeIsSilentStillCounts() {
        given.behaviour = true;
        given.down = new Direction(Select.MAX, 0, given.down.rates(), 0.1);
        List<Pod> pods = new ArrayList<>(Given.pods(3));
        pods.add(Given.pod(3, Ready.UNKNOWN));

        // four fifths of four pods, not of three
        assertThat(desired(Samples.of(5, pods, List.of(Given.usage(40, 40, 40, 40))))).isEqualTo(4);
    }

    @Test
    void theFirstLookRemembersTheReplicasSoThatARestartTakesNothingAway() {
        Decision decision = decide(asking(1, 10));

        assertThat(decision.desired()).isEqualTo(10);
        assertThat(decision.binding().rule()).isEqualTo(Rule.STABILISATION_DOWN);
    }

    @Test
    void withoutBehaviourItDoublesAtMost() {
        assertThat(desired(asking(50, 10))).isEqualTo(20);
        assertThat(desired(asking(50, 1))).isEqualTo(4);
    }

    @Test
    void withoutBehaviourAStepIsBoundedByTimeHoweverOftenIsLooked() {
        State doubled = Given.acted(State.NONE, 14, 10, 20);

        Decision again = decide(asking(50, 20), doubled);

        assertThat(again.desired()).isEqualTo(20);
        assertThat(again.retrySeconds()).isEqualTo(2);
        State longAgo = Given.acted(State.NONE, 15, 10, 20);
        assertThat(decide(asking(50, 20), longAgo).desired()).isEqualTo(40);
    }

    @Test
    void aPodThatAsksForNothingMakesItsUtilisationUnknown() {
        List<Pod> pods = new ArrayList<>(Given.pods(2));
        pods.add(new Pod("pod-2", Phase.RUNNING, false, Ready.YES, 1, 1, Map.of("memory", 1L)));

        Decision decision = decide(Samples.of(3, pods, List.of(Given.usage(90, 90, 90))));

        assertThat(decision.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(Explanation.summary(decision))
                .isEqualTo(
                        "stays at 3 replicas: not known: cpu: pod pod-2 does not say how much cpu it asks for");
    }

    private static List<Pod> oneUnready() {
        List<Pod> pods = new ArrayList<>(Given.pods(3));
        pods.add(Given.pod(3, Ready.NO));
        return pods;
    }

    private static Samples twoQueries(long value, int current) {
        return Samples.of(
                current,
                Given.pods(current),
                List.of(new Value(value, Given.MILLIS), new Failed("it does not answer")));
    }

    /** Samples of {@code current} replicas for which a query asks for {@code wanted}. */
    private Samples asking(int wanted, int current) {
        given.objectives = List.of(Given.query(1_000));
        return Samples.of(
                current, Given.pods(current), List.of(new Value(wanted * 1_000L, Given.MILLIS)));
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
