package io.drover.autoscaling.internal.decide;

import io.drover.autoscaling.internal.decide.Samples.Pod;
import io.drover.autoscaling.internal.decide.Samples.Sample;
import io.drover.autoscaling.internal.decide.Samples.Usage;
import io.drover.autoscaling.internal.decide.Samples.Value;

/**
 * Figures to replicas with a mark on each side of the goal: five points of a utilisation, five per
 * cent of an amount. Between the marks nothing changes; beyond one, the replicas change just so far
 * that the figure comes to lie inside. Pure functions.
 */
final class Watermarks {

    private static final double POINTS = 5;

    private Watermarks() {}

    /** A resource of the pods: the mean of those that have a figure. */
    static Proposal of(Objective.Resource objective, Usage usage, Samples samples) {
        Objective.Goal goal = objective.goal();
        String asked =
                objective.container().isEmpty()
                        ? objective.resource()
                        : objective.resource() + "/" + objective.container();
        double sum = 0;
        int with = 0;
        int without = 0;
        for (Pod pod : samples.pods()) {
            if (pod.over()) {
                continue;
            }
            Sample sample = usage.byPod().get(pod.name());
            if (sample == null) {
                without++;
                continue;
            }
            Long request = goal.utilisation() ? pod.requests().get(asked) : Long.valueOf(1);
            if (request == null || request == 0) {
                return Proposal.failed(
                        "pod " + pod.name() + " does not say how much " + asked + " it asks for");
            }
            sum += (double) sample.value() / request;
            with++;
        }
        if (with == 0) {
            return Proposal.failed("no pod has a figure");
        }
        // A replica whose pod is not made yet has no figure either: without it, what was just added
        // would be asked for again and again.
        without += Math.max(0, samples.current() - with - without);
        // In per cent of the request, or in thousandths.
        double scale = goal.utilisation() ? 100 : 1;
        double whole = goal.utilisation() ? 100 : goal.value();
        double mean = sum * scale / with;
        int first = replicas(mean, goal, samples.current());
        if (without == 0 || first == samples.current()) {
            return Proposal.of(first, mean, 0);
        }
        // Who has no figure is taken to do nothing on the way up, and all on the way down.
        double missing = first > samples.current() ? 0 : whole;
        double all = (sum * scale + without * missing) / (with + without);
        int second = replicas(all, goal, samples.current());
        boolean turned =
                first > samples.current() ? second < samples.current() : second > samples.current();
        return Proposal.of(turned ? samples.current() : second, mean, without);
    }

    /** One number for all replicas; a utilisation is the same for each. */
    static Proposal of(Objective.Query objective, Value value, Samples samples) {
        double each =
                objective.goal().utilisation()
                        ? value.value() / 1000.0
                        : (double) value.value() / samples.current();
        return Proposal.of(replicas(each, objective.goal(), samples.current()), each, 0);
    }

    private static int replicas(double each, Objective.Goal goal, int current) {
        double margin = goal.utilisation() ? POINTS : goal.value() * POINTS / 100;
        double high = goal.value() + margin;
        double low = goal.value() - margin;
        if (each > high) {
            return (int) Math.ceil(each / high * current);
        }
        if (each >= low) {
            return current;
        }
        int fewer = (int) Math.max(1, Math.floor(each / low * current));
        // So few that the figure would be above the other mark is too few.
        int enough = (int) Math.floor(current * each / high) + 1;
        return Math.min(current, Math.max(fewer, enough));
    }
}
