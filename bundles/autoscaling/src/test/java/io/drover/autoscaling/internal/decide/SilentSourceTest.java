package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.autoscaling.internal.decide.Decision.Outcome;
import io.drover.autoscaling.internal.decide.Decision.Source;
import io.drover.autoscaling.internal.decide.Policy.Allowed;
import io.drover.autoscaling.internal.decide.Policy.Fallback;
import io.drover.autoscaling.internal.decide.Samples.Budget;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A source that is dead never takes replicas away. */
class SilentSourceTest {

    private static final String DEAD = "Prometheus: no answer within 5000 ms";
    private final Given given = new Given();

    SilentSourceTest() {
        given.objectives = List.of(Given.query(10_000));
    }

    @Test
    void itsLastFigureMayStillAddReplicas() {
        Decision decision = decide(silent(90_000, 30), 4);

        assertThat(decision.outcome()).isEqualTo(Outcome.SCALE);
        assertThat(decision.desired()).isEqualTo(9);
        assertThat(Explanation.steps(decision)).anyMatch(step -> step.contains(DEAD));
    }

    @Test
    void andTakesNoneAway() {
        Decision decision = decide(silent(10_000, 30), 4);

        assertThat(decision.outcome()).isEqualTo(Outcome.STAY);
        assertThat(Explanation.summary(decision))
                .isEqualTo(
                        "stays at 4 replicas: only 0 of 1 objectives are known, so nothing is taken away");
        assertThat(Explanation.steps(decision)).anyMatch(step -> step.contains(DEAD));
    }

    @Test
    void whenThatIsTooOldTheFallbackDecides() {
        given.fallback = new Fallback(true, 600, Allowed.SCALE_UP, List.of(Given.cpu(50)));
        Samples samples =
                new Samples(
                        4,
                        4,
                        Given.pods(4),
                        List.of(silent(10_000, 601)),
                        List.of(Given.usage(90, 90, 90, 90)),
                        null,
                        0,
                        Budget.UNLIMITED);

        Decision decision = Decision.decide(given.policy(), State.NONE, samples, Given.NOW);

        assertThat(decision.source()).isEqualTo(Source.FALLBACK);
        assertThat(decision.desired()).isEqualTo(7);
        assertThat(Explanation.steps(decision))
                .anyMatch(
                        step ->
                                step.contains("its newest figure is older than 600 s")
                                        && step.contains(DEAD));
    }

    @Test
    void theStrategyOfTheHpaTakesNothingForGranted() {
        Given hpa = Given.hpa();
        hpa.objectives = given.objectives;

        Decision decision =
                Decision.decide(hpa.policy(), State.NONE, samples(silent(90_000, 5), 4), Given.NOW);

        assertThat(decision.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(decision.desired()).isEqualTo(4);
    }

    @Test
    void aRecommenderThatIsDeadMayAddAndTakesNoneAway() {
        Value few = new Value(2, Given.MILLIS - 5_000, "the recommender: refused");
        Value many = new Value(9, Given.MILLIS - 5_000, "the recommender: refused");

        assertThat(decide(external(few)).desired()).isEqualTo(4);
        assertThat(decide(external(few)).source()).isEqualTo(Source.EXTERNAL);
        assertThat(Explanation.steps(decide(external(few))))
                .anyMatch(step -> step.contains("the recommender: refused"));
        assertThat(decide(external(many)).desired()).isEqualTo(9);
    }

    @Test
    void aMillionReplicasAreAsMuchAsAnybodyMayPropose() {
        for (long absurd : new long[] {1_000_000_000L, Long.MAX_VALUE, -1}) {
            Decision decision = decide(external(new Value(absurd, Given.MILLIS)));
            assertThat(decision.desired()).isEqualTo(4);
            assertThat(Explanation.steps(decision))
                    .anyMatch(step -> step.contains("replicas, proposes " + absurd));
        }
    }

    @Test
    void aFigureThatWouldTakeMoreThanAMillionReplicasIsAnError() {
        given.max = Integer.MAX_VALUE;

        Decision decision = decide(new Value(Long.MAX_VALUE / 2, Given.MILLIS), 4);

        assertThat(decision.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(Explanation.summary(decision)).contains("more than 1000000 replicas");
    }

    @Test
    void whateverElseIsSaidDeadSourcesNeverLowerTheNumber() {
        Random random = new Random(8);
        for (int i = 0; i < 20_000; i++) {
            given.objectives = List.of(Given.query(10_000), Given.query(3_000));
            given.strategy =
                    random.nextBoolean() ? Policy.Strategy.HPA : Policy.Strategy.WATERMARKS;
            given.fallback =
                    new Fallback(
                            random.nextBoolean(),
                            600,
                            List.of(Allowed.values()).get(random.nextInt(3)),
                            List.of());
            int current = 1 + random.nextInt(30);
            List<Measured> figures = new ArrayList<>();
            for (int j = 0; j < 2; j++) {
                figures.add(
                        random.nextInt(4) == 0
                                ? new Failed("it does not answer")
                                : silent(random.nextInt(200_000), random.nextInt(900)));
            }
            Samples samples = Samples.of(current, Given.pods(current), figures);

            Decision decision = Decision.decide(given.policy(), State.NONE, samples, Given.NOW);

            assertThat(decision.desired())
                    .as("%s of %s", decision.steps(), figures)
                    .isGreaterThanOrEqualTo(current);
        }
    }

    private Decision decide(Measured figure, int current) {
        return decide(samples(figure, current));
    }

    private Decision decide(Samples samples) {
        return Decision.decide(given.policy(), State.NONE, samples, Given.NOW);
    }

    private static Samples samples(Measured figure, int current) {
        return Samples.of(current, Given.pods(current), List.of(figure));
    }

    private static Samples external(Value proposed) {
        return new Samples(
                4,
                4,
                Given.pods(4),
                List.of(new Failed("not asked")),
                List.of(),
                proposed,
                0,
                Budget.UNLIMITED);
    }

    private static Value silent(long thousandths, int secondsAgo) {
        return new Value(thousandths, Given.MILLIS - secondsAgo * 1000L, DEAD);
    }
}
