package io.drover.shell.internal;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.agent.Startup;
import io.drover.api.agent.Startup.View;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import java.time.Instant;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/**
 * {@code drover:startup}: every step of the start, when it got where it is, and what it waits for.
 */
@Service
@Command(
        scope = "drover",
        name = "startup",
        description = "Shows every step of the start with its time and what it waits for")
public final class StartupCommand implements Action {

    @Option(name = "--no-format", description = "no borders, for scripts")
    boolean plain;

    @Option(name = "--blame", description = "the steps by the time that they took")
    boolean blame;

    @Option(
            name = "--critical-chain",
            description = "the steps that decided when the agent was ready")
    boolean criticalChain;

    @Option(name = "--plot", description = "all steps over time, as an SVG document")
    boolean plot;

    @Reference(optional = true)
    Agent agent;

    @Reference(optional = true)
    Startup startup;

    @Override
    public Object execute() {
        Needed.from("core", agent);
        Needed.from("core", startup);
        if (blame || criticalChain || plot) {
            System.out.print(
                    startup.show(plot ? View.PLOT : blame ? View.BLAME : View.CRITICAL_CHAIN));
            return null;
        }
        ShellTable table = new ShellTable();
        table.column("Step");
        table.column("State");
        table.column("After");
        table.column("Tries");
        table.column("Why");
        Instant begin = agent.identity().startedAt();
        for (SubsystemView view : agent.subsystems()) {
            if (view.steps().isEmpty()) {
                table.addRow()
                        .addContent(
                                view.name(),
                                Views.word(view.state()),
                                Views.after(begin, view.since()),
                                0,
                                view.reason());
            }
            for (Step step : view.steps()) {
                Status status = step.status();
                table.addRow()
                        .addContent(
                                view.name() + "/" + step.name(),
                                Views.word(status.state()),
                                Views.after(begin, status.since()),
                                status.attempts(),
                                status.reason());
            }
        }
        table.print(System.out, !plain);
        return null;
    }
}
