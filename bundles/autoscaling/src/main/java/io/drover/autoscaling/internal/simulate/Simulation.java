package io.drover.autoscaling.internal.simulate;

import io.drover.autoscaling.internal.decide.Decision;
import io.drover.autoscaling.internal.decide.Objective;
import io.drover.autoscaling.internal.decide.Policy;
import io.drover.autoscaling.internal.decide.Samples;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Phase;
import io.drover.autoscaling.internal.decide.Samples.Pod;
import io.drover.autoscaling.internal.decide.Samples.Ready;
import io.drover.autoscaling.internal.decide.Samples.Sample;
import io.drover.autoscaling.internal.decide.Samples.Usage;
import io.drover.autoscaling.internal.decide.Samples.Value;
import io.drover.autoscaling.internal.decide.Schedule;
import io.drover.autoscaling.internal.decide.Spec;
import io.drover.autoscaling.internal.decide.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One policy over one load: the function that decides live, once each period, on pods that take
 * their time to start and share the load evenly. Used once, by one thread.
 */
final class Simulation {

    private static final long WINDOW_MILLIS = 30_000;

    private final String name;
    private final Policy policy;
    private final Schedule schedule;
    private final Load load;
    private final Workload workload;
    private final List<Pod> ready = new ArrayList<>();
    private final List<Pod> starting = new ArrayList<>();
    private int made;
    private int current;

    Simulation(String name, Spec spec, Load load, Workload workload) {
        this.name = name;
        this.policy = spec.policy();
        this.schedule = spec.schedule();
        this.load = load;
        this.workload = workload;
        this.current = workload.replicas() == 0 ? policy.minReplicas() : workload.replicas();
    }

    Run run() {
        Run run = new Run(name, workload.everyMillis());
        State state = State.NONE;
        long now = load.begin();
        for (int i = 0; i < current; i++) {
            ready.add(pod(now - workload.startMillis(), true));
        }
        for (; now <= load.end(); now += workload.everyMillis()) {
            become(now);
            List<Pod> pods = new ArrayList<>(ready);
            pods.addAll(starting);
            Samples samples =
                    new Samples(
                            current,
                            pods.size(),
                            pods,
                            measured(policy.objectives(), now),
                            measured(policy.fallback().objectives(), now),
                            null,
                            schedule.least(Instant.ofEpochMilli(now)),
                            Samples.Budget.UNLIMITED);
            Decision decision = Decision.decide(policy, state, samples, Instant.ofEpochMilli(now));
            run.add(now, current, ready.size(), needed(now), over(now), decision);
            state = decision.next();
            // A preview decides what it would write: that is what is looked at here.
            if (decision.outcome() == Decision.Outcome.SCALE
                    || decision.outcome() == Decision.Outcome.HELD) {
                state =
                        state.acted(
                                now, current, decision.desired(), policy.longestMemorySeconds());
                scale(decision.desired(), now);
            }
        }
        return run;
    }

    private void become(long now) {
        while (!starting.isEmpty() && now - starting.get(0).startedAt() >= workload.startMillis()) {
            Pod pod = starting.remove(0);
            ready.add(
                    new Pod(
                            pod.name(),
                            Phase.RUNNING,
                            false,
                            Ready.YES,
                            now,
                            pod.startedAt(),
                            pod.requests()));
        }
    }

    private void scale(int desired, long now) {
        while (current < desired) {
            if (workload.startMillis() == 0) {
                ready.add(pod(now, true));
            } else {
                starting.add(pod(now, false));
            }
            current++;
        }
        while (current > desired) {
            List<Pod> from = starting.isEmpty() ? ready : starting;
            from.remove(from.size() - 1); // as a ReplicaSet does: those that serve least first
            current--;
        }
    }

    private Pod pod(long at, boolean serves) {
        made++;
        return new Pod(
                "pod-" + made,
                serves ? Phase.RUNNING : Phase.PENDING,
                false,
                serves ? Ready.YES : Ready.NO,
                at,
                at,
                workload.requests());
    }

    private List<Measured> measured(List<Objective> objectives, long now) {
        List<Measured> measured = new ArrayList<>();
        for (Objective objective : objectives) {
            measured.add(measured(objective, objectives.size() == 1, now));
        }
        return measured;
    }

    private Measured measured(Objective objective, boolean only, long now) {
        Optional<Load.Series> series = load.find(seriesOf(objective), only);
        double value = series.map(one -> one.at(now)).orElse(Double.NaN);
        if (Double.isNaN(value)) {
            return new Failed(
                    series.isEmpty()
                            ? "the load has no series " + seriesOf(objective)
                            : "the load has no figure for this time");
        }
        if (objective instanceof Objective.Query) {
            return new Value(Math.round(value * 1000), now);
        }
        if (ready.isEmpty()) {
            return new Failed("no pod is ready");
        }
        Sample each = new Sample(Math.round(value * 1000 / ready.size()), now, WINDOW_MILLIS);
        Map<String, Sample> byPod = new HashMap<>();
        for (Pod pod : ready) {
            byPod.put(pod.name(), each);
        }
        return new Usage(byPod);
    }

    private static String seriesOf(Objective objective) {
        if (objective instanceof Objective.Resource resource) {
            return resource.container().isEmpty()
                    ? resource.resource()
                    : resource.resource() + "/" + resource.container();
        }
        return "query";
    }

    /** How many replicas would be at their goal exactly; NaN when nobody can tell. */
    private double needed(long now) {
        return most(now, true);
    }

    /** The load of a replica that serves, as a share of what it can bear; NaN for unknown. */
    private double over(long now) {
        return most(now, false) / ready.size();
    }

    private double most(long now, boolean goal) {
        double most = Double.NaN;
        for (Objective objective : policy.objectives()) {
            double value =
                    load.find(seriesOf(objective), policy.objectives().size() == 1)
                            .map(one -> one.at(now))
                            .orElse(Double.NaN);
            double each = bears(objective, goal);
            if (!Double.isNaN(value) && each > 0) {
                double replicas = value * 1000 / each;
                most = Double.isNaN(most) ? replicas : Math.max(most, replicas);
            }
        }
        return most;
    }

    /** What one replica bears, in thousandths: at its goal, or at most. */
    private double bears(Objective objective, boolean atGoal) {
        Objective.Goal goal = objective.goal();
        if (!goal.utilisation()) {
            return goal.value();
        }
        double whole =
                objective instanceof Objective.Query
                        ? Double.NaN // a share of what the query knows: it says nothing of replicas
                        : workload.requests().getOrDefault(seriesOf(objective), 0L);
        return atGoal ? whole * goal.value() / 100 : whole;
    }
}
