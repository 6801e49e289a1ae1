package io.drover.core.internal.check;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Suite;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import java.util.ArrayList;
import java.util.List;

/** Every step that is not well, with its own reason and remedy. */
public final class SubsystemsSuite implements Suite {

    private final Agent agent;

    public SubsystemsSuite(Agent agent) {
        this.agent = agent;
    }

    @Override
    public String name() {
        return "subsystems";
    }

    @Override
    public String about() {
        return "whether each step of each subsystem works";
    }

    @Override
    public List<Check> run() {
        List<Check> checks = new ArrayList<>();
        for (SubsystemView view : agent.subsystems()) {
            if (view.steps().isEmpty()) {
                checks.add(Check.fail(view.name(), view.reason(), view.remedy(), show()));
            }
            for (Step step : view.steps()) {
                checks.add(check(view.name() + "/" + step.name(), step));
            }
        }
        return checks;
    }

    private static Check check(String name, Step step) {
        Status status = step.status();
        return switch (status.state()) {
            case ACTIVE -> Check.pass(name, "active since " + status.since());
            case SKIPPED -> Check.skipped(name, status.reason());
            case FAILED -> Check.fail(name, status.reason(), remedy(status), show());
            case WAITING, STARTING ->
                    step.neededForReady()
                            ? Check.fail(name, waits(status), remedy(status), show())
                            : Check.warn(name, waits(status), remedy(status), show());
            case DEGRADED -> Check.warn(name, status.reason(), remedy(status), show());
        };
    }

    private static String waits(Status status) {
        String what = status.reason().isEmpty() ? "is being started" : status.reason();
        return what + " (since " + status.since() + ")";
    }

    private static String remedy(Status status) {
        return status.remedy();
    }

    private static String show() {
        return "./drover startup";
    }
}
