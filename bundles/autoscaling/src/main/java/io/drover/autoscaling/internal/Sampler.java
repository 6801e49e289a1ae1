package io.drover.autoscaling.internal;

import io.drover.autoscaling.internal.decide.Objective;
import io.drover.autoscaling.internal.decide.Policy;
import io.drover.autoscaling.internal.decide.Samples;
import io.drover.autoscaling.internal.decide.Samples.Budget;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Pod;
import io.drover.autoscaling.internal.decide.Target;
import io.drover.autoscaling.internal.source.PodIndex;
import io.drover.autoscaling.internal.source.PodUsage;
import io.drover.autoscaling.internal.source.Selector;
import java.util.ArrayList;
import java.util.List;

/** Puts together what one decision looks at. Any thread; answers from memory. */
final class Sampler {

    private final PodIndex pods;
    private final PodUsage usage;

    Sampler(PodIndex pods, PodUsage usage) {
        this.pods = pods;
        this.usage = usage;
    }

    Samples samples(String namespace, Policy policy, Target.Found target) {
        String problem = pods.problem();
        Selector selector = null;
        if (problem.isEmpty()) {
            try {
                selector = Selector.of(target.selector());
            } catch (IllegalArgumentException e) {
                problem = "the target's selector cannot be used: " + e.getMessage();
            }
        }
        List<Pod> found = selector == null ? List.of() : pods.find(namespace, selector);
        return new Samples(
                target.desired(),
                target.current(),
                found,
                measure(policy.objectives(), namespace, selector, problem),
                measure(policy.fallback().objectives(), namespace, selector, problem),
                null,
                0,
                Budget.UNLIMITED);
    }

    private List<Measured> measure(
            List<Objective> objectives, String namespace, Selector selector, String problem) {
        List<Measured> measured = new ArrayList<>();
        for (Objective objective : objectives) {
            if (selector == null) {
                measured.add(new Failed(problem));
            } else if (objective instanceof Objective.Resource resource) {
                measured.add(usage.measure(namespace, selector, resource));
            } else {
                measured.add(new Failed("no source for queries is configured"));
            }
        }
        return measured;
    }
}
