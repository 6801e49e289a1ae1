package io.drover.autoscaling.internal.decide;

import io.drover.autoscaling.internal.decide.Decision.Outcome;
import io.drover.autoscaling.internal.decide.Decision.Source;
import io.drover.autoscaling.internal.decide.Policy.Rate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A decision in sentences: for conditions, events, the API and people. Pure functions. */
public final class Explanation {

    private Explanation() {}

    /** The whole decision in one sentence, its one binding rule named. */
    public static String summary(Decision decision) {
        return switch (decision.outcome()) {
            case SCALE ->
                    "from "
                            + decision.current()
                            + " to "
                            + replicas(decision.desired())
                            + ": "
                            + of(decision.binding());
            case STAY -> "stays at " + replicas(decision.current()) + ": " + staying(decision);
            case HELD ->
                    "would go from "
                            + decision.current()
                            + " to "
                            + replicas(decision.desired())
                            + ", but "
                            + of(last(decision));
            case UNKNOWN -> "stays at " + replicas(decision.current()) + ": " + unknown(decision);
            case SWITCHED_OFF, NOT_ASKED -> of(last(decision));
        };
    }

    /** Each step in a sentence, in order. */
    public static List<String> steps(Decision decision) {
        List<String> sentences = new ArrayList<>();
        for (Step step : decision.steps()) {
            sentences.add(of(step));
        }
        return sentences;
    }

    /**
     * Why the number is less or more than what was recommended, as {@code limitedReason} and the
     * condition {@code HorizontalScalingLimited} have it; empty when nothing limits it.
     */
    public static String limit(Decision decision) {
        String limit = "";
        for (Step step : decision.steps()) {
            if (step.bound() && isLimit(step)) {
                limit = of(step);
            }
        }
        return limit;
    }

    /** What would change the outcome, in one sentence; empty when nothing stands in the way. */
    public static String remedy(Decision decision) {
        Step step =
                decision.outcome() == Outcome.HELD || decision.outcome() == Outcome.SWITCHED_OFF
                        ? last(decision)
                        : decision.binding();
        return switch (step.rule()) {
            case MAX_REPLICAS -> "spec.constraints.maxReplicas of " + step.in() + " would allow it";
            case MIN_REPLICAS ->
                    decision.scheduled()
                            ? "it is allowed when the window of the schedule has ended"
                            : "spec.constraints.minReplicas of " + step.in() + " would allow it";
            case STABILISATION_UP ->
                    "it changes when the lower recommendations are older than "
                            + whole(step.limit())
                            + " s, or with a shorter stabilizationWindowSeconds of scaleUp";
            case STABILISATION_DOWN ->
                    "it changes when the higher recommendations are older than "
                            + whole(step.limit())
                            + " s, or with a shorter stabilizationWindowSeconds of scaleDown";
            case RATE_UP, RATE_DOWN ->
                    decision.retrySeconds() > 0
                            ? "the next step is possible in "
                                    + decision.retrySeconds()
                                    + " s, or with a larger rule"
                            : "";
            case DIRECTION_OFF ->
                    "a strategy other than Disabled for that direction would allow it";
            case FALLBACK_DIRECTION -> "spec.fallback.horizontal.direction All would allow it";
            case PREVIEW -> "spec.applyPolicy.mode Apply would write it";
            case PAUSED -> "without the annotation pause it would be written";
            case FROZEN -> "it is written when the freeze is lifted";
            case BUDGET_CHANGES -> "the rest follows when the minute's budget is there again";
            case BUDGET_GROWTH -> "a higher ceiling, or fewer replicas elsewhere, would allow it";
            case FORCED -> "without the annotation force-replicas the objectives decide again";
            case ZERO -> "one replica or more makes it work again";
            case PARTIAL, OBJECTIVE_FAILED, NOTHING_KNOWN ->
                    "it decides again as soon as every figure is there";
            default -> "";
        };
    }

    /** One step in a sentence. */
    public static String of(Step step) {
        return switch (step.rule()) {
            case SOURCE -> source(step);
            case OBJECTIVE -> objective(step);
            case OBJECTIVE_FAILED -> "not known: " + step.subject();
            case PODS_COUNTED ->
                    whole(step.measured())
                            + " pods that are not ready or have no figure were counted in with the most cautious one";
            case LARGEST ->
                    "the largest of " + whole(step.measured()) + " objectives is " + step.out();
            case PARTIAL ->
                    "only "
                            + whole(step.measured())
                            + " of "
                            + whole(step.limit())
                            + " objectives are known, so nothing is taken away";
            case SCHEDULE -> "a schedule asks for at least " + replicas((int) step.measured());
            case FORCED ->
                    "replica count pinned to " + step.out() + " by the annotation force-replicas";
            case OUT_OF_BOUNDS ->
                    step.in() < step.measured()
                            ? step.in() + " is below the least of " + whole(step.measured())
                            : step.in() + " is above the most of " + whole(step.limit());
            case STABILISATION_UP ->
                    adjusted(step)
                            + ": the lowest recommendation of the last "
                            + whole(step.limit())
                            + " s holds on the way up";
            case STABILISATION_DOWN ->
                    adjusted(step)
                            + ": the highest recommendation of the last "
                            + whole(step.limit())
                            + " s holds on the way down";
            case MIN_REPLICAS -> limited(step) + " due to min replicas constraint";
            case MAX_REPLICAS -> limited(step) + " due to max replicas constraint";
            case FALLBACK_DIRECTION -> limited(step) + ": the fallback may not go this way";
            case RATE_UP, RATE_DOWN ->
                    limited(step) + " due to scaling policy" + rate(step.subject());
            case DIRECTION_OFF -> directionOff(step);
            case BUDGET_CHANGES ->
                    limited(step)
                            + ": the cluster's budget has "
                            + whole(step.limit())
                            + " changes left in this minute";
            case BUDGET_GROWTH ->
                    limited(step)
                            + ": the ceiling over the group leaves room for "
                            + whole(step.limit());
            case FROZEN -> "nothing is written while the cluster is frozen";
            case PAUSED -> "nothing is written while the annotation pause is there";
            case PREVIEW -> "nothing is written in the mode Preview";
            case ZERO -> "scaling disabled as current replicas is set to 0";
            case NOTHING_KNOWN -> "no source tells anything, so nothing is changed";
        };
    }

    private static String source(Step step) {
        return step.subject() == Source.EXTERNAL
                ? "the external recommender proposes " + replicas(step.out())
                : "the fallback decides";
    }

    private static String objective(Step step) {
        Objective objective = (Objective) step.subject();
        boolean share = objective.goal().utilisation();
        String measured = share ? whole(step.measured()) + " %" : amount(step.measured());
        String goal = share ? whole(step.limit()) + " %" : amount(step.limit());
        return objective.subject()
                + " is at "
                + measured
                + ", the goal is "
                + goal
                + (step.bound() ? ": " + step.in() + " become " + step.out() : ": near enough");
    }

    private static String directionOff(Step step) {
        if (!step.bound()) {
            return "both directions are disabled by strategy";
        }
        return (step.in() > step.out() ? "upscaling" : "downscaling") + " disabled by strategy";
    }

    private static String rate(Object subject) {
        if (!(subject instanceof Rate rate)) {
            return "";
        }
        return " of "
                + rate.value()
                + (rate.percent() ? " % in " : " pods in ")
                + rate.periodSeconds()
                + " s";
    }

    private static String adjusted(Step step) {
        return "adjusted to " + step.out() + " (originally " + step.in() + ")";
    }

    private static String limited(Step step) {
        return "limited to " + step.out() + " (originally " + step.in() + ")";
    }

    private static boolean isLimit(Step step) {
        return switch (step.rule()) {
            case STABILISATION_UP,
                    STABILISATION_DOWN,
                    MIN_REPLICAS,
                    MAX_REPLICAS,
                    FALLBACK_DIRECTION,
                    RATE_UP,
                    RATE_DOWN,
                    DIRECTION_OFF,
                    BUDGET_CHANGES,
                    BUDGET_GROWTH,
                    FORCED,
                    PARTIAL ->
                    true;
            default -> false;
        };
    }

    private static String staying(Decision decision) {
        Step binding = decision.binding();
        return binding == null ? "nothing asks for a change" : of(binding);
    }

    /** The first thing that is not known says most. */
    private static String unknown(Decision decision) {
        for (Step step : decision.steps()) {
            if (step.rule() == Step.Rule.OBJECTIVE_FAILED || step.rule() == Step.Rule.PARTIAL) {
                return of(step);
            }
        }
        return of(last(decision));
    }

    private static Step last(Decision decision) {
        return decision.steps().get(decision.steps().size() - 1);
    }

    private static String replicas(int count) {
        return count == 1 ? "1 replica" : count + " replicas";
    }

    private static String whole(double figure) {
        return Long.toString(Math.round(figure));
    }

    /** Thousandths for people. */
    private static String amount(double thousandths) {
        double amount = thousandths / 1000;
        return amount == Math.rint(amount)
                ? Long.toString((long) amount)
                : String.format(Locale.ROOT, "%.3f", amount);
    }
}
