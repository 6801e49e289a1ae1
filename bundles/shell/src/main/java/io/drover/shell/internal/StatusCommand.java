package io.drover.shell.internal;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Agent.SubsystemView;
import java.time.Instant;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/**
 * {@code drover:status}: every subsystem with its state; with a name, all that it says of itself.
 */
@Service
@Command(
        scope = "drover",
        name = "status",
        description = "Shows every subsystem with its state, or one in detail")
public final class StatusCommand implements Action {

    @Argument(index = 0, name = "subsystem", description = "the one to show in detail")
    @Completion(SubsystemCompleter.class)
    String name;

    @Option(name = "--no-format", description = "no borders, for scripts")
    boolean plain;

    @Reference(optional = true)
    Agent agent;

    @Override
    public Object execute() {
        Needed.from("core", agent);
        if (name != null) {
            return detail(Views.named(agent, name));
        }
        ShellTable table = new ShellTable();
        table.column("Subsystem");
        table.column("State");
        table.column("Since");
        table.column("Why");
        Instant now = Instant.now();
        for (SubsystemView view : agent.subsystems()) {
            table.addRow()
                    .addContent(
                            view.name(),
                            Views.word(view.state()),
                            Views.ago(view.since(), now),
                            view.reason());
        }
        table.print(System.out, !plain);
        return null;
    }

    private Object detail(SubsystemView view) {
        System.out.println(
                view.name() + " is " + Views.word(view.state()) + " since " + view.since());
        if (!view.reason().isEmpty()) {
            System.out.println("why:    " + view.reason());
        }
        if (!view.remedy().isEmpty()) {
            System.out.println("remedy: " + view.remedy());
        }
        ShellTable table = new ShellTable();
        table.column("Fact");
        table.column("Value");
        for (Map.Entry<String, Object> fact : view.facts().entrySet()) {
            table.addRow().addContent(fact.getKey(), fact.getValue());
        }
        table.print(System.out, !plain);
        return null;
    }
}
