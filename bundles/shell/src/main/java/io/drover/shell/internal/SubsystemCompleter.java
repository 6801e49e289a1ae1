package io.drover.shell.internal;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Agent.SubsystemView;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the names of the subsystems that are there now. */
@Service
public final class SubsystemCompleter implements Completer {

    @Reference(optional = true)
    Agent agent;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        if (agent == null) {
            return -1;
        }
        List<String> names = agent.subsystems().stream().map(SubsystemView::name).toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
