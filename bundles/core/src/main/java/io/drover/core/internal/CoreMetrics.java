package io.drover.core.internal;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.status.State;
import io.drover.core.internal.check.ClockSteps;
import io.drover.core.internal.watch.StuckThreads;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The series of the agent as a whole. Any thread. */
final class CoreMetrics implements MetricSource {

    private static final Family STATE =
            Family.gauge(
                    "drover_subsystem_state",
                    "1 for the state that a subsystem is in, 0 for the others.",
                    "subsystem",
                    "state");
    private static final Family READY =
            Family.gauge("drover_ready", "1 while the agent does its work, else 0.");
    private static final Family START =
            Family.gauge(
                    "drover_start_duration_seconds",
                    "From the start of the JVM to the first time that the agent was ready.");
    private static final Family CHANGES =
            Family.counter(
                    "drover_core_step_changes_total",
                    "How often a step of any subsystem entered a state.",
                    "state");
    private static final Family STUCK =
            Family.gauge("drover_core_stuck_threads", "Threads that are stuck now.");
    private static final Family STUCK_FOUND =
            Family.counter(
                    "drover_core_stuck_threads_found_total",
                    "Threads that were found stuck or in a deadlock.");
    private static final Family FLARES =
            Family.counter("drover_core_flares_total", "Support bundles that were made.");
    private static final Family FLARE_PROBLEMS =
            Family.counter(
                    "drover_core_flare_problems_total",
                    "What was missing or cut in support bundles.");
    private static final Family CLOCK_STEPS =
            Family.counter(
                    "drover_core_clock_steps_total",
                    "How often the wall clock was set while the agent ran.");

    private final RunningAgent agent;
    private final StuckThreads threads;
    private final FlareDesk flares;
    private final ClockSteps clockSteps;

    CoreMetrics(RunningAgent agent, StuckThreads threads, FlareDesk flares, ClockSteps clockSteps) {
        this.agent = agent;
        this.threads = threads;
        this.flares = flares;
        this.clockSteps = clockSteps;
    }

    @Override
    public List<Family> families() {
        return List.of(
                STATE,
                READY,
                START,
                CHANGES,
                STUCK,
                STUCK_FOUND,
                FLARES,
                FLARE_PROBLEMS,
                CLOCK_STEPS);
    }

    @Override
    public void collect(Samples out) {
        for (SubsystemView view : agent.subsystems()) {
            for (State state : State.values()) {
                out.add(STATE, view.state() == state ? 1 : 0, view.name(), word(state));
            }
        }
        out.add(READY, agent.ready() ? 1 : 0);
        agent.firstReady()
                .ifPresent(
                        ready ->
                                out.add(
                                        START,
                                        Duration.between(agent.identity().startedAt(), ready)
                                                        .toMillis()
                                                / 1000.0));
        for (State state : State.values()) {
            out.add(CHANGES, agent.entered(state), word(state));
        }
        out.add(STUCK, threads.count());
        out.add(STUCK_FOUND, threads.found());
        out.add(FLARES, flares.made());
        out.add(FLARE_PROBLEMS, flares.problems());
        out.add(CLOCK_STEPS, clockSteps.count());
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
