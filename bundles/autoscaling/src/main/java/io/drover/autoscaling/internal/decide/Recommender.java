package io.drover.autoscaling.internal.decide;

import io.drover.autoscaling.internal.decide.Decision.Source;
import io.drover.autoscaling.internal.decide.Policy.Strategy;
import io.drover.autoscaling.internal.decide.Samples.Awaited;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Sample;
import io.drover.autoscaling.internal.decide.Samples.Usage;
import io.drover.autoscaling.internal.decide.Samples.Value;
import io.drover.autoscaling.internal.decide.Step.Rule;
import java.util.List;

/** Chooses the source that counts and asks it for a number. Used once, by one thread. */
final class Recommender {

    private static final String EXTERNAL = "external recommender: ";
    private static final Failed NOT_MEASURED = new Failed("it was not measured");

    private final Policy policy;
    private final Samples samples;
    private final long now;
    private final List<Step> steps;
    private final int current;

    Recommender(Policy policy, Samples samples, long now, List<Step> steps) {
        this.policy = policy;
        this.samples = samples;
        this.now = now;
        this.steps = steps;
        this.current = samples.current();
    }

    /**
     * What the source says.
     *
     * @param replicas the number; meaningless unless {@code ok}
     */
    record Result(Source source, int replicas, boolean ok) {
        static final Result NOTHING = new Result(Source.NONE, 0, false);
    }

    Result recommend() {
        boolean mayFallBack = policy.fallback().enabled() && policy.strategy() != Strategy.HPA;
        if (mayFallBack && policy.overrides().forceFallback()) {
            return fallback();
        }
        Result main = samples.external() != null ? external() : objectives();
        return main.ok() || !mayFallBack || awaited() ? main : fallback();
    }

    /** Whether an answer that counts is on its way for the first time. */
    private boolean awaited() {
        return samples.external() != null
                ? samples.external() instanceof Awaited
                : samples.objectives().stream().anyMatch(Awaited.class::isInstance);
    }

    private Result external() {
        Measured told = fresh(samples.external());
        if (!(told instanceof Value value)) {
            failed(EXTERNAL + why(told));
            return Result.NOTHING;
        }
        if (value.value() < 0 || value.value() > Spec.REPLICAS_MAX) {
            failed(
                    EXTERNAL
                            + "it must propose from 0 to "
                            + Spec.REPLICAS_MAX
                            + " replicas, proposes "
                            + value.value());
            return Result.NOTHING;
        }
        int replicas = (int) value.value();
        steps.add(new Step(Rule.SOURCE, Source.EXTERNAL, current, replicas, 0, 0));
        if (silent(told)) {
            failed(EXTERNAL + value.silent());
            if (replicas < current) {
                steps.add(new Step(Rule.PARTIAL, "", replicas, current, 0, 1));
                return new Result(Source.EXTERNAL, current, true);
            }
        }
        return new Result(Source.EXTERNAL, replicas, true);
    }

    /** Why there is no figure; empty when there is one. */
    private static String why(Measured figure) {
        if (figure instanceof Awaited awaited) {
            return awaited.why();
        }
        return figure instanceof Failed failed ? failed.why() : "";
    }

    private void failed(String why) {
        steps.add(new Step(Rule.OBJECTIVE_FAILED, why, current, current, 0, 0));
    }

    private static boolean silent(Measured figure) {
        return figure instanceof Value value && !value.silent().isEmpty();
    }

    private Result objectives() {
        return largest(Source.OBJECTIVES, policy.objectives(), samples.objectives());
    }

    private Result fallback() {
        List<Objective> own = policy.fallback().objectives();
        steps.add(new Step(Rule.SOURCE, Source.FALLBACK, current, current, 0, 0));
        return own.isEmpty()
                ? largest(Source.FALLBACK, policy.objectives(), samples.objectives())
                : largest(Source.FALLBACK, own, samples.fallback());
    }

    /** The largest number of all objectives; nothing is taken away while one is unknown. */
    private Result largest(Source source, List<Objective> objectives, List<Measured> measured) {
        int largest = -1;
        int known = 0;
        int silent = 0;
        for (int i = 0; i < objectives.size(); i++) {
            Measured figure = i < measured.size() ? measured.get(i) : NOT_MEASURED;
            Proposal proposal = propose(objectives.get(i), fresh(figure));
            note(objectives.get(i), proposal);
            if (proposal.ok()) {
                if (silent(figure)) {
                    silent++;
                    failed(objectives.get(i).subject() + ": " + ((Value) figure).silent());
                }
                known++;
                largest = Math.max(largest, proposal.replicas());
            }
        }
        if (known == 0) {
            return Result.NOTHING;
        }
        if (known - silent < objectives.size() && largest < current) {
            steps.add(
                    new Step(
                            Rule.PARTIAL, "", largest, current, known - silent, objectives.size()));
            // The reference of this strategy calls it an error and remembers nothing.
            return policy.strategy() == Strategy.HPA
                    ? Result.NOTHING
                    : new Result(source, current, true);
        }
        if (known > 1) {
            steps.add(new Step(Rule.LARGEST, "", largest, largest, known, objectives.size()));
        }
        return new Result(source, largest, true);
    }

    private Proposal propose(Objective objective, Measured figure) {
        if (objective instanceof Objective.Unsupported unsupported) {
            return Proposal.failed(unsupported.why());
        }
        if (!why(figure).isEmpty()) {
            return Proposal.failed(why(figure));
        }
        boolean hpa = policy.strategy() == Strategy.HPA;
        if (hpa && figure instanceof Value value && silent(value)) {
            return Proposal.failed(value.silent()); // it remembers no figure
        }
        Proposal proposal = propose(objective, figure, hpa);
        return hpa || proposal.replicas() <= Spec.REPLICAS_MAX
                ? proposal
                : Proposal.failed(
                        "it would take more than " + Spec.REPLICAS_MAX + " replicas to meet it");
    }

    private Proposal propose(Objective objective, Measured figure, boolean hpa) {
        if (objective instanceof Objective.Resource resource && figure instanceof Usage usage) {
            return hpa
                    ? HpaReplicas.of(resource, usage, samples, policy, now)
                    : Watermarks.of(resource, usage, samples);
        }
        if (objective instanceof Objective.Query query && figure instanceof Value value) {
            return hpa
                    ? HpaReplicas.of(query, value, samples, policy)
                    : Watermarks.of(query, value, samples);
        }
        return Proposal.failed("its source gave figures of another kind");
    }

    private void note(Objective objective, Proposal proposal) {
        if (!proposal.ok()) {
            failed(objective.subject() + ": " + proposal.failure());
            return;
        }
        steps.add(
                new Step(
                        Rule.OBJECTIVE,
                        objective,
                        current,
                        proposal.replicas(),
                        proposal.measured(),
                        objective.goal().value()));
        if (proposal.counted() > 0) {
            int replicas = proposal.replicas();
            steps.add(new Step(Rule.PODS_COUNTED, "", replicas, replicas, proposal.counted(), 0));
        }
    }

    /** A figure that is too old tells nothing. The strategy HPA takes any that it gets. */
    private Measured fresh(Measured figure) {
        if (policy.strategy() == Strategy.HPA || !why(figure).isEmpty()) {
            return figure;
        }
        long newest = 0;
        if (figure instanceof Value value) {
            newest = value.at();
        } else if (figure instanceof Usage usage) {
            for (Sample sample : usage.byPod().values()) {
                newest = Math.max(newest, sample.at());
            }
            if (newest == 0) {
                return new Failed("no pod has a figure");
            }
        }
        long age = (now - newest) / 1000;
        String old = "its newest figure is older than " + policy.fallback().staleSeconds() + " s";
        if (age <= policy.fallback().staleSeconds()) {
            return figure;
        }
        return new Failed(
                figure instanceof Value value && silent(value) ? old + ": " + value.silent() : old);
    }
}
