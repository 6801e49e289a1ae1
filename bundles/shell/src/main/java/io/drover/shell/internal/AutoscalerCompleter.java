package io.drover.shell.internal;

import io.drover.api.autoscaling.Autoscalers;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the autoscalers that are known now, as NAMESPACE/NAME. */
@Service
public final class AutoscalerCompleter implements Completer {

    @Reference(optional = true)
    Autoscalers autoscalers;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        if (autoscalers == null) {
            return -1;
        }
        return new StringsCompleter(names()).complete(session, line, candidates);
    }

    List<String> names() {
        return autoscalers.all().stream()
                .map(each -> each.namespace() + "/" + each.name())
                .toList();
    }
}
