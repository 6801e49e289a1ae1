package io.drover.core.internal;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.status.State;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Makes one view of many subsystems. Pure functions. */
final class Overview {

    /**
     * The order of the start, as docs/architecture.md draws it; what is not in it comes last, by
     * name.
     */
    private static final List<String> ORDER =
            List.of(
                    "config",
                    "core",
                    "kernel",
                    "profiling",
                    "security",
                    "http",
                    "metrics",
                    "grpc",
                    "conntrack",
                    "kubernetes",
                    "autoscaling",
                    "link");

    /** From the least well to the best: the first that a step has is the subsystem's state. */
    private static final List<State> LEAST_WELL_FIRST =
            List.of(
                    State.FAILED,
                    State.DEGRADED,
                    State.WAITING,
                    State.STARTING,
                    State.ACTIVE,
                    State.SKIPPED);

    /** Names of subsystems, the first to start first; the stop goes the other way round. */
    static final Comparator<String> ORDER_OF_START =
            Comparator.<String>comparingInt(Overview::place)
                    .thenComparing(Comparator.naturalOrder());

    private static final Comparator<SubsystemView> BY_START =
            Comparator.comparing(SubsystemView::name, ORDER_OF_START);

    private Overview() {}

    /** The view of a subsystem that is there. */
    static SubsystemView of(Subsystem subsystem) {
        return of(subsystem, List.of());
    }

    /**
     * The view of a subsystem that is there.
     *
     * @param beside steps for components of its bundle that cannot start
     */
    static SubsystemView of(Subsystem subsystem, List<Step> beside) {
        List<Step> steps = new ArrayList<>(subsystem.steps());
        steps.addAll(beside);
        Step telling = leastWell(steps);
        return new SubsystemView(
                subsystem.name(),
                telling.status().state(),
                telling.status().since(),
                telling.status().reason(),
                telling.status().remedy(),
                List.copyOf(steps),
                Facts.of(subsystem.facts()));
    }

    /** The view of a subsystem whose component cannot start. */
    static SubsystemView absent(String name, State state, String reason, Instant since) {
        return new SubsystemView(name, state, since, reason, "", List.of(), Map.of());
    }

    /** The views in the order of the start. */
    static List<SubsystemView> sorted(List<SubsystemView> views) {
        List<SubsystemView> sorted = new ArrayList<>(views);
        sorted.sort(BY_START);
        return List.copyOf(sorted);
    }

    /** The steps that keep the agent unready. */
    static List<Step> holdingUp(List<SubsystemView> views) {
        List<Step> holding = new ArrayList<>();
        for (SubsystemView view : views) {
            for (Step step : view.steps()) {
                if (step.neededForReady() && !serves(step.status().state())) {
                    holding.add(step);
                }
            }
        }
        return holding;
    }

    /** Whether a step that readiness needs is broken for good. */
    static boolean broken(List<SubsystemView> views) {
        return holdingUp(views).stream().anyMatch(step -> step.status().state() == State.FAILED);
    }

    private static boolean serves(State state) {
        return state == State.ACTIVE || state == State.DEGRADED || state == State.SKIPPED;
    }

    private static Step leastWell(List<Step> steps) {
        for (State state : LEAST_WELL_FIRST) {
            for (Step step : steps) {
                if (step.status().state() == state) {
                    return step;
                }
            }
        }
        throw new IllegalArgumentException("a subsystem has at least one step");
    }

    private static int place(String name) {
        int place = ORDER.indexOf(name);
        return place < 0 ? ORDER.size() : place;
    }
}
