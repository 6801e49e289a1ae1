package io.drover.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the states of TCP, which are those that people look for. */
@Service
public final class StateCompleter implements Completer {

    private static final List<String> STATES =
            List.of(
                    "syn_sent",
                    "syn_recv",
                    "established",
                    "fin_wait",
                    "close_wait",
                    "last_ack",
                    "time_wait",
                    "close");

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return new StringsCompleter(STATES).complete(session, line, candidates);
    }
}
