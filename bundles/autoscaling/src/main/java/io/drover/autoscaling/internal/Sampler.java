package io.drover.autoscaling.internal;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Counsel;
import io.drover.autoscaling.internal.decide.Objective;
import io.drover.autoscaling.internal.decide.Policy;
import io.drover.autoscaling.internal.decide.Samples;
import io.drover.autoscaling.internal.decide.Samples.Budget;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Pod;
import io.drover.autoscaling.internal.decide.Spec;
import io.drover.autoscaling.internal.decide.Target;
import io.drover.autoscaling.internal.remote.Prometheus;
import io.drover.autoscaling.internal.remote.Recommenders;
import io.drover.autoscaling.internal.source.PodIndex;
import io.drover.autoscaling.internal.source.PodUsage;
import io.drover.autoscaling.internal.source.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Puts together what one decision looks at. Any thread; answers from memory. */
final class Sampler {

    private final PodIndex pods;
    private final PodUsage usage;
    private final Prometheus prometheus;
    private final Recommenders recommenders;

    Sampler(PodIndex pods, PodUsage usage, Prometheus prometheus, Recommenders recommenders) {
        this.pods = pods;
        this.usage = usage;
        this.prometheus = prometheus;
        this.recommenders = recommenders;
    }

    Samples samples(KubeObject object, Spec spec, Target.Found target, Instant now) {
        Policy policy = spec.policy();
        String problem = pods.problem();
        Selector selector = null;
        if (problem.isEmpty()) {
            try {
                selector = Selector.of(target.selector());
            } catch (IllegalArgumentException e) {
                problem = "the target's selector cannot be used: " + e.getMessage();
            }
        }
        List<Pod> found = selector == null ? List.of() : pods.find(object.namespace(), selector);
        return new Samples(
                target.desired(),
                target.current(),
                found,
                measure(policy.objectives(), object, selector, problem),
                measure(policy.fallback().objectives(), object, selector, problem),
                spec.counsel().map(one -> propose(one, object, spec, target, found)).orElse(null),
                spec.schedule().least(now),
                Budget.UNLIMITED);
    }

    private Measured propose(
            Counsel counsel, KubeObject object, Spec spec, Target.Found target, List<Pod> pods) {
        int ready = (int) pods.stream().filter(pod -> pod.ready() == Samples.Ready.YES).count();
        return recommenders.propose(
                new Recommenders.Asking(
                        counsel,
                        object.namespace(),
                        object.name(),
                        spec.target(),
                        spec.targetName(),
                        spec.minReplicas(),
                        spec.maxReplicas(),
                        spec.policy().objectives(),
                        target.desired(),
                        target.current(),
                        ready));
    }

    private List<Measured> measure(
            List<Objective> objectives, KubeObject object, Selector selector, String problem) {
        List<Measured> measured = new ArrayList<>();
        for (Objective objective : objectives) {
            if (selector == null) {
                measured.add(new Failed(problem));
            } else if (objective instanceof Objective.Query query) {
                measured.add(prometheus.measure(object.key(), query));
            } else if (objective instanceof Objective.Resource resource) {
                measured.add(usage.measure(object.namespace(), selector, resource));
            } else {
                measured.add(new Failed("no source knows it"));
            }
        }
        return measured;
    }
}
