package io.drover.shell.internal;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Agent.SubsystemView;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** {@code drover:conntrack-stats}: how the following of connections goes. */
@Service
@Command(
        scope = "drover",
        name = "conntrack-stats",
        description = "Shows how the following of connections goes: table, events, losses, filter")
public final class ConntrackStatsCommand implements Action {

    @Option(name = "--no-format", description = "no borders, for scripts")
    boolean plain;

    @Reference(optional = true)
    Agent agent;

    @Override
    public Object execute() {
        Needed.from("core", agent);
        SubsystemView view = Views.named(agent, "conntrack");
        ShellTable table = new ShellTable();
        table.column("Figure");
        table.column("Value");
        table.addRow().addContent("state", Views.word(view.state()));
        if (!view.reason().isEmpty()) {
            table.addRow().addContent("reason", view.reason());
        }
        view.facts().forEach((name, value) -> table.addRow().addContent(name, value));
        table.print(System.out, !plain);
        return null;
    }
}
