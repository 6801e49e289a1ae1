package io.drover.core.internal.systemd;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.status.State;
import io.drover.api.status.Step;
import java.util.List;

/** How the agent is, in one line for {@code systemctl status}. Pure functions. */
public final class StatusLine {

    private StatusLine() {}

    /** The line; says what is least well, and how much else is. */
    public static String of(Agent agent) {
        if (agent.stopping().isPresent()) {
            return "stopping: " + agent.stopping().get();
        }
        List<SubsystemView> all = agent.subsystems();
        List<SubsystemView> unwell = all.stream().filter(view -> troubled(view, agent)).toList();
        String word = agent.ready() ? "ready" : agent.started() ? "not ready" : "starting";
        if (unwell.isEmpty()) {
            return word + ": " + all.size() + " subsystems";
        }
        SubsystemView first = unwell.get(0);
        String more = unwell.size() == 1 ? "" : ", and " + (unwell.size() - 1) + " more";
        return word
                + "; "
                + first.name()
                + " is "
                + first.state().name().toLowerCase(java.util.Locale.ROOT)
                + (first.reason().isEmpty() ? "" : ": " + first.reason())
                + more;
    }

    /** While the agent is unready only what keeps it so is of interest. */
    private static boolean troubled(SubsystemView view, Agent agent) {
        if (view.state() == State.ACTIVE || view.state() == State.SKIPPED) {
            return false;
        }
        return agent.ready() || view.steps().isEmpty() || anyNeeded(view.steps());
    }

    private static boolean anyNeeded(List<Step> steps) {
        return steps.stream()
                .anyMatch(
                        step ->
                                step.neededForReady()
                                        && step.status().state() != State.ACTIVE
                                        && step.status().state() != State.SKIPPED);
    }
}
